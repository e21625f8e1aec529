import "./dom.ts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CurvePainter, type GraphPoint } from "../src/graph/curve-painter.ts";
import { linearAxis, logarithmicAxis } from "../src/index.ts";
import { FLOOR_DB } from "../src/meter/decibels.ts";
import { LevelBallistics } from "../src/meter/level-ballistics.ts";
import { LevelPainter } from "../src/meter/level-painter.ts";
import { SpectrumPainter } from "../src/signal/spectrum-painter.ts";

/** A rectangle of a canvas: x, y, width, height. */
type Box = [number, number, number, number];

/** What was cleared since the last look, and how often lines and areas were drawn. */
let cleared: Box[] = [];
let filled: Box[] = [];
let strokes = 0;
let areas = 0;
const context = {
  setTransform() {},
  clearRect: (...box: Box) => cleared.push(box),
  fillRect: (...box: Box) => filled.push(box),
  createLinearGradient: () => ({ addColorStop() {} }),
  beginPath() {},
  lineTo() {},
  closePath() {},
  rect() {},
  clip() {},
  save() {},
  restore() {},
  stroke: () => (strokes += 1),
  fill: () => (areas += 1),
};

beforeEach(() => {
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(context as never);
  forget();
});
afterEach(() => {
  vi.restoreAllMocks();
});

function forget() {
  [cleared, filled, strokes, areas] = [[], [], 0, 0];
}

function canvasWith(properties: Record<string, string> = {}): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  for (const [name, value] of Object.entries(properties)) canvas.style.setProperty(name, value);
  document.body.append(canvas);
  return canvas;
}

describe("the bars of a meter", () => {
  /** Two channels that show these levels, in dBFS. */
  const levels = (...peaksDb: number[]) =>
    peaksDb.map((peakDb) =>
      Object.assign(new LevelBallistics(), { peakDb, holdDb: peakDb }),
    ) as readonly LevelBallistics[];

  function painterOf(orientation: "vertical" | "horizontal", widthPx: number, heightPx: number) {
    const painter = new LevelPainter(canvasWith(), orientation);
    painter.resize(widthPx, heightPx, 1);
    painter.paint(levels(-20, -20));
    return painter;
  }

  test("are drawn whole at first and after another size", () => {
    const painter = painterOf("vertical", 20, 100);
    expect(cleared).toEqual([[0, 0, 20, 100]]);
    forget();
    painter.resize(30, 200, 1);
    painter.paint(levels(-20, -20));
    expect(cleared).toEqual([[0, 0, 30, 200]]);
  });

  test("are not drawn while no pixel changes", () => {
    const painter = painterOf("vertical", 20, 100);
    forget();
    painter.paint(levels(-20, -20));
    painter.paint(levels(-20.01, -20));
    expect([cleared, filled]).toEqual([[], []]);
  });

  test("are drawn only from where to where they have changed", () => {
    const painter = painterOf("vertical", 20, 100);
    forget();
    painter.paint(levels(-12, -20));
    const [[x, top, width, height] = [0, 0, 0, 0]] = cleared;
    // -12 dBFS lies at 60 % and -20 dBFS at 42 %, and the line of the peak reaches two pixels below that.
    expect([x, top, width, height]).toEqual([0, 40, 20, 20]);
    expect(filled.every(([, y, , tall]) => y >= top && y + tall <= top + height)).toBe(true);
    expect(filled.length).toBeGreaterThan(0);
  });

  test("that lie are drawn from left to right", () => {
    const painter = painterOf("horizontal", 100, 20);
    forget();
    painter.paint(levels(-12, FLOOR_DB));
    expect(cleared).toEqual([[0, 0, 60, 20]]);
  });
});

describe("a spectrum", () => {
  const axes = {
    lowestHz: 20,
    highestHz: 20_000,
    channels: 1,
    frequency: logarithmicAxis(20, 20_000),
    level: linearAxis(0, -100),
  };

  test("is drawn again only where its line is or was", () => {
    const painter = new SpectrumPainter(canvasWith(), axes);
    painter.resize(100, 100, 1);
    painter.paint([-40, -50]);
    expect(cleared).toEqual([[0, 0, 100, 100]]);
    forget();
    painter.paint([-60, -55]);
    expect(cleared).toEqual([[0, 38, 100, 24]]);
  });

  test("has neither line nor area where their colours are transparent", () => {
    const painter = new SpectrumPainter(
      canvasWith({ "--wc-signal-line": "transparent", "--wc-signal-fill": "transparent" }),
      axes,
    );
    painter.resize(100, 100, 1);
    painter.paint([-40, -50]);
    expect([strokes, areas]).toEqual([0, 0]);
  });
});

describe("a curve of which a stretch is lit", () => {
  const slope = Array.from({ length: 101 }, (_, index): GraphPoint => [index / 100, 1 - index / 100]);

  function painterOf() {
    const painter = new CurvePainter(canvasWith());
    painter.points = slope;
    painter.resize(100, 100, 1);
    painter.paint();
    return painter;
  }

  test("is drawn whole at first, and not again while the light stays", () => {
    const painter = painterOf();
    expect(cleared).toEqual([[0, 0, 100, 100]]);
    forget();
    painter.light(0.001, 0.002);
    painter.paint();
    expect(cleared).toEqual([]);
  });

  test("is drawn where the light has moved", () => {
    const painter = painterOf();
    painter.light(0, 0.5);
    painter.paint();
    forget();
    painter.light(0, 0.6);
    painter.paint();
    const [[x, y, width, height] = [0, 0, 0, 0]] = cleared;
    expect(cleared.length).toBe(1);
    expect([x <= 50, x + width >= 60, width < 30]).toEqual([true, true, true]);
    expect([y <= 40, y + height >= 50, height < 40]).toEqual([true, true, true]);
  });
});
