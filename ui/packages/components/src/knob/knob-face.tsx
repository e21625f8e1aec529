import { arcPath, degreesAt, pointAt } from "./arc.ts";

const ARC_RADIUS = 45;
const TRACK = arcPath(0, 1, ARC_RADIUS);
/** With more steps than this the marks would run together. */
const MOST_MARKS = 12;

/** What the drawing of a knob takes. */
export type KnobFaceProps = {
  /** The value, in [0, 1]. */
  value: number;
  /** Where the arc starts, in [0, 1]. */
  origin: number;
  /** How many steps lead from 0 to 1, if there are any. */
  steps: number | undefined;
};

/** What a knob looks like at a value. */
export function KnobFace({ value, origin, steps }: KnobFaceProps) {
  const isBipolar = origin > 0 && origin < 1;
  const hasMarks = steps !== undefined && steps <= MOST_MARKS;
  const marks = hasMarks ? stepPositions(steps) : isBipolar ? [origin] : [];
  return (
    <>
      <div className="wc-knob-body" />
      <svg className="wc-knob-face" viewBox="0 0 100 100" aria-hidden="true">
        <path className="wc-knob-track" d={TRACK} />
        <path className="wc-knob-arc" d={arcPath(origin, value, ARC_RADIUS)} />
        {marks.length > 0 && <path className="wc-knob-marks" d={marksPath(marks)} />}
        <path className="wc-knob-pointer" d="M50 21V36" transform={`rotate(${degreesAt(value)} 50 50)`} />
      </svg>
    </>
  );
}

function stepPositions(steps: number): number[] {
  return Array.from({ length: steps + 1 }, (_, step) => step / steps);
}

/** Dots on the track. */
function marksPath(positions: readonly number[]): string {
  return positions
    .map((position) => {
      const { x, y } = pointAt(position, ARC_RADIUS);
      // A line of no length with round ends is a dot.
      return `M${x.toFixed(2)} ${y.toFixed(2)}h0`;
    })
    .join("");
}
