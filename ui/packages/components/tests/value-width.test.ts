import { expect, test } from "vitest";
import { valueWidthCh } from "../src/control/value-width.ts";
import { CHARACTER, GAIN } from "./recorded-control.ts";

test("there is room for the ends of a range", () => {
  expect(valueWidthCh(GAIN)).toBe("-24.0 dB".length);
});

test("whole numbers have no decimals to make room for", () => {
  expect(valueWidthCh({ ...GAIN, type: "int", text: "0 dB" })).toBe("-24 dB".length);
});

test("there is room for the longest variant", () => {
  expect(valueWidthCh({ ...CHARACTER, variants: ["Off", "12 dB/oct"] })).toBe("12 dB/oct".length);
});

test("a sentence does not widen a control", () => {
  expect(valueWidthCh({ ...GAIN, text: "somewhere in the middle of it all" })).toBe(14);
});
