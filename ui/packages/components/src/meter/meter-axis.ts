import type { MeterInfo } from "@wavecraft/core";
import { CEILING_DB, decibels, FLOOR_DB, levelText, MARKS_DB, scalePosition, withMinus } from "./decibels.ts";

/** The deepest gain reduction that is shown where the plugin does not say. */
const DEEPEST_DB = -24;
/** Steps between two marks, in dB, and for any other unit, from which the first is taken that leaves few enough marks. */
const STEPS_DB: readonly number[] = [1, 2, 3, 6, 12, 24];
const STEPS: readonly number[] = [1, 2, 5, 10];
/** No more steps than these fit beside a meter. */
const MOST_STEPS = 8;

/** Where the values of a meter lie on it, and how people read them. */
export type MeterAxis = {
  /** The ends, in what is shown. */
  readonly lowest: number;
  readonly highest: number;
  /** Where bars begin, from 0 at the bottom to 1 at the top. */
  readonly origin: number;
  /** What is shown of a value on the wire. */
  shown(value: number): number;
  /** How far up it lies, from 0 to 1. */
  position(shown: number): number;
  /** Where the scale has numbers, in what is shown. */
  readonly marks: readonly number[];
  /** A value as people read it. */
  text(shown: number): string;
};

/** The axis that suits a meter: gain reduction hangs from the top, other values grow from zero. */
export function meterAxis({ kind, unit, min, max }: MeterInfo): MeterAxis {
  if (kind === "level") return levelAxis(min ?? FLOOR_DB, max ?? CEILING_DB);
  if (kind === "gainReduction") {
    const axis = linearMeterAxis(min ?? DEEPEST_DB, max ?? 0, STEPS_DB);
    return { ...axis, origin: 1, text: (db) => `${withMinus(db.toFixed(1))} dB` };
  }
  const axis = linearMeterAxis(min ?? 0, max ?? 1, STEPS);
  const suffix = unit === undefined ? "" : ` ${unit}`;
  return { ...axis, origin: axis.position(0), text: (value) => `${rounded(value)}${suffix}` };
}

function levelAxis(lowest: number, highest: number): MeterAxis {
  const [bottom, top] = [scalePosition(lowest), scalePosition(highest)];
  const position = (db: number) => (top > bottom ? clamp((scalePosition(db) - bottom) / (top - bottom)) : 0);
  const marks = MARKS_DB.filter((db) => db >= lowest && db <= highest);
  return { lowest, highest, origin: 0, shown: decibels, position, marks, text: levelText };
}

function linearMeterAxis(lowest: number, highest: number, steps: readonly number[]) {
  const range = highest - lowest;
  const position = (shown: number) => (range > 0 ? clamp((shown - lowest) / range) : 0);
  const marks: number[] = [];
  const step = stepFor(range, steps);
  if (step > 0) {
    for (let mark = Math.ceil(lowest / step); mark <= highest / step + 1e-9; mark += 1) {
      marks.push(mark * step);
    }
  }
  return { lowest, highest, shown: (value: number) => value, position, marks };
}

/** A step that is easy to count in: one of these, at any power of ten. 0 where there is no range. */
function stepFor(range: number, steps: readonly number[]): number {
  if (!(range > 0 && Number.isFinite(range))) return 0;
  const fitting = steps.find((step) => range / step <= MOST_STEPS && range / step >= 1);
  if (fitting !== undefined) return fitting;
  const power = 10 ** Math.floor(Math.log10(range));
  return (
    ([0.2, 0.5, 1, 2] as const).map((step) => step * power).find((step) => range / step <= MOST_STEPS) ??
    power
  );
}

function clamp(position: number): number {
  return Math.min(1, Math.max(0, position));
}

/** Three digits are as many as one reads while they move. */
export function rounded(value: number): string {
  const magnitude = Math.abs(value);
  const digits = magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : 2;
  return withMinus(value.toFixed(digits));
}
