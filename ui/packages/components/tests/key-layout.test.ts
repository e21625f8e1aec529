import { expect, test } from "vitest";
import { keyLayout, noteName, spokenNoteName, strikeAt } from "../src/keyboard/key-layout.ts";

test("notes are named by the octave of middle C, which is the fourth", () => {
  expect([60, 61, 69, 0, 127].map(noteName)).toEqual(["C4", "C♯4", "A4", "C-1", "G9"]);
  expect(spokenNoteName(66)).toBe("F sharp 4");
});

test("white keys share the width, and black ones lie between their neighbours", () => {
  const { keys } = keyLayout(60, 71);
  const whites = keys.filter((key) => !key.isBlack);
  expect(whites.map((key) => key.note)).toEqual([60, 62, 64, 65, 67, 69, 71]);
  expect(whites.every((key, index) => Math.abs(key.x - index / 7) < 1e-9)).toBe(true);
  for (const key of keys.filter((key) => key.isBlack)) {
    const below = keys.find(({ note }) => note === key.note - 1);
    const above = keys.find(({ note }) => note === key.note + 1);
    const gap = above?.x ?? Number.NaN;
    expect(key.x).toBeLessThan(gap);
    expect(key.x + key.width).toBeGreaterThan(gap);
    expect(key.x).toBeGreaterThan(below?.x ?? Number.NaN);
  }
});

test("a keyboard begins and ends with white keys, and has those of MIDI at most", () => {
  const ends = (one: number, other: number) => {
    const { firstNote, lastNote } = keyLayout(one, other);
    return [firstNote, lastNote];
  };
  expect(ends(61, 70)).toEqual([60, 71]);
  expect(ends(72, 48)).toEqual([48, 72]);
  expect(ends(-20, 400)).toEqual([0, 127]);
  expect(ends(61, 61)).toEqual([60, 62]);
});

test("every key of a piano can be struck, each at its own places", () => {
  const layout = keyLayout(21, 108);
  for (const key of layout.keys) {
    const lower = strikeAt(layout, key.x + key.width / 2, key.isBlack ? 0.6 : 0.99);
    expect(lower?.note).toBe(key.note);
    expect(lower?.velocity).toBeGreaterThan(0.95);
  }
});

test("what is further down is struck harder, and beside the keys nothing is", () => {
  const layout = keyLayout(60, 72);
  const velocities = [0, 0.25, 0.5, 0.75, 1].map((y) => strikeAt(layout, 0.01, y)?.velocity ?? 0);
  expect(velocities).toEqual([...velocities].sort((one, other) => one - other));
  expect(velocities[0]).toBeGreaterThan(0);
  expect(velocities[4]).toBe(1);
  for (const [x, y] of [
    [-0.01, 0.5],
    [1, 0.5],
    [0.5, -0.01],
    [0.5, 1.01],
    [Number.NaN, 0.5],
  ]) {
    expect(strikeAt(layout, x ?? 0, y ?? 0)).toBeNull();
  }
});
