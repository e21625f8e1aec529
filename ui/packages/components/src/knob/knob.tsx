import type { Parameter } from "@wavecraft/core";
import { useValueControl } from "../control/use-value-control.ts";
import { ValueText } from "../control/value-text.tsx";
import { type ArcOrigin, originOf } from "./arc.ts";
import { KnobFace } from "./knob-face.tsx";

/** What a knob takes. */
export type KnobProps = {
  /** The parameter. */
  control: Parameter;
  /** How large it is: "medium" unless told otherwise. */
  size?: "small" | "medium" | "large";
  /**
   * Where the arc starts. Unless told otherwise: in the middle when the plain range has a negative and a positive side, which is
   * the default where the two are not as long as each other, else at the start. A high cut does more the lower it is: its arc starts at the end.
   */
  origin?: ArcOrigin;
  /** The name below it: the parameter's own unless told otherwise. */
  label?: string;
  /** Whether the value makes no difference as things stand: it is dimmed, and can be turned all the same. */
  idle?: boolean;
  /** How far a drag goes from one end to the other, in logical pixels: as far as `TravelContext` says unless told otherwise. */
  travelPx?: number;
  /** Shows the value and takes no input. */
  disabled?: boolean;
};

/**
 * A knob with its name and its value below.
 *
 * Drag upwards (finer with shift), turn the wheel, use the arrow keys; Enter or a click on the value opens a field;
 * a double click, Delete, or a click with Ctrl, Alt or Meta goes back to the default.
 */
export function Knob({
  control,
  size = "medium",
  origin,
  label,
  idle = false,
  travelPx,
  disabled = false,
}: KnobProps) {
  const { info, value } = control;
  const name = label ?? info.name;
  const { dragging, typing, setTyping, focus, elementProps } = useValueControl(control, {
    label: name,
    disabled,
    travelPx,
  });
  return (
    <div
      className="wc-knob"
      data-size={size}
      data-dragging={dragging}
      data-idle={idle}
      data-disabled={disabled}
      data-parameter={info.id}
    >
      <div className="wc-knob-dial" {...elementProps}>
        <KnobFace value={value} origin={originOf(info, origin)} steps={info.steps} />
      </div>
      <div className="wc-name" aria-hidden="true">
        {name}
      </div>
      <ValueText
        control={control}
        label={name}
        disabled={disabled}
        typing={typing}
        onTyping={setTyping}
        onDone={focus}
      />
    </div>
  );
}
