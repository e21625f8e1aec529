import { expect, test } from "vitest";
import { cutResponseDb } from "./filters.ts";

test.each([1, 2, 3])("at the corner, slope %i is 3 dB down on either side", (slope) => {
  for (const side of ["low", "high"] as const) {
    expect(cutResponseDb(side, { cornerHz: 500, slope }, 500)).toBeCloseTo(-3.0103, 4);
  }
});

test.each([
  [1, 12.04],
  [2, 24.08],
  [3, 48.16],
])("slope %i falls by its decibels in each octave", (slope, octaveDb) => {
  const low = { cornerHz: 1_000, slope };
  expect(cutResponseDb("low", low, 50) - cutResponseDb("low", low, 25)).toBeCloseTo(octaveDb, 2);
  const high = { cornerHz: 1_000, slope };
  expect(cutResponseDb("high", high, 20_000) - cutResponseDb("high", high, 40_000)).toBeCloseTo(octaveDb, 2);
});

test("a cut that is off lets everything pass", () => {
  expect(cutResponseDb("low", { cornerHz: 1_000, slope: 0 }, 20)).toBe(0);
});

test("each cut leaves the other side alone", () => {
  expect(cutResponseDb("low", { cornerHz: 100, slope: 2 }, 10_000)).toBeCloseTo(0, 9);
  expect(cutResponseDb("high", { cornerHz: 10_000, slope: 2 }, 100)).toBeCloseTo(0, 9);
});
