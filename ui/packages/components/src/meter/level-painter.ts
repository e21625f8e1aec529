import { BarPainter, HOLD_PX } from "./bar-painter.ts";
import { scalePosition } from "./decibels.ts";
import type { LevelBallistics } from "./level-ballistics.ts";

/** How much of its colour the peak has above the body. */
const PEAK_ALPHA = 0.5;

/** Draws the levels of two channels: body, peak, and the line of the highest peak. */
export class LevelPainter extends BarPainter {
  #bars: CanvasGradient | string = "";
  #emptyColour = "";
  #zeroColour = "";

  readColours(): void {
    const colour = this.colours();
    this.#emptyColour = colour("--wc-meter-empty");
    this.#zeroColour = colour("--wc-meter-zero");
    this.#bars = this.levelColours(colour, scalePosition);
  }

  /** Draws the levels of both channels. */
  paint(levels: readonly LevelBallistics[]): void {
    const picture = this.begin(levels.length);
    if (picture === null) return;
    const { context, lengthPx, fill } = picture;
    const zeroPx = scalePosition(0) * lengthPx;
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
}
