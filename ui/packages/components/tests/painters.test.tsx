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

/** What was cleared, filled and copied since the last look, and how often lines and areas were drawn. */
let cleared: Box[] = [];
let filled: Box[] = [];
let copied: Box[] = [];
let strokes = 0;
let areas = 0;
const context = {
  setTransform() {},
  clearRect: (...box: Box) => cleared.push(box),
  fillRect: (...box: Box) => filled.push(box),
  drawImage: (_image: unknown, ...box: Box) => copied.push(box.slice(0, 4) as Box),
  createRadialGradient: () => ({ addColorStop() {} }),
  arc() {},
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
  [cleared, filled, copied, strokes, areas] = [[], [], [], 0, 0];
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

  test("are drawn whole as soon as a pixel changes", () => {
    const painter = painterOf("vertical", 20, 100);
    forget();
    painter.paint(levels(-12, -20));
    expect(cleared).toEqual([[0, 0, 20, 100]]);
    // -12 dBFS lies at 60 %.
    expect(filled).toContainEqual([0, 40, 9, 60]);
  });

  test("that lie are drawn from left to right", () => {
    const painter = painterOf("horizontal", 100, 20);
    forget();
    painter.paint(levels(-12, FLOOR_DB));
    expect(filled).toContainEqual([0, 0, 60, 9]);
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

  function painterOf(hasDot = false) {
    const painter = new CurvePainter(canvasWith(), hasDot);
    painter.points = slope;
    painter.resize(100, 100, 1);
    painter.paint();
    return painter;
  }

  test("is drawn whole at first, and not again while the light stays", () => {
    const painter = painterOf();
    expect(copied).toEqual([[0, 0, 100, 100]]);
    forget();
    painter.light(0.001, 0.002);
    painter.paint();
    expect(copied).toEqual([]);
  });

  test("is drawn where the light has moved", () => {
    const painter = painterOf();
    painter.light(0, 0.5);
    painter.paint();
    forget();
    painter.light(0, 0.6);
    painter.paint();
    const [[x, y, width, height] = [0, 0, 0, 0]] = copied;
    expect(copied.length).toBe(1);
    expect([x <= 50, x + width >= 60, width < 30]).toEqual([true, true, true]);
    expect([y <= 40, y + height >= 50, height < 40]).toEqual([true, true, true]);
  });

  test("has a dot that is drawn with it, and only where the light is", () => {
    const painter = painterOf(true);
    expect(areas).toBe(0);
    painter.light(0, 0.5);
    painter.paint();
    // The dot and the glow around it.
    expect(areas).toBe(2);
    forget();
    painter.light(0, 0.6);
    painter.paint();
    const [[x, y, width, height] = [0, 0, 0, 0]] = copied;
    // Both dots, the glow around them included: 12 pixels on each side.
    expect([x <= 38, x + width >= 72, y <= 28, y + height >= 62]).toEqual([true, true, true, true]);
  });
});
