import { decibels, FLOOR_DB, powerDecibels } from "./decibels.ts";

/**
 * How fast a peak falls, in decibels a second. The rise takes no time.
 *
 * IEC 60268-18 asks for 20 dB in 1.7 s, which is 11.8 dB/s; meters of workstations are quicker on their feet. This is
 * the middle one of the rates that Ardour offers.
 */
export const FALL_DB_PER_S = 20;
/** How long the highest peak stays marked, in seconds: the longest that IEC 60268-18 allows (1.0 s, give or take 0.5). */
export const HOLD_S = 1.5;
/** The time constant of the RMS average, in seconds: 99 % after 300 ms, as IEC 60268-17 asks of a VU meter. */
export const RMS_TIME_CONSTANT_S = 0.3 / Math.log(100);
/** After so many seconds without news the signal counts as gone: what is shown was measured, or is falling. */
export const STALE_AFTER_S = 0.1;

/** What one bar of a meter shows, in dBFS, as time goes by. */
export class LevelBallistics {
  /** The top of the bar. */
  peakDb = Number.NEGATIVE_INFINITY;
  /** The line of the highest peak. */
  holdDb = Number.NEGATIVE_INFINITY;
  /** The mean square of the body, which moves in the domain of power. */
  #meanSquare = 0;
  #measuredDb = Number.NEGATIVE_INFINITY;
  #measuredMeanSquare = 0;
  #holdLeft_s = 0;
  #age_s = 0;

  /** The top of the body. */
  get rmsDb(): number {
    return powerDecibels(this.#meanSquare);
  }

  /** Whether nothing shows and nothing moves until there is news. */
  get atRest(): boolean {
    const highest = Math.max(this.peakDb, this.holdDb, this.rmsDb, this.#measuredDb);
    return highest < FLOOR_DB && powerDecibels(this.#measuredMeanSquare) < FLOOR_DB;
  }

  /** Takes new levels, linear. */
  measure(peak: number, rms: number): void {
    this.#age_s = 0;
    this.#measuredDb = decibels(peak);
    this.#measuredMeanSquare = rms > 0 ? rms * rms : 0;
    this.peakDb = Math.max(this.peakDb, this.#measuredDb);
    if (this.#measuredDb >= this.holdDb) {
      this.holdDb = this.#measuredDb;
      this.#holdLeft_s = HOLD_S;
    }
  }

  /** Lets time go by. */
  advance(elapsed_s: number): void {
    this.#age_s += elapsed_s;
    if (this.#age_s > STALE_AFTER_S) {
      this.#measuredDb = Number.NEGATIVE_INFINITY;
      this.#measuredMeanSquare = 0;
    }
    // Not below what was just measured: a steady tone stands still between two measurements.
    this.peakDb = Math.max(this.#measuredDb, this.peakDb - FALL_DB_PER_S * elapsed_s);
    const kept = Math.exp(-elapsed_s / RMS_TIME_CONSTANT_S);
    this.#meanSquare = this.#measuredMeanSquare + (this.#meanSquare - this.#measuredMeanSquare) * kept;

    const fallen_s = Math.max(0, elapsed_s - this.#holdLeft_s);
    this.#holdLeft_s = Math.max(0, this.#holdLeft_s - elapsed_s);
    this.holdDb = Math.max(this.peakDb, this.holdDb - FALL_DB_PER_S * fallen_s);
  }

  /** Forgets everything: nothing is measured any more. */
  reset(): void {
    this.peakDb = Number.NEGATIVE_INFINITY;
    this.holdDb = Number.NEGATIVE_INFINITY;
    this.#meanSquare = 0;
    this.#measuredDb = Number.NEGATIVE_INFINITY;
    this.#measuredMeanSquare = 0;
    this.#holdLeft_s = 0;
    this.#age_s = 0;
  }
}
