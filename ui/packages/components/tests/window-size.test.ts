import { expect, test } from "vitest";
import { limitProportionally, limitSize } from "../src/window/window-size.ts";

const LIMITS = { minWidth: 640, minHeight: 400, maxWidth: 1600, maxHeight: 1000 };
const START = { width: 960, height: 600 };

test("a size is whole and within the limits", () => {
  expect(limitSize({ width: 700.4, height: 500.6 }, LIMITS)).toEqual({ width: 700, height: 501 });
  expect(limitSize({ width: 10, height: 5000 }, LIMITS)).toEqual({ width: 640, height: 1000 });
});

test("with a proportion, the side that moved more decides", () => {
  expect(limitProportionally({ width: 1056, height: 605 }, START, LIMITS)).toEqual({
    width: 1056,
    height: 660,
  });
  expect(limitProportionally({ width: 965, height: 480 }, START, LIMITS)).toEqual({
    width: 768,
    height: 480,
  });
});

test("the proportion holds at the limits", () => {
  const square = { ...LIMITS, maxHeight: 700 };
  expect(limitProportionally({ width: 4000, height: 600 }, START, square)).toEqual({
    width: 1120,
    height: 700,
  });
  expect(limitProportionally({ width: 1, height: 1 }, START, LIMITS)).toEqual({ width: 640, height: 400 });
});
