import type { Parameter } from "@wavecraft/core";

/** Which of its steps a stepped parameter stands on, from 0. */
export function stepOf(control: Parameter): number {
  return Math.round(control.value * (control.info.steps ?? 1));
}

/** The normalized value of a step. */
export function valueOfStep(control: Parameter, step: number): number {
  return step / (control.info.steps ?? 1);
}

/** The plain value of a parameter whose scale is a straight line. */
export function linearOf(control: Parameter, value = control.value): number {
  const { min = 0, max = 1 } = control.info;
  return min + (max - min) * value;
}

/** The plain value, in Hz, of a parameter whose scale is logarithmic, as those of the cuts are. */
export function frequencyOf(control: Parameter, value = control.value): number {
  const { min = 20, max = 20_000 } = control.info;
  return min * (max / min) ** value;
}

/** The normalized value, in [0, 1], nearest to a frequency in Hz, on a logarithmic scale. */
export function valueOfFrequency(control: Parameter, frequencyHz: number): number {
  const { min = 20, max = 20_000 } = control.info;
  const value = Math.log(frequencyHz / min) / Math.log(max / min);
  return Math.min(1, Math.max(0, value));
}
