import { scalePosition } from "./decibels.ts";
import type { LevelBallistics } from "./level-ballistics.ts";

/** Which way bars grow. */
export type MeterOrientation = "vertical" | "horizontal";

/** The levels at which the colour of the bars changes, in dBFS. */
const MIDDLE_FROM_DB = -12;
const HIGH_FROM_DB = -3;
const OVER_FROM_DB = 0;
/** Between the two bars, and the thickness of the line of the highest peak, in logical pixels. */
const GAP_PX = 2;
const HOLD_PX = 2;
/** How much of its colour the peak has above the body. */
const PEAK_ALPHA = 0.5;

/** Gives a gradient along a scale the colours of levels. `position` tells where a level in dBFS lies, from 0 to 1. */
export function addLevelColours(
  gradient: CanvasGradient,
  colour: (name: string) => string,
  position: (db: number) => number,
): void {
  gradient.addColorStop(0, colour("--wc-meter-low"));
  gradient.addColorStop(position(MIDDLE_FROM_DB), colour("--wc-meter-middle"));
  gradient.addColorStop(position(HIGH_FROM_DB), colour("--wc-meter-high"));
  gradient.addColorStop(position(OVER_FROM_DB), colour("--wc-meter-high"));
  gradient.addColorStop(position(OVER_FROM_DB), colour("--wc-meter-over"));
}

/** Draws two bars on a canvas, in the colours that the page's custom properties name. */
export class LevelPainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #orientation: MeterOrientation;
  #widthPx = 0;
  #heightPx = 0;
  #pixelRatio = 1;
  #bars: CanvasGradient | string = "";
  #emptyColour = "";
  #zeroColour = "";

  constructor(canvas: HTMLCanvasElement, orientation: MeterOrientation) {
    this.#canvas = canvas;
    this.#orientation = orientation;
  }

  /** Takes a new size, in logical pixels, and the screen's pixels for each of them. */
  resize(widthPx: number, heightPx: number, pixelRatio: number): void {
    this.#widthPx = widthPx;
    this.#heightPx = heightPx;
    this.#pixelRatio = pixelRatio;
    this.#canvas.width = Math.max(1, Math.round(widthPx * pixelRatio));
    this.#canvas.height = Math.max(1, Math.round(heightPx * pixelRatio));
    this.readColours();
  }

  /** Reads the colours again: after a change of the theme or the size. */
  readColours(): void {
    const context = this.#canvas.getContext("2d");
    if (context === null) {
      return;
    }
    const style = getComputedStyle(this.#canvas);
    const colour = (name: string) => style.getPropertyValue(name).trim() || "currentColor";
    this.#emptyColour = colour("--wc-meter-empty");
    this.#zeroColour = colour("--wc-meter-zero");
    const gradient =
      this.#orientation === "vertical"
        ? context.createLinearGradient(0, this.#heightPx, 0, 0)
        : context.createLinearGradient(0, 0, this.#widthPx, 0);
    addLevelColours(gradient, colour, scalePosition);
    this.#bars = gradient;
  }

  /** Draws the levels of both channels. */
  paint(levels: readonly LevelBallistics[]): void {
    const context = this.#canvas.getContext("2d");
    if (context === null || this.#widthPx === 0 || this.#heightPx === 0) {
      return;
    }
    const vertical = this.#orientation === "vertical";
    const [lengthPx, acrossPx] = vertical ? [this.#heightPx, this.#widthPx] : [this.#widthPx, this.#heightPx];
    const barPx = (acrossPx - GAP_PX * (levels.length - 1)) / levels.length;
    context.setTransform(this.#pixelRatio, 0, 0, this.#pixelRatio, 0, 0);
    context.clearRect(0, 0, this.#widthPx, this.#heightPx);

    // Along the bar from the bottom of the scale, whichever way it lies, and on whole pixels of the screen.
    const fill = (bar: number, fromPx: number, toPx: number) => {
      const from = this.#onPixel(fromPx);
      const size = this.#onPixel(toPx) - from;
      const acrossFrom = this.#onPixel(bar * (barPx + GAP_PX));
      const across = this.#onPixel(bar * (barPx + GAP_PX) + barPx) - acrossFrom;
      if (vertical) {
        context.fillRect(acrossFrom, lengthPx - from - size, across, size);
      } else {
        context.fillRect(from, acrossFrom, size, across);
      }
    };
    const zeroPx = scalePosition(OVER_FROM_DB) * lengthPx;
    for (const [bar, level] of levels.entries()) {
      const rmsPx = scalePosition(level.rmsDb) * lengthPx;
      const peakPx = scalePosition(level.peakDb) * lengthPx;
      const holdPx = scalePosition(level.holdDb) * lengthPx;
      context.fillStyle = this.#emptyColour;
      fill(bar, 0, lengthPx);
      context.fillStyle = this.#zeroColour;
      fill(bar, zeroPx - 0.5, zeroPx + 0.5);
      context.fillStyle = this.#bars;
      context.globalAlpha = PEAK_ALPHA;
      fill(bar, Math.min(rmsPx, peakPx), peakPx);
      context.globalAlpha = 1;
      fill(bar, 0, Math.min(rmsPx, peakPx));
      if (holdPx > 0) {
        fill(bar, Math.max(0, holdPx - HOLD_PX), holdPx);
      }
    }
  }

  #onPixel(px: number): number {
    return Math.round(px * this.#pixelRatio) / this.#pixelRatio;
  }
}
