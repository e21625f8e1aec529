import type { Parameter } from "@wavecraft/core";
import { createContext, useContext } from "react";
import { type PointerDragHandlers, usePointerDrag } from "./use-pointer-drag.ts";
import { useValueGesture } from "./use-value-gesture.ts";
import type { ValueGesture } from "./value-gesture.ts";

/** How a drag moves a value. */
export type ValueDragOptions = {
  /** Which way is up: "knob" (upwards, and half as far to the right) unless told otherwise. */
  direction?: "knob" | "vertical" | "horizontal";
  /**
   * Logical pixels for the whole travel, asked at each movement if it is a function, as for a handle that stays under the pointer.
   * Unless told otherwise that of `TravelContext`, and 300 without one.
   */
  travelPx?: number | (() => number) | undefined;
  /** Takes no input, and ends a drag that is under way. */
  disabled?: boolean;
};

/** What a drag gives its element: whether it is under way, and the handlers. */
export type ValueDrag = { dragging: boolean; handlers: PointerDragHandlers };

/** How far a knob's drag goes from one end to the other, in logical pixels: 300 unless a page says otherwise around its controls. */
export const TravelContext = createContext(300);
/** How much of a sideways movement counts on a knob. */
const SIDEWAYS_FACTOR = 0.5;
/** The pointer, among those that may hold a gesture. */
const HOLDER = "pointer";

/**
 * Moves a parameter by dragging an element: one gesture from press to release, ten times finer while shift is held.
 * A press with Ctrl, Alt or Meta held goes back to the default.
 *
 * For controls of a page's own, such as the handle of a curve: with the handlers of two, one for each direction, a
 * handle moves two parameters.
 */
export function useValueDrag(control: Parameter, options: ValueDragOptions = {}): ValueDrag {
  const gesture = useValueGesture(control, options.disabled ?? false);
  return useGestureDrag(gesture, options);
}

/** The same for a gesture in which wheel and keys take part as well. */
export function useGestureDrag(gesture: ValueGesture, options: ValueDragOptions): ValueDrag {
  const usualPx = useContext(TravelContext);
  const { direction = "knob", travelPx = usualPx, disabled = false } = options;
  return usePointerDrag(
    {
      onStart(event) {
        if (event.ctrlKey || event.altKey || event.metaKey) {
          gesture.reset();
          return false;
        }
        gesture.hold(HOLDER);
        return true;
      },
      onMove(deltaXPx, deltaYPx, event) {
        const wholePx = typeof travelPx === "function" ? travelPx() : travelPx;
        // An element that is not laid out has no length to measure by.
        gesture.moveBy(upwardsPx(direction, deltaXPx, deltaYPx) / (wholePx || usualPx), event.shiftKey);
      },
      onEnd() {
        gesture.release(HOLDER);
      },
    },
    disabled,
    // A handle stays under the pointer, wherever that is.
    typeof travelPx === "number",
  );
}

function upwardsPx(
  direction: NonNullable<ValueDragOptions["direction"]>,
  deltaXPx: number,
  deltaYPx: number,
): number {
  switch (direction) {
    case "horizontal":
      return deltaXPx;
    case "vertical":
      return -deltaYPx;
    default:
      return -deltaYPx + deltaXPx * SIDEWAYS_FACTOR;
  }
}
