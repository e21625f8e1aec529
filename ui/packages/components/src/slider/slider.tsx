import type { Parameter } from "@wavecraft/core";
import { useRef } from "react";
import { useValueControl } from "../control/use-value-control.ts";
import { ValueText } from "../control/value-text.tsx";

/** What a slider takes. */
export type SliderProps = {
  /** The parameter. */
  control: Parameter;
  /** Which way it lies: "horizontal" unless told otherwise. */
  orientation?: "horizontal" | "vertical";
  /** The name beside it: the parameter's own unless told otherwise. */
  label?: string;
  /** Shows the value and takes no input. */
  disabled?: boolean;
};

/** A slider with its name and its value; it is moved like a knob, and its thumb stays under the pointer. */
export function Slider({ control, orientation = "horizontal", label, disabled = false }: SliderProps) {
  const name = label ?? control.info.name;
  const rail = useRef<HTMLDivElement>(null);
  const { dragging, typing, setTyping, focus, elementProps } = useValueControl(control, {
    label: name,
    disabled,
    direction: orientation,
    travelPx() {
      const size = rail.current?.getBoundingClientRect();
      return (orientation === "horizontal" ? size?.width : size?.height) ?? 0;
    },
  });
  const percent = `${control.value * 100}%`;
  const fill = orientation === "horizontal" ? { inlineSize: percent } : { blockSize: percent };
  const thumb = orientation === "horizontal" ? { left: percent } : { bottom: percent };
  return (
    <div
      className="wc-slider"
      data-orientation={orientation}
      data-dragging={dragging}
      data-disabled={disabled}
      data-parameter={control.info.id}
    >
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
      <div className="wc-slider-body" {...elementProps}>
        <div className="wc-slider-rail" ref={rail}>
          <div className="wc-slider-fill" style={fill} />
          <div className="wc-slider-thumb" style={thumb} />
        </div>
      </div>
    </div>
  );
}
