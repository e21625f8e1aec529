import type { Parameter } from "@wavecraft/core";
import { type KeyboardEvent, useRef } from "react";
import { useControlElement } from "../control/control-element.ts";
import { useGestureWheel } from "../control/use-gesture-wheel.ts";
import { useValueGesture } from "../control/use-value-gesture.ts";
import { useShownParameter } from "../parameter/shown-parameters.ts";

/** What a segmented selector takes. */
export type SegmentedSelectorProps = {
  /** The parameter, of the kind "enum". */
  control: Parameter;
  /** The name of the group: the parameter's own unless told otherwise. */
  label?: string;
  /** Shows the value and takes no input. */
  disabled?: boolean;
  /** What stands on the segments, in the order of the variants, whose full texts remain their accessible names. */
  shortVariants?: readonly string[];
};

/**
 * All variants of a parameter side by side, one of them chosen: for those with few. The wheel goes through them, and a double
 * click goes back to the default.
 */
export function SegmentedSelector({
  control,
  label,
  disabled = false,
  shortVariants,
}: SegmentedSelectorProps) {
  const { info, value } = control;
  useShownParameter(info.id);
  const variants = info.variants ?? [];
  const last = variants.length - 1;
  const chosen = Math.round(value * last);
  const element = useRef<HTMLDivElement>(null);
  const controlElement = useControlElement(element, control);
  const gesture = useValueGesture(control, disabled);
  useGestureWheel(element, gesture, disabled);
  const segments = useRef<(HTMLButtonElement | null)[]>([]);

  const choose = (index: number) => {
    if (index !== chosen) {
      control.change(last > 0 ? index / last : 0);
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const target = keyTarget(event.key, chosen, last);
    // The focus may be on a segment that was disabled under it.
    if (disabled || target === undefined || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    event.preventDefault();
    segments.current[target]?.focus();
    choose(target);
  };

  return (
    <div
      {...controlElement}
      ref={element}
      className="wc-selector"
      role="radiogroup"
      title={info.description}
      aria-label={label ?? info.name}
      aria-disabled={disabled}
      onKeyDown={onKeyDown}
      onDoubleClick={disabled ? undefined : () => gesture.reset()}
    >
      {variants.map((variant, index) => (
        // biome-ignore lint/a11y/useSemanticElements: a native radio would have to be hidden, and its label drawn instead.
        <button
          key={variant}
          ref={(element) => {
            segments.current[index] = element;
          }}
          type="button"
          role="radio"
          className="wc-segment"
          aria-checked={index === chosen}
          aria-label={variant}
          tabIndex={index === chosen ? 0 : -1}
          disabled={disabled}
          onClick={() => choose(index)}
        >
          {shortVariants?.[index] ?? variant}
        </button>
      ))}
    </div>
  );
}

/** The variant that a key leads to; the ends are joined. */
function keyTarget(key: string, chosen: number, last: number): number | undefined {
  switch (key) {
    case "ArrowRight":
    case "ArrowDown":
      return chosen < last ? chosen + 1 : 0;
    case "ArrowLeft":
    case "ArrowUp":
      return chosen > 0 ? chosen - 1 : last;
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return undefined;
  }
}
