import { describe, expect, test } from "vitest";
import { arrowDistance, pageDistance, snap, wheelNotches } from "../src/control/position.ts";

describe("snap", () => {
  test("a continuous position stays as it is, within the range", () => {
    expect([-0.1, 0.3141, 1.2].map((position) => snap(position, undefined))).toEqual([0, 0.3141, 1]);
  });

  test("a stepped position goes to the nearest step", () => {
    expect([0, 0.16, 0.17, 0.6, 1].map((position) => snap(position, 3))).toEqual([0, 0, 1 / 3, 2 / 3, 1]);
  });
});

describe("keys", () => {
  test("an arrow moves a hundredth, a thousandth when fine, and a step where there are steps", () => {
    expect(arrowDistance(undefined, false)).toBeCloseTo(0.01, 12);
    expect(arrowDistance(undefined, true)).toBeCloseTo(0.001, 12);
    expect(arrowDistance(3, true)).toBeCloseTo(1 / 3, 12);
  });

  test("a page is a tenth, in whole steps and at least one", () => {
    expect(pageDistance(undefined)).toBeCloseTo(0.1, 12);
    expect(pageDistance(3)).toBeCloseTo(1 / 3, 12);
    expect(pageDistance(127)).toBeCloseTo(13 / 127, 12);
  });
});

describe("wheelNotches", () => {
  const vertical = (deltaY: number, deltaMode = 0) => wheelNotches({ deltaX: 0, deltaY, deltaMode });

  test("a notch is a notch in each browser's count of pixels, and upwards is positive", () => {
    expect([-120, -100, -71, 120].map((px) => vertical(px))).toEqual([1, 1, 1, -1]);
  });

  test("notches that a browser reports together count each", () => {
    expect(vertical(-360)).toBe(3);
  });

  test("a trackpad's few pixels are a part of a notch", () => {
    expect(vertical(-5)).toBeCloseTo(0.1, 12);
  });

  test("lines and pages count as well", () => {
    expect(vertical(-3, 1)).toBe(1);
    expect(vertical(1, 2)).toBe(-1);
  });

  test("a wheel that shift has turned sideways counts", () => {
    expect(wheelNotches({ deltaX: -120, deltaY: 0, deltaMode: 0 })).toBe(1);
  });
});
