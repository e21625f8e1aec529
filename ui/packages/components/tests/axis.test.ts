import { describe, expect, it } from "vitest";
import { linearAxis, logarithmicAxis } from "../src/graph/axis.ts";

describe.each([
  ["linear", linearAxis(9, -39), [9, -15, -39]],
  ["logarithmic", logarithmicAxis(20, 20_000), [20, 200 * Math.sqrt(10), 20_000]],
] as const)("a %s axis", (_, axis, [start, middle, end]) => {
  it("has its ends at 0 and 1 and its middle between them", () => {
    const places = [start, middle, end].map((value) => axis.placeOf(value));
    for (const [index, place] of [0, 0.5, 1].entries()) expect(places[index]).toBeCloseTo(place, 12);
  });

  it("gives back the value of a place", () => {
    for (const place of [-0.1, 0, 0.3, 1, 1.1])
      expect(axis.placeOf(axis.valueAt(place))).toBeCloseTo(place, 12);
  });
});
