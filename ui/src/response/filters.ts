/**
 * The magnitude of the strip's two cuts, as the DSP computes them: Butterworth filters that follow the analogue curve up
 * to the top of the band (crate `wavecraft`, `dsp/cut`).
 */

/** The orders of the slopes, in the order of the parameter's steps: off, 12, 24 and 48 dB per octave. */
const ORDERS = [0, 2, 4, 8] as const;

/** Which side of its corner a cut takes away. */
export type Side = "low" | "high";

/** One cut: its corner, and which of the four slopes it has. */
export type Cut = {
  /** Where the response is 3 dB down, in Hz. */
  cornerHz: number;
  /** 0 is off, then 12, 24 and 48 dB per octave. */
  slope: number;
};

/** How many decibels a cut lets pass at a frequency: 0 or less. */
export function cutResponseDb(side: Side, cut: Cut, frequencyHz: number): number {
  const order = ORDERS[cut.slope] ?? 0;
  if (order === 0) return 0;
  const ratio = side === "low" ? cut.cornerHz / frequencyHz : frequencyHz / cut.cornerHz;
  // |H|^2 = 1 / (1 + w^2n): S. Butterworth, "On the theory of filter amplifiers", 1930.
  return -10 * Math.log10(1 + ratio ** (2 * order));
}
