import { beforeEach, describe, expect, test } from "vitest";
import {
  FALL_DB_PER_S,
  HOLD_S,
  LevelBallistics,
  RMS_TIME_CONSTANT_S,
  STALE_AFTER_S,
} from "../src/meter/level-ballistics.ts";

const FRAME_S = 1 / 60;
const linear = (db: number) => 10 ** (db / 20);

let level: LevelBallistics;
beforeEach(() => {
  level = new LevelBallistics();
});

/** Lets time go by in frames, measuring `peak` and `rms` anew in each if they are given. */
function pass(seconds: number, measured?: { peak: number; rms: number }): void {
  for (let frame = 0; frame < Math.round(seconds / FRAME_S); frame += 1) {
    level.advance(FRAME_S);
    if (measured !== undefined) {
      level.measure(measured.peak, measured.rms);
    }
  }
}

describe("peak", () => {
  test("rises at once", () => {
    level.measure(linear(-6), 0);
    expect(level.peakDb).toBeCloseTo(-6, 9);
  });

  test("falls by a constant number of decibels a second", () => {
    level.measure(linear(-6), 0);
    pass(1, { peak: 0, rms: 0 });
    // In the first frame it still stood at what was measured.
    expect(level.peakDb).toBeCloseTo(-6 - FALL_DB_PER_S * (1 - FRAME_S), 6);
  });

  test("falls the same whatever the length of a frame", () => {
    const other = new LevelBallistics();
    for (const each of [level, other]) {
      each.measure(1, 0);
      each.measure(0, 0);
    }
    level.advance(0.05);
    for (let step = 0; step < 50; step += 1) {
      other.advance(0.001);
    }
    expect(level.peakDb).toBeCloseTo(other.peakDb, 9);
  });

  test("of a steady tone stands still", () => {
    level.measure(linear(-18), linear(-21));
    for (let frame = 0; frame < 60; frame += 1) {
      level.advance(FRAME_S);
      expect(level.peakDb).toBeCloseTo(-18, 9);
      level.measure(linear(-18), linear(-21));
    }
  });

  test("falls when news stops coming", () => {
    level.measure(1, 0.7);
    pass(STALE_AFTER_S + 1);
    expect(level.peakDb).toBeLessThan(-FALL_DB_PER_S * 0.95);
  });
});

describe("held peak", () => {
  test("stays for its time, then falls", () => {
    level.measure(linear(-3), 0);
    pass(HOLD_S - 2 * FRAME_S, { peak: 0, rms: 0 });
    expect(level.holdDb).toBeCloseTo(-3, 9);
    pass(2 * FRAME_S + 0.5, { peak: 0, rms: 0 });
    expect(level.holdDb).toBeCloseTo(-3 - FALL_DB_PER_S * 0.5, 6);
  });

  test("starts anew with each peak as high", () => {
    level.measure(linear(-3), 0);
    pass(1, { peak: 0, rms: 0 });
    level.measure(linear(-3), 0);
    pass(1, { peak: 0, rms: 0 });
    expect(level.holdDb).toBeCloseTo(-3, 9);
  });

  test("is never below the peak", () => {
    level.measure(linear(-30), 0);
    pass(HOLD_S + 1, { peak: linear(-30), rms: 0 });
    expect(level.holdDb).toBeGreaterThanOrEqual(level.peakDb);
  });
});

describe("RMS", () => {
  test("follows the average of the power with its time constant", () => {
    level.measure(1, 0.5);
    level.advance(RMS_TIME_CONSTANT_S);
    expect(level.rmsDb).toBeCloseTo(10 * Math.log10(0.25 * (1 - Math.exp(-1))), 6);
  });

  test("has reached 99 % of the power after 300 ms", () => {
    pass(0.3, { peak: 1, rms: 0.5 });
    level.measure(1, 0.5);
    level.advance(FRAME_S);
    expect(10 ** (level.rmsDb / 10)).toBeCloseTo(0.25 * 0.99, 3);
  });
});

describe("rest", () => {
  test("silence is at rest, sound is not", () => {
    expect(level.atRest).toBe(true);
    level.measure(0.1, 0.05);
    expect(level.atRest).toBe(false);
  });

  test("comes when the last of it has fallen below the scale", () => {
    level.measure(1, 0.5);
    pass(2);
    expect(level.atRest).toBe(false);
    pass(4);
    expect(level.atRest).toBe(true);
  });

  test("a level below the scale disturbs nobody", () => {
    level.measure(linear(-80), linear(-83));
    level.advance(FRAME_S);
    expect(level.atRest).toBe(true);
  });

  test("a reset forgets everything", () => {
    level.measure(1, 1);
    level.advance(FRAME_S);
    level.reset();
    expect([level.peakDb, level.holdDb, level.rmsDb]).toEqual(Array(3).fill(Number.NEGATIVE_INFINITY));
    expect(level.atRest).toBe(true);
  });

  test("what is no number is silence", () => {
    level.measure(Number.NaN, Number.NaN);
    level.advance(FRAME_S);
    expect(level.rmsDb).toBe(Number.NEGATIVE_INFINITY);
    expect(level.atRest).toBe(true);
  });
});
