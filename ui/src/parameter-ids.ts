import type { ParameterId } from "@wavecraft/core";

/** The ids of the parameters that this page has a place for. */
export const PLACED = {
  bypass: "bypass",
  inputGain: "input_gain",
  lowCutFrequency: "low_cut_freq",
  lowCutSlope: "low_cut_slope",
  highCutFrequency: "high_cut_freq",
  highCutSlope: "high_cut_slope",
  drive: "drive",
  character: "character",
  oversampling: "oversampling",
  mix: "mix",
  outputGain: "output_gain",
} as const satisfies Record<string, ParameterId>;

/** Whether a parameter has a place of its own. */
export function isPlaced(id: string): boolean {
  return (Object.values(PLACED) as string[]).includes(id);
}
