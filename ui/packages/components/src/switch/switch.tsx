import type { Parameter } from "@wavecraft/core";
import { useRef } from "react";
import { useControlElement } from "../control/control-element.ts";
import { useShownParameter } from "../parameter/shown-parameters.ts";

/** What a switch takes. */
export type SwitchProps = {
  /** The parameter, of the kind "bool". */
  control: Parameter;
  /** The name on it: the parameter's own unless told otherwise. */
  label?: string;
  /** Shows the value and takes no input. */
  disabled?: boolean;
  /** How it looks when on: in the accent colour unless told otherwise. */
  tone?: "accent" | "neutral";
};

/** A switch for a parameter that is on or off. */
export function Switch({ control, label, disabled = false, tone = "accent" }: SwitchProps) {
  useShownParameter(control.info.id);
  const element = useRef<HTMLButtonElement>(null);
  const controlElement = useControlElement(element, control);
  const on = control.value >= 0.5;
  return (
    <button
      {...controlElement}
      ref={element}
      type="button"
      role="switch"
      title={control.info.description}
      className="wc-switch"
      data-tone={tone}
      aria-checked={on}
      disabled={disabled}
      onClick={() => control.change(on ? 0 : 1)}
    >
      <span className="wc-switch-track" aria-hidden="true">
        <span className="wc-switch-thumb" />
      </span>
      <span className="wc-name">{label ?? control.info.name}</span>
    </button>
  );
}
