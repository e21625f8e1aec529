import { CanvasPainter } from "../canvas/canvas-painter.ts";
import { type Axis, logarithmicAxis } from "../graph/axis.ts";

/** Where the columns of a spectrum lie, in Hz, and the axes that it is drawn on. */
export type SpectrumAxes = {
  readonly lowestHz: number;
  readonly highestHz: number;
  readonly channels: number;
  readonly frequency: Axis;
  readonly level: Axis;
};

/** How thick the line is, in logical pixels. */
const LINE_PX = 1.5;

/** Draws a spectrum as a line over a filled area: of two channels, a line for each. */
export class SpectrumPainter extends CanvasPainter {
  readonly #axes: SpectrumAxes;
  #lines: readonly string[] = [];
  #fill = "";
  /** From left to right, in [0, 1], for as many columns as there were last. */
  #places: readonly number[] = [];

  constructor(canvas: HTMLCanvasElement, axes: SpectrumAxes) {
    super(canvas);
    this.#axes = axes;
  }

  readColours(): void {
    const colour = this.colours();
    this.#lines = [colour("--wc-signal-line"), colour("--wc-signal-line-right")];
    this.#fill = colour("--wc-signal-fill");
  }

  /** Draws all columns of all channels. */
  paint(levelsDb: readonly number[] | null): void {
    const context = this.clear();
    if (context === null || levelsDb === null) return;
    const { channels } = this.#axes;
    const columns = Math.floor(levelsDb.length / channels);
    if (this.#places.length !== columns) this.#places = this.#placesOf(columns);
    // The second channel first, so that a sound in the middle has the colour of the first.
    for (let channel = channels - 1; channel >= 0; channel -= 1) {
      this.#trace(context, levelsDb, channel * columns);
      context.lineWidth = LINE_PX;
      context.lineJoin = "round";
      context.strokeStyle = this.#lines[channel] ?? "";
      context.stroke();
      context.lineTo((this.#places.at(-1) ?? 1) * this.widthPx, this.heightPx + LINE_PX);
      context.lineTo((this.#places[0] ?? 0) * this.widthPx, this.heightPx + LINE_PX);
      context.closePath();
      context.fillStyle = this.#fill;
      context.fill();
    }
  }

  #trace(context: CanvasRenderingContext2D, levelsDb: readonly number[], first: number): void {
    context.beginPath();
    for (const [column, place] of this.#places.entries()) {
      // What is below the graph is drawn right below it.
      const level = Math.min(
        1,
        this.#axes.level.placeOf(levelsDb[first + column] ?? Number.NEGATIVE_INFINITY),
      );
      context.lineTo(place * this.widthPx, level === 1 ? this.heightPx + LINE_PX : level * this.heightPx);
    }
  }

  #placesOf(columns: number): number[] {
    const { frequency, lowestHz, highestHz } = this.#axes;
    const axis = logarithmicAxis(lowestHz, highestHz);
    return Array.from({ length: columns }, (_, column) =>
      frequency.placeOf(axis.valueAt(column / Math.max(1, columns - 1))),
    );
  }
}
