import { BarPainter, HOLD_PX, type MeterOrientation } from "./bar-painter.ts";
import { scalePosition } from "./decibels.ts";
import type { LevelBallistics } from "./level-ballistics.ts";

/** How much of its colour the peak has above the body. */
const PEAK_ALPHA = 0.5;

/** Draws the levels of two channels: body, peak, and the line of the highest peak. */
export class LevelPainter extends BarPainter {
  readonly #position: (db: number) => number;
  #bars: CanvasGradient | string = "";
  #emptyColour = "";
  #zeroColour = "";

  /** `position` tells how far up a level in dBFS lies, from 0 to 1. */
  constructor(canvas: HTMLCanvasElement, orientation: MeterOrientation, position = scalePosition) {
    super(canvas, orientation);
    this.#position = position;
  }

  override readColours(): void {
    super.readColours();
    const colour = this.colours();
    this.#emptyColour = colour("--wc-meter-empty");
    this.#zeroColour = colour("--wc-meter-zero");
    this.#bars = this.levelColours(colour, this.#position);
  }

  /** Draws the levels of both channels. */
  paint(levels: readonly LevelBallistics[]): void {
    const { lengthPx } = this;
    const zeroPx = this.#position(0) * lengthPx;
    const place = (db: number) => this.onPixel(this.#position(db) * lengthPx);
    const places = levels.map(({ rmsDb, peakDb, holdDb }) => {
      const [peakPx, holdPx] = [place(peakDb), place(holdDb)];
      const holdFromPx = this.onPixel(Math.max(0, holdPx - HOLD_PX));
      return [Math.min(place(rmsDb), peakPx), peakPx, holdFromPx, holdPx] as const;
    });
    this.drawBars(places, (bar, { context, fill }) => {
      const [bodyPx, peakPx, holdFromPx, holdPx] = places[bar] ?? [0, 0, 0, 0];
      context.fillStyle = this.#emptyColour;
      fill(0, lengthPx);
      context.fillStyle = this.#zeroColour;
      fill(zeroPx - 0.5, zeroPx + 0.5);
      context.fillStyle = this.#bars;
      context.globalAlpha = PEAK_ALPHA;
      fill(bodyPx, peakPx);
      context.globalAlpha = 1;
      fill(0, bodyPx);
      fill(holdFromPx, holdPx);
    });
  }
}
