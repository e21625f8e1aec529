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

/**
 * Draws a spectrum as a line over a filled area: of two channels, a line for each. What is to have no line or no area has the
 * colour `transparent`.
 *
 * Only the band is drawn anew in which lines are or were: a webview without a GPU computes anew whatever of the page lies in
 * the area that a canvas has drawn on.
 */
export class SpectrumPainter extends CanvasPainter {
  readonly #axes: SpectrumAxes;
  #lines: readonly string[] = [];
  #fill = "";
  /** From left to right, in [0, 1], for as many columns as there were last. */
  #places: readonly number[] = [];
  /** From where to where there are lines, in logical pixels from the top; null when all is to be drawn. */
  #band: readonly [fromPx: number, toPx: number] | null = null;

  constructor(canvas: HTMLCanvasElement, axes: SpectrumAxes) {
    super(canvas);
    this.#axes = axes;
  }

  readColours(): void {
    const colour = this.colours();
    this.#lines = [colour("--wc-signal-line"), colour("--wc-signal-line-right")];
    this.#fill = colour("--wc-signal-fill");
    this.#band = null;
  }

  /** Draws all columns of all channels. */
  paint(levelsDb: readonly number[] | null): void {
    if (levelsDb === null) {
      this.#band = null;
      this.clear();
      return;
    }
    const { channels } = this.#axes;
    const columns = Math.floor(levelsDb.length / channels);
    if (this.#places.length !== columns) this.#places = this.#placesOf(columns);
    const heightsPx = levelsDb.map((levelDb) => this.#heightPx(levelDb));
    const band = this.#bandOf(heightsPx);
    const before = this.#band ?? [0, this.heightPx];
    const [fromPx, toPx] = [Math.min(band[0], before[0]), Math.max(band[1], before[1])];
    const context = this.clear(fromPx, toPx);
    if (context === null) return;
    this.#band = band;
    // The second channel first, so that a sound in the middle has the colour of the first.
    for (let channel = channels - 1; channel >= 0; channel -= 1) {
      context.beginPath();
      for (const [column, place] of this.#places.entries())
        context.lineTo(place * this.widthPx, heightsPx[channel * columns + column] ?? 0);
      const line = this.#lines[channel] ?? "";
      if (line !== "transparent") {
        context.lineWidth = LINE_PX;
        // Round joins would cost more than all the rest, and are not seen on a line as thin as this.
        context.lineJoin = "bevel";
        context.strokeStyle = line;
        context.stroke();
      }
      if (this.#fill === "transparent") continue;
      context.lineTo((this.#places.at(-1) ?? 1) * this.widthPx, toPx);
      context.lineTo((this.#places[0] ?? 0) * this.widthPx, toPx);
      context.closePath();
      context.fillStyle = this.#fill;
      context.fill();
    }
  }

  /** Where a level lies, in logical pixels from the top: what is below the graph is drawn right below it. */
  #heightPx(levelDb: number): number {
    const level = Math.min(1, this.#axes.level.placeOf(levelDb));
    return level === 1 ? this.heightPx + LINE_PX : level * this.heightPx;
  }

  /** From where to where lines at these heights reach, on whole pixels of the screen and within the graph. */
  #bandOf(heightsPx: readonly number[]): [fromPx: number, toPx: number] {
    const ratio = this.pixelRatio;
    const highestPx = Math.floor((Math.min(...heightsPx) - LINE_PX) * ratio) / ratio;
    const lowestPx = Math.ceil((Math.max(...heightsPx) + LINE_PX) * ratio) / ratio;
    return [Math.max(0, highestPx), Math.min(this.heightPx, lowestPx)];
  }

  #placesOf(columns: number): number[] {
    const { frequency, lowestHz, highestHz } = this.#axes;
    const axis = logarithmicAxis(lowestHz, highestHz);
    return Array.from({ length: columns }, (_, column) =>
      frequency.placeOf(axis.valueAt(column / Math.max(1, columns - 1))),
    );
  }
}
