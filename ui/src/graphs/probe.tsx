import { type Axis, percent } from "@wavecraft/components";
import { type ReactNode, type RefObject, useEffect, useState } from "react";

type ProbeProps = {
  /** The plot over which the pointer goes. */
  plot: RefObject<HTMLElement | null>;
  /** What lies from left to right. */
  axis: Axis;
  /** Where the curve is above a place, from the top, in [0, 1]. */
  curveAt(value: number): number;
  /** What is told of the value under the pointer. */
  describe(value: number): ReactNode;
  /** A value that is told in its place, while its handle is held or has the keyboard. */
  held: number | undefined;
};

/** A bubble that goes with the pointer and tells what the curve does there, and a mark on the curve. Screen readers pass over it. */
export function Probe({ plot, axis, curveAt, describe, held }: ProbeProps) {
  const [pointed, setPointed] = useState<number | undefined>();
  useEffect(() => {
    const element = plot.current;
    if (element === null) return;
    const onMove = ({ clientX }: PointerEvent) => {
      const { left, width } = element.getBoundingClientRect();
      setPointed(Math.min(1, Math.max(0, (clientX - left) / width)));
    };
    const onLeave = () => setPointed(undefined);
    element.addEventListener("pointermove", onMove);
    element.addEventListener("pointerleave", onLeave);
    element.addEventListener("pointercancel", onLeave);
    return () => {
      element.removeEventListener("pointermove", onMove);
      element.removeEventListener("pointerleave", onLeave);
      element.removeEventListener("pointercancel", onLeave);
    };
  }, [plot]);

  const place = held === undefined ? pointed : axis.placeOf(held);
  if (place === undefined) return null;
  const value = held ?? axis.valueAt(place);
  const top = Math.min(1, Math.max(0, curveAt(value)));
  return (
    <div className="probe" style={{ left: percent(place) }} aria-hidden="true">
      {held === undefined && <span className="probe-mark" style={{ top: percent(top) }} />}
      <span
        className="probe-bubble"
        data-side={place > 0.5 ? "left" : "right"}
        data-below={top < 0.35}
        style={{ top: percent(top) }}
      >
        {describe(value)}
      </span>
    </div>
  );
}
