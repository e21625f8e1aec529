import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PaintTurns } from "../src/canvas/paint-turns.ts";

/** Between two frames, in milliseconds. */
const FRAME_MS = 20;

/** Each turn may have every frame. */
const NO_PAUSES = { levels: 0, signals: 0, texts: 0 };

/** The frame that was asked for, if one was, and how many were. */
let frame: ((now_ms: number) => void) | null = null;
let frames = 0;
let called: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
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
  vi.useRealTimers();
});

/** Lets the time of a frame go by, and has the page painted if it has asked for it. */
function nextFrame(): void {
  vi.advanceTimersByTime(FRAME_MS);
  const callback = frame;
  frame = null;
  callback?.(performance.now());
}

/** What is called within a second. */
function calledInASecond(): string[] {
  called = [];
  for (let passed_ms = 0; passed_ms < 1000; passed_ms += FRAME_MS) nextFrame();
  return called;
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
  const turns = new PaintTurns(null);
  moving(turns, "levels", "meter");
  moving(turns, "signals", "spectrum");
  nextFrame();
  expect(called).toEqual(["meter", "spectrum"]);
  expect(frames).toBe(2);
});

test("turns that are apart have their frames one after another, and none waits for ever", () => {
  const turns = new PaintTurns(NO_PAUSES);
  moving(turns, "levels", "left");
  moving(turns, "levels", "right");
  moving(turns, "signals", "spectrum");
  nextFrame();
  expect(called).toEqual(["left", "right"]);
  for (let more = 0; more < 3; more += 1) nextFrame();
  expect(called).toEqual(["left", "right", "spectrum", "left", "right", "spectrum"]);
});

test.each([
  ["WebKitGTK", "Version/18.0 Safari/605.1.15", ["meter"]],
  ["Chrome", "Chrome/140.0.0.0 Safari/537.36", ["meter", "spectrum"]],
  ["Chrome without a window", "HeadlessChrome/140.0.0.0 Safari/537.36", ["meter", "spectrum"]],
])("turns have frames of their own in WebKitGTK alone: %s", (_, engine, first) => {
  vi.stubGlobal("navigator", {
    userAgent: `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) ${engine}`,
  });
  const turns = new PaintTurns();
  moving(turns, "levels", "meter");
  moving(turns, "signals", "spectrum");
  nextFrame();
  expect(called).toEqual(first);
});

test("what is alone has every frame", () => {
  const turns = new PaintTurns(NO_PAUSES);
  moving(turns, "levels", "meter");
  for (let more = 0; more < 3; more += 1) nextFrame();
  expect(called).toEqual(["meter", "meter", "meter"]);
});

test("a turn has no frame before its pause is over, and none is asked for without need", () => {
  const turns = new PaintTurns({ levels: 30, signals: 70, texts: 190 });
  moving(turns, "levels", "meter");
  moving(turns, "signals", "spectrum");
  moving(turns, "texts", "number");
  nextFrame();
  frames = 0;
  const names = calledInASecond();
  const count = (name: string) => names.filter((called) => called === name).length;
  expect([count("meter"), count("spectrum"), count("number")]).toEqual([25, 13, 4]);
  expect(frames).toBe(names.length);
});

test("what has rested is painted on the next frame", () => {
  const turns = new PaintTurns({ levels: 30, signals: 70, texts: 190 });
  const paint = () => called.push("text");
  for (let more = 0; more < 2; more += 1) {
    turns.request("texts", paint);
    nextFrame();
    expect(called).toEqual(["text"]);
    called = [];
    vi.advanceTimersByTime(190);
  }
});

test("what no longer waits for the end of its pause is not called", () => {
  const turns = new PaintTurns({ levels: 30, signals: 70, texts: 190 });
  const stop = moving(turns, "levels", "meter");
  nextFrame();
  stop();
  expect(calledInASecond()).toEqual([]);
  expect(frames).toBe(1);
});

test("what no longer waits is not called, and no frame is asked for when nothing waits", () => {
  const turns = new PaintTurns(NO_PAUSES);
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
  const turns = new PaintTurns(null);
  turns.request("levels", () => {
    throw new Error("broken");
  });
  turns.request("levels", () => called.push("meter"));
  expect(() => nextFrame()).toThrow("broken");
  expect(called).toEqual(["meter"]);
});
