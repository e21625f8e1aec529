import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PaintTurns } from "../src/canvas/paint-turns.ts";

/** The frame that was asked for, if one was, and how many were. */
let frame: ((now_ms: number) => void) | null = null;
let frames = 0;
let called: string[] = [];

beforeEach(() => {
  [frame, frames, called] = [null, 0, []];
  vi.stubGlobal("requestAnimationFrame", (callback: (now_ms: number) => void) => {
    frame = callback;
    frames += 1;
    return frames;
  });
  vi.stubGlobal("cancelAnimationFrame", () => {
    frame = null;
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function nextFrame(now_ms = 16): void {
  const callback = frame;
  frame = null;
  callback?.(now_ms);
}

/** Something that is painted again and again. */
function moving(turns: PaintTurns, turn: "levels" | "signals" | "texts", name: string): () => void {
  const paint = () => {
    called.push(name);
    turns.request(turn, paint);
  };
  turns.request(turn, paint);
  return () => turns.cancel(turn, paint);
}

test("where painting is cheap all that waits has the same frame", () => {
  const turns = new PaintTurns(false);
  moving(turns, "levels", "meter");
  moving(turns, "signals", "spectrum");
  nextFrame();
  expect(called).toEqual(["meter", "spectrum"]);
  expect(frames).toBe(2);
});

test("turns that are apart have their frames one after another, and none waits for ever", () => {
  const turns = new PaintTurns(true);
  moving(turns, "levels", "left");
  moving(turns, "levels", "right");
  moving(turns, "signals", "spectrum");
  nextFrame();
  expect(called).toEqual(["left", "right"]);
  for (let more = 0; more < 3; more += 1) nextFrame();
  expect(called).toEqual(["left", "right", "spectrum", "left", "right", "spectrum"]);
});

test("what is alone has every frame", () => {
  const turns = new PaintTurns(true);
  moving(turns, "levels", "meter");
  for (let more = 0; more < 3; more += 1) nextFrame();
  expect(called).toEqual(["meter", "meter", "meter"]);
});

test("what no longer waits is not called, and no frame is asked for when nothing waits", () => {
  const turns = new PaintTurns(true);
  const stop = moving(turns, "levels", "meter");
  stop();
  expect(frame).toBeNull();
  const paint = () => called.push("text");
  turns.request("texts", paint);
  turns.request("texts", paint);
  nextFrame();
  expect(called).toEqual(["text"]);
  expect(frame).toBeNull();
});

test("what throws takes nothing away from the others", () => {
  const turns = new PaintTurns(false);
  turns.request("levels", () => {
    throw new Error("broken");
  });
  turns.request("levels", () => called.push("meter"));
  expect(() => nextFrame()).toThrow("broken");
  expect(called).toEqual(["meter"]);
});
