/** The four curves of the drive stage, as the DSP has them (crate `wavecraft`, `dsp/drive/shaper.rs`). */

/** The tube's operating point, away from the middle of its curve. */
const TUBE_BIAS = 0.35;

/** The curves, in the order of the parameter's steps: soft, tape, tube, hard. Each has a slope of one at zero. */
const CURVES: readonly ((input: number) => number)[] = [
  Math.tanh,
  (input) => input / Math.sqrt(1 + input * input),
  (input) => {
    const offset = Math.tanh(TUBE_BIAS);
    return (Math.tanh(input + TUBE_BIAS) - offset) / (1 - offset * offset);
  },
  (input) => Math.min(1, Math.max(-1, input)),
];

/**
 * What the stage's curve makes of one sample, before the stage gives the loudness back.
 *
 * At 0 dB of drive the stage is out of the way and the sample comes out as it is.
 */
export function driven(input: number, driveDb: number, character: number): number {
  if (driveDb <= 0) return input;
  const curve = CURVES[character] ?? Math.tanh;
  return curve(input * 10 ** (driveDb / 20));
}
