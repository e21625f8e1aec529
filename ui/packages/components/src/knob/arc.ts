import type { ParameterInfo } from "@wavecraft/core";

/** The travel of a knob, in degrees clockwise from the top: 270 in all. */
const START_DEGREES = -135;
const TRAVEL_DEGREES = 270;

/** Where a position in [0, 1] points, in degrees clockwise from the top. */
export function degreesAt(position: number): number {
  return START_DEGREES + TRAVEL_DEGREES * position;
}

/** The point at a position in [0, 1] and a distance from the middle of a square of 100 by 100. */
export function pointAt(position: number, radius: number): { x: number; y: number } {
  const radians = (degreesAt(position) * Math.PI) / 180;
  return { x: 50 + radius * Math.sin(radians), y: 50 - radius * Math.cos(radians) };
}

/** The SVG path of the arc between two positions in [0, 1], in a square of 100 by 100; empty when they are the same. */
export function arcPath(one: number, other: number, radius: number): string {
  const [from, to] = one < other ? [one, other] : [other, one];
  if (to - from < 1e-4) {
    return "";
  }
  const start = pointAt(from, radius);
  const end = pointAt(to, radius);
  const large = (to - from) * TRAVEL_DEGREES > 180 ? 1 : 0;
  return `M${hundredths(start.x)} ${hundredths(start.y)}A${radius} ${radius} 0 ${large} 1 ${hundredths(end.x)} ${hundredths(end.y)}`;
}

/** Where a knob's arc starts: at one end of the travel, or in the middle. */
export type ArcOrigin = "start" | "middle" | "end";

/** The position at which a parameter's arc starts, in [0, 1]: in the middle where it has a negative and a positive side. */
export function originOf({ min = 0, max = 0, default: initial }: ParameterInfo, origin?: ArcOrigin): number {
  switch (origin ?? (min < 0 && max > 0 ? "middle" : "start")) {
    case "start":
      return 0;
    case "end":
      return 1;
    default:
      // Of sides that differ, the default stands between them.
      return min === -max ? 0.5 : initial;
  }
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
