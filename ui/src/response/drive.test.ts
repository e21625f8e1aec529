import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { driven, driveStage } from "./drive.ts";

type Curves = {
  inputs: number[];
  outputs: number[][];
  drives_db: number[];
  peaks_db: number[];
  /** For each character, drive and peak: gain in dB, distortion in percent. */
  sines: [gainDb: number, distortionPercent: number][][][];
};

/** What the DSP makes of some samples; `cargo xtask codegen` keeps the file true. */
const curves: Curves = JSON.parse(readFileSync(new URL("./drive-curves.json", import.meta.url), "utf8"));

/** So little drive that it does not matter, but the stage is in. */
const HARDLY_ANY_DB = 1e-9;

const CHARACTERS = ["soft", "tape", "tube", "hard"].map((name, character) => [name, character] as const);

test.each(CHARACTERS)("the %s curve is the one of the DSP", (_, character) => {
  curves.inputs.forEach((input, index) => {
    expect(driven(input, HARDLY_ANY_DB, character)).toBeCloseTo(curves.outputs[character]?.[index] ?? NaN, 5);
  });
});

test("drive is gain into the curve", () => {
  expect(driven(0.1, 20, 3)).toBeCloseTo(1, 9);
  expect(driven(0.05, 20, 3)).toBeCloseTo(0.5, 9);
});

test("at 0 dB the stage is out of the way", () => {
  expect(driven(0.9, 0, 3)).toBe(0.9);
  expect(driven(-1, 0, 2)).toBe(-1);
});

test.each(CHARACTERS)("what %s makes of a sine is what comes out of the strip", (_, character) => {
  curves.drives_db.forEach((driveDb, drive) => {
    const stage = driveStage({ driveDb, character });
    curves.peaks_db.forEach((peakDb, peak) => {
      const [gainDb = NaN, distortionPercent = NaN] = curves.sines[character]?.[drive]?.[peak] ?? [];
      const sine = stage(10 ** (peakDb / 20));
      // The strip's own filters leave out what is above the band, and a square wave has some there.
      expect(Math.abs(sine.gainDb - gainDb), `gain at ${driveDb} dB, ${peakDb} dBFS`).toBeLessThan(0.1);
      const error = Math.abs(100 * sine.distortion - distortionPercent);
      expect(error, "distortion there").toBeLessThan(0.05 + 0.03 * distortionPercent);
    });
  });
});

test("the tube adds even harmonics, the others odd ones alone", () => {
  for (const [name, character] of CHARACTERS) {
    const [second = 0, third = 0] = driveStage({ driveDb: 12, character })(0.5).harmonics;
    expect(third, name).toBeGreaterThan(0.01);
    expect(second > 0.01, name).toBe(name === "tube");
  }
});

test("a stage that is out of the way adds nothing", () => {
  expect(driveStage({ driveDb: 0, character: 3 })(1)).toMatchObject({ gainDb: 0, distortion: 0 });
});
