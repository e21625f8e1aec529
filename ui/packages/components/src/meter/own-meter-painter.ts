import type { MeterKind } from "@wavecraft/core";
import type { ChannelBallistics } from "./channel-ballistics.ts";
import { addLevelColours, type MeterOrientation } from "./level-painter.ts";
import type { MeterAxis } from "./meter-axis.ts";

/** Between two bars, and the thickness of the line of the extreme, in logical pixels. */
const GAP_PX = 2;
const HOLD_PX = 2;

/** Draws a bar for each channel on a canvas, in the colours that the page's custom properties name. */
export class OwnMeterPainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #axis: MeterAxis;
  readonly #kind: MeterKind;
  readonly #isVertical: boolean;
  #widthPx = 0;
  #heightPx = 0;
  #pixelRatio = 1;
  #bars: CanvasGradient | string = "";
  #emptyColour = "";

  constructor(canvas: HTMLCanvasElement, axis: MeterAxis, kind: MeterKind, orientation: MeterOrientation) {
    this.#canvas = canvas;
    this.#axis = axis;
    this.#kind = kind;
    this.#isVertical = orientation === "vertical";
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
    if (context === null) return;
    const style = getComputedStyle(this.#canvas);
    const colour = (name: string) => style.getPropertyValue(name).trim() || "currentColor";
    this.#emptyColour = colour("--wc-meter-empty");
    if (this.#kind !== "level") {
      this.#bars = colour("--wc-accent");
      return;
    }
    const gradient = this.#isVertical
      ? context.createLinearGradient(0, this.#heightPx, 0, 0)
      : context.createLinearGradient(0, 0, this.#widthPx, 0);
    addLevelColours(gradient, colour, this.#axis.position);
    this.#bars = gradient;
  }

  /** Draws all channels. */
  paint(channels: readonly ChannelBallistics[]): void {
    const context = this.#canvas.getContext("2d");
    if (context === null || this.#widthPx === 0 || this.#heightPx === 0) return;
    const [lengthPx, acrossPx] = this.#isVertical
      ? [this.#heightPx, this.#widthPx]
      : [this.#widthPx, this.#heightPx];
    const barPx = (acrossPx - GAP_PX * (channels.length - 1)) / channels.length;
    context.setTransform(this.#pixelRatio, 0, 0, this.#pixelRatio, 0, 0);
    context.clearRect(0, 0, this.#widthPx, this.#heightPx);

    // Along the bar from the bottom of the scale, whichever way it lies, and on whole pixels of the screen.
    const fill = (bar: number, onePx: number, otherPx: number) => {
      const from = this.#onPixel(Math.min(onePx, otherPx));
      const size = this.#onPixel(Math.max(onePx, otherPx)) - from;
      const acrossFrom = this.#onPixel(bar * (barPx + GAP_PX));
      const across = this.#onPixel(bar * (barPx + GAP_PX) + barPx) - acrossFrom;
      if (this.#isVertical) context.fillRect(acrossFrom, lengthPx - from - size, across, size);
      else context.fillRect(from, acrossFrom, size, across);
    };
    const { origin, position } = this.#axis;
    for (const [bar, { shown, hold }] of channels.entries()) {
      context.fillStyle = this.#emptyColour;
      fill(bar, 0, lengthPx);
      if (Number.isNaN(shown)) continue;
      context.fillStyle = this.#bars;
      fill(bar, origin * lengthPx, position(shown) * lengthPx);
      const held = Number.isNaN(hold) ? origin : position(hold);
      if (held !== origin) {
        const towardsOrigin = held < origin ? HOLD_PX : -HOLD_PX;
        fill(bar, held * lengthPx, held * lengthPx + towardsOrigin);
      }
    }
  }

  #onPixel(px: number): number {
    return Math.round(px * this.#pixelRatio) / this.#pixelRatio;
  }
}
