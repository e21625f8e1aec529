import { expect, test } from "vitest";
import { decibelText, decimal, frequencyText, noteText } from "./numbers.ts";

test("what rounds to nothing has no sign, and the minus is a real one", () => {
  expect(["0.0", "0.0", "\u22123.0", "12.3"]).toEqual([0, -0.04, -3, 12.34].map((value) => decimal(value)));
  expect(decibelText(-3.01)).toBe("\u22123.0 dB");
});

test("frequencies have three digits that count, as the parameters' texts do", () => {
  const texts = [20, 99.96, 141.4, 999.4, 999.6, 4_472, 9_999, 20_000].map(frequencyText);
  expect(texts).toEqual([
    ...["20.0 Hz", "100 Hz", "141 Hz", "999 Hz", "1.00 kHz", "4.47 kHz", "10.0 kHz", "20.0 kHz"],
  ]);
});

test("notes are named as piano keys are, with the cents between them", () => {
  expect(noteText(440)).toBe("A4");
  expect(noteText(261.626)).toBe("C4");
  expect(noteText(16.352)).toBe("C0");
  expect(noteText(10)).toBe("D#\u22121 +49");
  expect(noteText(445)).toBe("A4 +20");
  expect(noteText(430)).toBe("A4 \u221240");
});
