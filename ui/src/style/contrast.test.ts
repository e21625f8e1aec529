import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** The custom properties of the page: the components' own, and those that the page gives in their place. */
const properties = new Map<string, string>();
for (const file of ["../../packages/components/src/theme.css", "tokens.css"]) {
  const sheet = readFileSync(new URL(file, import.meta.url), "utf8").replace(
    /@media[^{]*\{(?:[^{}]*\{[^}]*\})*[^}]*\}/g,
    "",
  );
  for (const [, name = "", value = ""] of sheet.matchAll(/(--[\w-]+):\s*([^;]+);/g)) {
    if (!properties.has(name) || file === "tokens.css") properties.set(name, value.trim());
  }
}

/** Red, green and blue of a property that is a colour, in [0, 1]. */
function colour(name: string): [number, number, number] {
  const value = properties.get(name) ?? "";
  const reference = value.match(/^var\((--[\w-]+)\)$/)?.[1];
  if (reference !== undefined) return colour(reference);
  const [, red = "", green = "", blue = ""] = value.match(/^#(..)(..)(..)$/) ?? [];
  if (blue === "") throw new Error(`${name} is no colour: ${value}`);
  return [red, green, blue].map((hex) => Number.parseInt(hex, 16) / 255) as [number, number, number];
}

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(name: string): number {
  const [red, green, blue] = colour(name).map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  ) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

const GROUNDS = ["--ground", "--ground-high", "--well", "--wc-raised"];

test.each(GROUNDS)("texts are read on %s: 4.5 to one", (ground) => {
  for (const text of ["--text", "--text-quiet", "--accent", "--wc-warning", "--wc-bad"]) {
    expect(contrast(text, ground), text).toBeGreaterThanOrEqual(4.5);
  }
});

test("what lies on the accent is read: 4.5 to one", () => {
  expect(contrast("--wc-on-accent", "--accent")).toBeGreaterThanOrEqual(4.5);
});

test.each([
  ["a curve", "--accent", "--well"],
  ["a curve that is off, and the line of what does nothing", "--mark", "--well"],
  ["the pointer of an idle knob", "--wc-border-strong", "--wc-knob-bottom"],
  ["the ring of what has the keyboard", "--wc-focus", "--ground"],
  ["full scale on a meter", "--wc-meter-zero", "--wc-meter-empty"],
  ["the low end of a meter", "--wc-meter-low", "--wc-meter-empty"],
  ["what is over", "--wc-meter-over", "--wc-meter-empty"],
])("%s is seen: three to one", (_, line, ground) => {
  expect(contrast(line, ground)).toBeGreaterThanOrEqual(3);
});
