import { describe, expect, test } from "vitest";
import { unitScale } from "../src/page/use-viewport-units.ts";

describe("by how much font sizes in viewport units are too large", () => {
  test("is 1 where they are right, and where a scroll bar takes a little of the window", () => {
    expect(unitScale("64px", 640)).toBe(1);
    expect(unitScale("62.5px", 640)).toBe(1);
  });

  test("is the page's zoom where a webview zooms them twice", () => {
    expect(unitScale("128px", 640)).toBe(2);
    expect(unitScale("80.0156px", 640)).toBe(1.25);
    expect(unitScale("40px", 800)).toBe(0.5);
  });

  test("is 1 where nothing can be measured", () => {
    expect(unitScale("10vw", 640)).toBe(1);
    expect(unitScale("", 640)).toBe(1);
    expect(unitScale("64px", 0)).toBe(1);
  });
});
