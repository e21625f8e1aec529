/** What the static curve is made of, as `src/dsp/curve.rs` has it. */
export type Curve = {
  threshold_db: number;
  /** The share of a change in level that is taken away: 1 - 1/ratio. */
  share: number;
  knee_db: number;
};

/** The level that comes out, in dB, of a level that goes in. */
export function outputOf({ threshold_db, share, knee_db }: Curve, input_db: number): number {
  const above_db = input_db - threshold_db;
  const isInKnee = 2 * Math.abs(above_db) < knee_db;
  const excess_db = isInKnee ? (above_db + knee_db / 2) ** 2 / (2 * knee_db) : Math.max(0, above_db);
  return input_db - share * excess_db;
}
