import { CanvasPainter } from "../canvas/canvas-painter.ts";

/** A point of a graph: places from left to right and from top to bottom, in [0, 1]. */
export type GraphPoint = readonly [x: number, y: number];

/** How thick the line and the glow around its lit stretch are, in rem. */
const LINE_REM = 0.15625;
const GLOW_REM = 0.5;

/** The radius of the dot where the light ends, and of the glow around it, in rem. */
const DOT_REM = 0.25;
const DOT_GLOW_REM = 0.75;

/** From where to where, in logical pixels. */
type Stretch = readonly [fromPx: number, toPx: number];

/**
 * Draws a curve of which a stretch is lit. The curve goes from left to right.
 *
 * Only what has another light is drawn anew: a webview without a GPU computes anew whatever of the page lies in the area that a
 * canvas has drawn on. For that, a line counts with all of its length, whatever is clipped; so it is drawn on a canvas that
 * nobody sees, and what has changed is copied.
 */
export class CurvePainter extends CanvasPainter {
  readonly #hasDot: boolean;
  readonly #unseen = document.createElement("canvas");
  #points: readonly GraphPoint[] = [];
  #lit: readonly [from: number, to: number] = [0, 0];
  /** The lit stretch as it was drawn last; null when all is to be drawn. */
  #drawn: Stretch | null = null;
  #colours = { line: "", rest: "", glow: "", dot: "", dotGlow: "" };
  #remPx = 16;

  constructor(canvas: HTMLCanvasElement, hasDot = false) {
    super(canvas);
    this.#hasDot = hasDot;
  }

  override resize(widthPx: number, heightPx: number, pixelRatio: number): void {
    super.resize(widthPx, heightPx, pixelRatio);
    this.#unseen.width = Math.max(1, Math.round(widthPx * pixelRatio));
    this.#unseen.height = Math.max(1, Math.round(heightPx * pixelRatio));
  }

  readColours(): void {
    const colour = this.colours();
    this.#colours = {
      line: colour("--wc-curve"),
      rest: colour("--wc-curve-rest"),
      glow: colour("--wc-curve-glow"),
      dot: colour("--wc-curve-dot"),
      dotGlow: colour("--wc-curve-dot-glow"),
    };
    this.#remPx = this.remPx();
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
    if (this.begin() === null) return;
    const lit = this.#litPx();
    const before = this.#drawn;
    this.#drawn = lit;
    if (before === null) {
      this.#draw([0, this.widthPx], lit);
      return;
    }
    const marginPx = this.#marginPx;
    const ends = ([0, 1] as const).flatMap((end) =>
      before[end] === lit[end] ? [] : [before[end], lit[end]],
    );
    if (ends.length === 0) return;
    const [fromPx, toPx] = [Math.min(...ends) - marginPx, Math.max(...ends) + marginPx];
    this.#draw([this.#onPixel(Math.max(0, fromPx)), this.#onPixel(Math.min(this.widthPx, toPx))], lit);
  }

  /** How far what is drawn reaches beyond the curve, in logical pixels. */
  get #marginPx(): number {
    return (this.#hasDot ? DOT_GLOW_REM : GLOW_REM / 2) * this.#remPx;
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
  #draw([fromPx, toPx]: Stretch, lit: Stretch): void {
    const context = this.#unseen.getContext("2d");
    if (context === null) return;
    context.setTransform(this.pixelRatio, 0, 0, this.pixelRatio, 0, 0);
    const points = this.#pointsAround(fromPx, toPx);
    const marginPx = this.#marginPx + 1;
    const heightsPx = points.map(([, yPx]) => yPx);
    const isWhole = fromPx <= 0 && toPx >= this.widthPx;
    const topPx = isWhole ? 0 : this.#onPixel(Math.max(0, Math.min(...heightsPx) - marginPx));
    const bottomPx = isWhole
      ? this.heightPx
      : this.#onPixel(Math.min(this.heightPx, Math.max(...heightsPx) + marginPx));
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
      context.save();
      clip(context, litFromPx, topPx, litToPx, bottomPx);
      context.beginPath();
      for (const [xPx, yPx] of points) context.lineTo(xPx, yPx);
      context.lineWidth = GLOW_REM * this.#remPx;
      context.strokeStyle = this.#colours.glow;
      context.stroke();
      context.lineWidth = LINE_REM * this.#remPx;
      context.strokeStyle = this.#colours.line;
      context.stroke();
      context.restore();
    }
    if (this.#hasDot && lit[1] > 0) this.#drawDot(context, lit[1]);
    context.restore();
    this.#copy([fromPx, topPx, toPx - fromPx, bottomPx - topPx]);
  }

  /** Shows a part of what was drawn: from where to where, in logical pixels. */
  #copy(part: readonly [xPx: number, yPx: number, widthPx: number, heightPx: number]): void {
    const shown = this.begin();
    if (shown === null) return;
    const [x, y, width, height] = part.map((px) => Math.round(px * this.pixelRatio));
    if (x === undefined || y === undefined || !width || !height) return;
    shown.setTransform(1, 0, 0, 1, 0, 0);
    shown.clearRect(x, y, width, height);
    shown.drawImage(this.#unseen, x, y, width, height, x, y, width, height);
  }

  #drawDot(context: CanvasRenderingContext2D, xPx: number): void {
    const yPx = this.#heightAt(xPx);
    const glowPx = DOT_GLOW_REM * this.#remPx;
    const glow = context.createRadialGradient(xPx, yPx, 0, xPx, yPx, glowPx);
    glow.addColorStop(0, this.#colours.dotGlow);
    glow.addColorStop(1, "transparent");
    for (const [radiusPx, colour] of [
      [glowPx, glow],
      [DOT_REM * this.#remPx, this.#colours.dot],
    ] as const) {
      context.beginPath();
      context.arc(xPx, yPx, radiusPx, 0, 2 * Math.PI);
      context.fillStyle = colour;
      context.fill();
    }
  }

  /** How far from the top the curve runs at a place from the left, both in logical pixels. */
  #heightAt(xPx: number): number {
    const x = xPx / this.widthPx;
    const next = this.#points.findIndex(([pointX]) => pointX >= x);
    const after = next === -1 ? this.#points.length - 1 : Math.max(1, next);
    const [[fromX, fromY] = [0, 0], [toX, toY] = [1, 0]] = this.#points.slice(after - 1, after + 1);
    const share = toX > fromX ? (x - fromX) / (toX - fromX) : 0;
    return (fromY + (toY - fromY) * share) * this.heightPx;
  }

  /** The curve's points in a stretch and the next ones on both sides, in logical pixels. */
  #pointsAround(fromPx: number, toPx: number): GraphPoint[] {
    const points = this.#points.map(([x, y]): GraphPoint => [x * this.widthPx, y * this.heightPx]);
    const marginPx = this.#marginPx;
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
