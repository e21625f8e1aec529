import { CanvasPainter } from "../canvas/canvas-painter.ts";
import { type Axis, linearAxis } from "../graph/axis.ts";

/** How thick the line is at least, in logical pixels. */
const LINE_PX = 1.5;

/** Draws a waveform about its zero line: of two channels, the left above the right. */
export class WaveformPainter extends CanvasPainter {
  readonly #channels: number;
  readonly #swing: Axis;
  #line = "";
  #zero = "";

  /** Samples of the magnitude `range` reach the edge. */
  constructor(canvas: HTMLCanvasElement, channels: number, range: number) {
    super(canvas);
    this.#channels = channels;
    this.#swing = linearAxis(range, -range);
  }

  readColours(): void {
    const colour = this.colours();
    this.#line = colour("--wc-signal-line");
    this.#zero = colour("--wc-signal-grid");
  }

  /** Draws all columns of all channels; without values the zero lines alone. */
  paint(extremes: readonly number[] | null): void {
    const context = this.clear();
    if (context === null) return;
    const lanePx = this.heightPx / this.#channels;
    const columns = Math.floor((extremes?.length ?? 0) / 2 / this.#channels);
    for (let channel = 0; channel < this.#channels; channel += 1) {
      const topPx = channel * lanePx;
      context.fillStyle = this.#zero;
      context.fillRect(0, topPx + lanePx / 2 - 0.5, this.widthPx, 1);
      if (extremes === null || columns === 0) continue;
      const px = (index: number) => {
        const place = this.#swing.placeOf(extremes[channel * 2 * columns + index] ?? 0);
        return topPx + Math.min(1, Math.max(0, place)) * lanePx;
      };
      const acrossPx = (column: number) => (column / Math.max(1, columns - 1)) * this.widthPx;
      // Along the highest samples and back along the lowest, with a line around it that is there where both are one.
      context.beginPath();
      for (let column = 0; column < columns; column += 1)
        context.lineTo(acrossPx(column), px(2 * column + 1));
      for (let column = columns - 1; column >= 0; column -= 1)
        context.lineTo(acrossPx(column), px(2 * column));
      context.closePath();
      context.fillStyle = this.#line;
      context.fill();
      context.lineWidth = LINE_PX;
      context.lineJoin = "round";
      context.strokeStyle = this.#line;
      context.stroke();
    }
  }
}
