import { useControlElement } from "@wavecraft/components";
import type { Parameter } from "@wavecraft/core";
import { type ReactNode, useRef } from "react";

type ToggleProps = {
  /** The parameter, of the kind "bool". */
  control: Parameter;
  /** What stands on it: the parameter's name unless told otherwise, which remains its accessible name. */
  children?: ReactNode;
};

/** A switch as a small button, lit while it is on. */
export function Toggle({ control, children = control.info.name }: ToggleProps) {
  const element = useRef<HTMLButtonElement>(null);
  const isOn = control.value >= 0.5;
  return (
    <button
      {...useControlElement(element, control)}
      ref={element}
      type="button"
      role="switch"
      className="toggle"
      aria-checked={isOn}
      aria-label={control.info.name}
      onClick={() => control.change(isOn ? 0 : 1)}
    >
      {children}
    </button>
  );
}
