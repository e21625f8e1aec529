import { type PointerDragHandlers, useValueDrag } from "@wavecraft/components";
import type { Parameter } from "@wavecraft/core";

type PlaneDragOptions = {
  /** What moves sideways, and logical pixels for its whole travel. */
  sideways: readonly [Parameter, travelPx: () => number];
  /** What moves up and down, if anything. */
  upwards?: readonly [Parameter, travelPx: () => number] | undefined;
};

/** Moves two parameters by dragging one element, sideways and up and down: one gesture of each. */
export function usePlaneDrag({ sideways, upwards }: PlaneDragOptions): {
  dragging: boolean;
  handlers: PointerDragHandlers;
} {
  const [across, acrossPx] = sideways;
  const [up, upPx] = upwards ?? sideways;
  const one = useValueDrag(across, { direction: "horizontal", travelPx: acrossPx });
  const other = useValueDrag(up, {
    direction: "vertical",
    travelPx: upPx,
    disabled: upwards === undefined,
  });
  const both =
    <Event>(first: (event: Event) => void, second: (event: Event) => void) =>
    (event: Event) => {
      first(event);
      second(event);
    };
  return {
    dragging: one.dragging,
    handlers: {
      onPointerDown: both(one.handlers.onPointerDown, other.handlers.onPointerDown),
      onPointerMove: both(one.handlers.onPointerMove, other.handlers.onPointerMove),
      onPointerUp: both(one.handlers.onPointerUp, other.handlers.onPointerUp),
      onPointerCancel: both(one.handlers.onPointerCancel, other.handlers.onPointerCancel),
      onLostPointerCapture: both(one.handlers.onLostPointerCapture, other.handlers.onLostPointerCapture),
    },
  };
}
