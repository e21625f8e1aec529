import { CanvasPainter } from "../canvas/canvas-painter.ts";

/** Which way bars grow. */
export type MeterOrientation = "vertical" | "horizontal";

/** The levels at which the colour of the bars changes, in dBFS. */
const MIDDLE_FROM_DB = -12;
const HIGH_FROM_DB = -3;
const OVER_FROM_DB = 0;
/** Between two bars, in logical pixels. */
const GAP_PX = 2;

/** The thickness of the line of the extreme, in logical pixels. */
export const HOLD_PX = 2;

/** What a picture of bars is drawn with. */
export type BarPicture = {
  /** Where its colours are set. */
  readonly context: CanvasRenderingContext2D;
  /** How long a bar is, in logical pixels. */
  readonly lengthPx: number;
  /** Fills a bar between two places, in logical pixels from the bottom of the scale. */
  fill(bar: number, onePx: number, otherPx: number): void;
};

/** Draws bars on a canvas, in the colours that the page's custom properties name. */
export abstract class BarPainter extends CanvasPainter {
  readonly #isVertical: boolean;

  constructor(canvas: HTMLCanvasElement, orientation: MeterOrientation) {
    super(canvas);
    this.#isVertical = orientation === "vertical";
  }

  /** The colours of levels along the bars. `position` tells where a level in dBFS lies, from 0 to 1. */
  protected levelColours(
    colour: (name: string) => string,
    position: (db: number) => number,
  ): CanvasGradient | string {
    const gradient = this.#isVertical
      ? this.context?.createLinearGradient(0, this.heightPx, 0, 0)
      : this.context?.createLinearGradient(0, 0, this.widthPx, 0);
    if (gradient === undefined) return "";
    gradient.addColorStop(0, colour("--wc-meter-low"));
    gradient.addColorStop(position(MIDDLE_FROM_DB), colour("--wc-meter-middle"));
    gradient.addColorStop(position(HIGH_FROM_DB), colour("--wc-meter-high"));
    gradient.addColorStop(position(OVER_FROM_DB), colour("--wc-meter-high"));
    gradient.addColorStop(position(OVER_FROM_DB), colour("--wc-meter-over"));
    return gradient;
  }

  /** A new picture of so many bars; null where there is nothing to draw on. */
  protected begin(bars: number): BarPicture | null {
    const context = this.clear();
    if (context === null) return null;
    const [lengthPx, acrossPx] = this.#isVertical
      ? [this.heightPx, this.widthPx]
      : [this.widthPx, this.heightPx];
    const barPx = (acrossPx - GAP_PX * (bars - 1)) / bars;

    // Along the bar from the bottom of the scale, whichever way it lies, and on whole pixels of the screen.
    const fill = (bar: number, onePx: number, otherPx: number) => {
      const from = this.#onPixel(Math.min(onePx, otherPx));
      const size = this.#onPixel(Math.max(onePx, otherPx)) - from;
      const acrossFrom = this.#onPixel(bar * (barPx + GAP_PX));
      const across = this.#onPixel(bar * (barPx + GAP_PX) + barPx) - acrossFrom;
      if (this.#isVertical) context.fillRect(acrossFrom, lengthPx - from - size, across, size);
      else context.fillRect(from, acrossFrom, size, across);
    };
    return { context, lengthPx, fill };
  }

  #onPixel(px: number): number {
    return Math.round(px * this.pixelRatio) / this.pixelRatio;
  }
}
