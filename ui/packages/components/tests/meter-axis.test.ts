import type { MeterInfo } from "@wavecraft/core";
import { describe, expect, test } from "vitest";
import { meterAxis } from "../src/meter/meter-axis.ts";

function axis(info: Partial<MeterInfo>) {
  return meterAxis({ id: "meter", name: "Meter", kind: "value", channels: 1, ...info });
}

describe("gain reduction", () => {
  const reduction = axis({ kind: "gainReduction", min: -24, max: 0 });

  test("hangs from the top, and is read in decibels", () => {
    expect(reduction.origin).toBe(1);
    expect([0, -6, -24, -40].map(reduction.position)).toEqual([1, 0.75, 0, 0]);
    expect([reduction.text(-6.34), reduction.text(-0.01)]).toEqual(["\u22126.3 dB", "0.0 dB"]);
    expect(reduction.marks).toEqual([-24, -21, -18, -15, -12, -9, -6, -3, 0]);
  });

  test("has a range of its own where the plugin gives none", () => {
    expect(axis({ kind: "gainReduction" }).lowest).toBe(-24);
  });
});

describe("levels", () => {
  test("are linear on the wire and decibels on the meter, on the scale of all levels", () => {
    const level = axis({ kind: "level", unit: "dB", min: -60, max: 6 });
    expect(level.shown(0.5)).toBeCloseTo(-6.02, 2);
    expect(level.position(level.shown(1))).toBeCloseTo(0.875);
    expect([level.position(level.shown(0)), level.position(20)]).toEqual([0, 1]);
    expect(level.text(level.shown(0))).toBe("silent");
  });

  test("fill the meter with a narrower range", () => {
    const level = axis({ kind: "level", min: -36, max: 0 });
    expect([level.position(-36), level.position(0)]).toEqual([0, 1]);
    expect(level.marks).toEqual([0, -6, -12, -18, -24, -36]);
  });
});

describe("other values", () => {
  test("grow from zero, to either side", () => {
    const correlation = axis({ min: -1, max: 1 });
    expect(correlation.origin).toBe(0.5);
    expect([correlation.position(1), correlation.position(-1)]).toEqual([1, 0]);
    expect(correlation.text(-0.456)).toBe("\u22120.46");
  });

  test("grow from the end that is nearest to zero where zero is not on the scale", () => {
    const cutoff = axis({ unit: "Hz", min: 20, max: 20_000 });
    expect(cutoff.origin).toBe(0);
    expect([cutoff.text(440.4), cutoff.text(44.04), cutoff.text(4.404)]).toEqual([
      "440 Hz",
      "44.0 Hz",
      "4.40 Hz",
    ]);
  });

  test("have few marks, at numbers that are easy to read, whatever the range", () => {
    for (const [min, max] of [
      [0, 1],
      [-1, 1],
      [0, 7],
      [0, 100],
      [20, 20_000],
      [-0.003, 0.004],
      [0, 1e9],
    ] as const) {
      const { marks } = axis({ min, max });
      expect(marks.length).toBeGreaterThan(1);
      expect(marks.length).toBeLessThan(12);
      expect(marks.every((mark) => mark >= min - 1e-9 && mark <= max + max * 1e-9)).toBe(true);
    }
    expect(axis({ min: 1, max: 1 }).marks).toEqual([]);
    expect(axis({ min: 1, max: 1 }).position(1)).toBe(0);
  });
});
