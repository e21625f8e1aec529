import { CanvasPainter } from "../canvas/canvas-painter.ts";

/** A point of a graph: places from left to right and from top to bottom, in [0, 1]. */
export type GraphPoint = readonly [x: number, y: number];

/** How thick the line and the glow around its lit stretch are, in rem. */
const LINE_REM = 0.15625;
const GLOW_REM = 0.5;

/** From where to where, in logical pixels. */
type Stretch = readonly [fromPx: number, toPx: number];

/**
 * Draws a curve of which a stretch is lit. The curve goes from left to right.
 *
 * Only what has another light is drawn anew: a webview without a GPU computes anew whatever of the page lies in the area that a
 * canvas has drawn on.
 */
export class CurvePainter extends CanvasPainter {
  #points: readonly GraphPoint[] = [];
  #lit: readonly [from: number, to: number] = [0, 0];
  /** The lit stretch as it was drawn last; null when all is to be drawn. */
  #drawn: Stretch | null = null;
  #colours = { line: "", rest: "", glow: "" };
  #remPx = 16;

  readColours(): void {
    const colour = this.colours();
    this.#colours = {
      line: colour("--wc-curve"),
      rest: colour("--wc-curve-rest"),
      glow: colour("--wc-curve-glow"),
    };
    this.#remPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    this.#drawn = null;
  }

  /** Takes another curve. */
  set points(points: readonly GraphPoint[]) {
    this.#points = points;
    this.#drawn = null;
  }

  /** Lights the curve between two places, from left to right in [0, 1]. */
  light(from: number, to: number): void {
    this.#lit = [from, to];
  }

  /** Draws what has changed. */
  paint(): void {
    const context = this.begin();
    if (context === null) return;
    const lit = this.#litPx();
    const before = this.#drawn;
    this.#drawn = lit;
    if (before === null) {
      this.#draw(context, [0, this.widthPx], lit);
      return;
    }
    const marginPx = (GLOW_REM / 2) * this.#remPx;
    const ends = ([0, 1] as const).flatMap((end) =>
      before[end] === lit[end] ? [] : [before[end], lit[end]],
    );
    if (ends.length === 0) return;
    const [fromPx, toPx] = [Math.min(...ends) - marginPx, Math.max(...ends) + marginPx];
    this.#draw(context, [this.#onPixel(Math.max(0, fromPx)), this.#onPixel(toPx)], lit);
  }

  #litPx(): Stretch {
    const [from, to] = this.#lit;
    const place = (at: number) => this.#onPixel(Math.min(1, Math.max(0, at)) * this.widthPx);
    return [place(from), place(to)];
  }

  #onPixel(px: number): number {
    return Math.round(px * this.pixelRatio) / this.pixelRatio;
  }

  /** Draws a stretch of the curve anew. */
  #draw(context: CanvasRenderingContext2D, [fromPx, toPx]: Stretch, lit: Stretch): void {
    const points = this.#pointsAround(fromPx, toPx);
    const marginPx = (GLOW_REM / 2) * this.#remPx + 1;
    const heightsPx = points.map(([, yPx]) => yPx);
    const isWhole = fromPx <= 0 && toPx >= this.widthPx;
    const topPx = isWhole ? 0 : Math.floor(Math.max(0, Math.min(...heightsPx) - marginPx));
    const bottomPx = isWhole
      ? this.heightPx
      : Math.ceil(Math.min(this.heightPx, Math.max(...heightsPx) + marginPx));
    context.clearRect(fromPx, topPx, toPx - fromPx, bottomPx - topPx);
    context.save();
    clip(context, fromPx, topPx, toPx, bottomPx);
    context.lineJoin = "round";
    context.beginPath();
    for (const [xPx, yPx] of points) context.lineTo(xPx, yPx);
    context.lineWidth = LINE_REM * this.#remPx;
    context.strokeStyle = this.#colours.rest;
    context.stroke();
    const [litFromPx, litToPx] = [Math.max(fromPx, lit[0]), Math.min(toPx, lit[1])];
    if (litToPx > litFromPx) {
      clip(context, litFromPx, topPx, litToPx, bottomPx);
      context.beginPath();
      for (const [xPx, yPx] of points) context.lineTo(xPx, yPx);
      context.lineWidth = GLOW_REM * this.#remPx;
      context.strokeStyle = this.#colours.glow;
      context.stroke();
      context.lineWidth = LINE_REM * this.#remPx;
      context.strokeStyle = this.#colours.line;
      context.stroke();
    }
    context.restore();
  }

  /** The curve's points in a stretch and the next ones on both sides, in logical pixels. */
  #pointsAround(fromPx: number, toPx: number): GraphPoint[] {
    const points = this.#points.map(([x, y]): GraphPoint => [x * this.widthPx, y * this.heightPx]);
    const marginPx = (GLOW_REM / 2) * this.#remPx;
    const first = points.findLastIndex(([xPx]) => xPx < fromPx - marginPx);
    const last = points.findIndex(([xPx]) => xPx > toPx + marginPx);
    return points.slice(Math.max(0, first), last === -1 ? points.length : last + 1);
  }
}

function clip(
  context: CanvasRenderingContext2D,
  fromPx: number,
  topPx: number,
  toPx: number,
  bottomPx: number,
): void {
  context.beginPath();
  context.rect(fromPx, topPx, toPx - fromPx, bottomPx - topPx);
  context.clip();
}
