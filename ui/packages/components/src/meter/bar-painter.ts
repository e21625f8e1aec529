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

/** What a bar is drawn with. */
export type BarPicture = {
  /** Where its colours are set. */
  readonly context: CanvasRenderingContext2D;
  /** Fills the bar between two places. */
  fill(onePx: number, otherPx: number): void;
};

/**
 * Draws bars on a canvas, in the colours that the page's custom properties name.
 *
 * They are drawn when a pixel of them is another one, and then whole. A webview without a GPU computes anew what lies in the
 * rectangles that canvases have drawn on, or in the rectangle around them all if that is more than a few; meters side by side
 * that are drawn from top to bottom count as few.
 */
export abstract class BarPainter extends CanvasPainter {
  readonly #isVertical: boolean;
  /** Of each bar, the places where its picture changes, as they were drawn last; null when all is to be drawn. */
  #drawn: readonly (readonly number[])[] | null = null;

  constructor(canvas: HTMLCanvasElement, orientation: MeterOrientation) {
    super(canvas);
    this.#isVertical = orientation === "vertical";
  }

  override readColours(): void {
    this.#drawn = null;
  }

  /** How long a bar is, in logical pixels. */
  protected get lengthPx(): number {
    return this.onPixel(this.#isVertical ? this.heightPx : this.widthPx);
  }

  /** The place on a whole pixel of the screen that is nearest to one in logical pixels. */
  protected onPixel(px: number): number {
    return Math.round(px * this.pixelRatio) / this.pixelRatio;
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

  /**
   * Draws the bars if the picture of any of them has changed. `places` has for each bar where its picture changes, in logical
   * pixels from the bottom of the scale and on whole pixels of the screen; not a number is nowhere. `draw` draws one bar.
   */
  protected drawBars(
    places: readonly (readonly number[])[],
    draw: (bar: number, picture: BarPicture) => void,
  ): void {
    if (areSame(this.#drawn, places)) return;
    const context = this.clear();
    if (context === null) return;
    this.#drawn = places;
    for (const bar of places.keys()) {
      const fill = (onePx: number, otherPx: number) => {
        const from = Math.max(0, this.onPixel(Math.min(onePx, otherPx)));
        const to = Math.min(this.lengthPx, this.onPixel(Math.max(onePx, otherPx)));
        if (to > from) context.fillRect(...this.#box(bar, places.length, from, to));
      };
      draw(bar, { context, fill });
    }
  }

  /** Where a stretch of a bar lies: along the bar from the bottom of the scale, whichever way it lies. */
  #box(bar: number, bars: number, fromPx: number, toPx: number): [number, number, number, number] {
    const acrossPx = this.#isVertical ? this.widthPx : this.heightPx;
    const barPx = (acrossPx - GAP_PX * (bars - 1)) / bars;
    const acrossFrom = this.onPixel(bar * (barPx + GAP_PX));
    const across = this.onPixel(bar * (barPx + GAP_PX) + barPx) - acrossFrom;
    return this.#isVertical
      ? [acrossFrom, this.lengthPx - toPx, across, toPx - fromPx]
      : [fromPx, acrossFrom, toPx - fromPx, across];
  }
}

/** Whether bars with these places are the same picture. */
function areSame(
  before: readonly (readonly number[])[] | null,
  now: readonly (readonly number[])[],
): boolean {
  return (
    before?.length === now.length &&
    now.every((places, bar) => places.every((place, index) => Object.is(place, before[bar]?.[index])))
  );
}
