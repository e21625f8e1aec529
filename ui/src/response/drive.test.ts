import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { driven } from "./drive.ts";

type Curves = { inputs: number[]; outputs: number[][] };

/** What the DSP makes of some samples; `cargo xtask codegen` keeps the file true. */
const curves: Curves = JSON.parse(readFileSync(new URL("./drive-curves.json", import.meta.url), "utf8"));

/** So little drive that it does not matter, but the stage is in. */
const HARDLY_ANY_DB = 1e-9;

test.each(["soft", "tape", "tube", "hard"].map((name, character) => [name, character] as const))(
  "the %s curve is the one of the DSP",
  (_, character) => {
    curves.inputs.forEach((input, index) => {
      expect(driven(input, HARDLY_ANY_DB, character)).toBeCloseTo(
        curves.outputs[character]?.[index] ?? NaN,
        5,
      );
    });
  },
);

test("drive is gain into the curve", () => {
  expect(driven(0.1, 20, 3)).toBeCloseTo(1, 9);
  expect(driven(0.05, 20, 3)).toBeCloseTo(0.5, 9);
});

test("at 0 dB the stage is out of the way", () => {
  expect(driven(0.9, 0, 3)).toBe(0.9);
  expect(driven(-1, 0, 2)).toBe(-1);
});
