/** Levels in decibels relative to full scale, and where they lie on a meter. */

/** The bottom of the scale, in dBFS. What is quieter shows nothing. */
export const FLOOR_DB = -60;
/** The top of the scale, in dBFS. */
export const CEILING_DB = 6;
/** Numbers beside a meter go further down than its scale, to here. */
const LOWEST_NUMBER_DB = -99.9;
/** The marks that carry a number, in dBFS. */
export const MARKS_DB: readonly number[] = [6, 0, -6, -12, -18, -24, -36, -60];

/**
 * The scale: decibels and how far up they lie, with straight lines between.
 *
 * As on the meters of IEC 60268-18, the upper decibels, in which one mixes, take more room than the lower ones.
 */
const SCALE: readonly (readonly [db: number, position: number])[] = [
  [FLOOR_DB, 0],
  [-48, 0.06],
  [-36, 0.16],
  [-24, 0.33],
  [-12, 0.6],
  [0, 0.875],
  [CEILING_DB, 1],
];

/** A linear magnitude in dBFS: -Infinity for silence and for what is no level at all. */
export function decibels(linear: number): number {
  return linear > 0 ? 20 * Math.log10(linear) : Number.NEGATIVE_INFINITY;
}

/** A mean square in dBFS. */
export function powerDecibels(meanSquare: number): number {
  return meanSquare > 0 ? 10 * Math.log10(meanSquare) : Number.NEGATIVE_INFINITY;
}

/** How far up a level lies, from 0 at the bottom of the scale to 1 at its top. */
export function scalePosition(db: number): number {
  let [belowDb, below] = [FLOOR_DB, 0];
  for (const [aboveDb, above] of SCALE) {
    if (db < aboveDb) {
      return db <= belowDb ? below : below + ((above - below) * (db - belowDb)) / (aboveDb - belowDb);
    }
    [belowDb, below] = [aboveDb, above];
  }
  return 1;
}

/** A level as people read it: "\u221212.3 dB", or "silent" below the scale. */
export function levelText(db: number): string {
  return db < FLOOR_DB ? "silent" : `${withMinus(db.toFixed(1))} dB`;
}

/** A level beside a meter, without its unit: "\u221212.3", and a dash for what is below all sound. */
export function decibelNumber(db: number): string {
  return db < LOWEST_NUMBER_DB ? "\u2013" : withMinus(db.toFixed(1));
}

/** A number with a real minus. What rounds to nothing has no sign. */
export function withMinus(text: string): string {
  return text.replace(/^-(?=0(?:\.0*)?$)/, "").replace("-", "\u2212");
}

/** A scale of a level meter: the whole one, or its upper end, drawn larger. */
export type LevelScale = {
  /** The bottom, in dBFS. */
  readonly floorDb: number;
  /** How far up a level lies, from 0 at the bottom to 1 at the top. */
  position(db: number): number;
  /** The marks that carry a number, in dBFS. */
  readonly marksDb: readonly number[];
};

/** The scales to choose from: the whole one first. */
export const LEVEL_SCALES: readonly LevelScale[] = [FLOOR_DB, -36, -18].map((floorDb) => {
  const bottom = scalePosition(floorDb);
  return {
    floorDb,
    position: (db) => Math.max(0, (scalePosition(db) - bottom) / (1 - bottom)),
    marksDb: MARKS_DB.filter((db) => db >= floorDb),
  };
});
