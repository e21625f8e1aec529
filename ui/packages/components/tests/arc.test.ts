import { expect, test } from "vitest";
import { arcPath, degreesAt, originOf, pointAt } from "../src/knob/arc.ts";
import { GAIN } from "./recorded-control.ts";

test("the travel is 270 degrees, with the middle at the top", () => {
  expect([0, 0.5, 1].map(degreesAt)).toEqual([-135, 0, 135]);
  expect(pointAt(0.5, 45)).toEqual({ x: 50, y: 5 });
});

test("the arc of the whole travel is the large one, of a third the small one", () => {
  expect(arcPath(0, 1, 45)).toBe("M18.18 81.82A45 45 0 1 1 81.82 81.82");
  expect(arcPath(0, 1 / 3, 45)).toContain(" 0 0 1 ");
});

test("an arc to the left of the middle is drawn from its lower end", () => {
  expect(arcPath(0.5, 0.2, 45)).toBe(arcPath(0.2, 0.5, 45));
});

test("an arc without length is none, so that no dot stays behind", () => {
  expect(arcPath(0.5, 0.5, 45)).toBe("");
});

test("an arc starts in the middle where a parameter has a negative and a positive side", () => {
  expect(originOf(GAIN)).toBe(0.5);
  expect(originOf({ ...GAIN, default: 0.7 })).toBe(0.5);
  expect(originOf({ ...GAIN, min: -60, max: 12, default: 0.8 })).toBe(0.8);
  expect(originOf({ ...GAIN, min: 0 })).toBe(0);
  expect(originOf({ ...GAIN, max: 0 })).toBe(0);
  const { min: _, ...unbounded } = GAIN;
  expect(originOf(unbounded)).toBe(0);
});
