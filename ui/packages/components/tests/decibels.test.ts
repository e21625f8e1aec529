import { describe, expect, test } from "vitest";
import { decibels, levelText, powerDecibels, scalePosition } from "../src/meter/decibels.ts";

describe("decibels", () => {
  test("full scale is 0 dB, half is 6.02 dB below", () => {
    expect(decibels(1)).toBe(0);
    expect(decibels(0.5)).toBeCloseTo(-6.0206, 4);
    expect(powerDecibels(0.25)).toBeCloseTo(-6.0206, 4);
  });

  test("silence, and what is no level, has none", () => {
    for (const linear of [0, -1, Number.NaN]) {
      expect(decibels(linear)).toBe(Number.NEGATIVE_INFINITY);
    }
  });
});

describe("scalePosition", () => {
  test("the scale ends at -60 and +6 dB", () => {
    expect([Number.NEGATIVE_INFINITY, -90, -60].map(scalePosition)).toEqual([0, 0, 0]);
    expect([6, 40, Number.POSITIVE_INFINITY].map(scalePosition)).toEqual([1, 1, 1]);
  });

  test("it rises everywhere between, and never by a jump", () => {
    for (let db = -60; db < 6; db += 0.25) {
      const rise = scalePosition(db + 0.25) - scalePosition(db);
      expect(rise, `at ${db} dB`).toBeGreaterThan(0);
      expect(rise, `at ${db} dB`).toBeLessThan(0.007);
    }
  });

  test("between two marks it is even", () => {
    expect(scalePosition(-6)).toBeCloseTo((scalePosition(-12) + scalePosition(0)) / 2, 12);
  });
});

test("levels read as people read them", () => {
  expect(levelText(-12.34)).toBe("\u221212.3 dB");
  expect(levelText(-0.04)).toBe("0.0 dB");
  expect(levelText(Number.NEGATIVE_INFINITY)).toBe("silent");
});
