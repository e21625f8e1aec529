/** Draws on a canvas, in the colours that the page's custom properties name. */
export abstract class CanvasPainter {
  readonly #canvas: HTMLCanvasElement;
  /** The size, in logical pixels. */
  protected widthPx = 0;
  protected heightPx = 0;
  /** How many of the screen's pixels there are for each of them. */
  protected pixelRatio = 1;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** Reads the colours again: after a change of the theme or the size. */
  abstract readColours(): void;

  /** Takes a new size, in logical pixels, and the screen's pixels for each of them. */
  resize(widthPx: number, heightPx: number, pixelRatio: number): void {
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    this.pixelRatio = pixelRatio;
    this.#canvas.width = Math.max(1, Math.round(widthPx * pixelRatio));
    this.#canvas.height = Math.max(1, Math.round(heightPx * pixelRatio));
    this.readColours();
  }

  /** What the colour of this name is now. */
  protected colours(): (name: string) => string {
    const style = getComputedStyle(this.#canvas);
    return (name) => style.getPropertyValue(name).trim() || "currentColor";
  }

  /** How many logical pixels a rem has now. */
  protected remPx(): number {
    return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  }

  protected get context(): CanvasRenderingContext2D | null {
    return this.#canvas.getContext("2d");
  }

  /**
   * What to draw a new picture with, in logical pixels; null where there is nothing to draw on. There is nothing left between
   * two distances from the top: of the whole picture unless told.
   */
  protected clear(fromPx = 0, toPx = this.heightPx): CanvasRenderingContext2D | null {
    const context = this.begin();
    context?.clearRect(0, fromPx, this.widthPx, toPx - fromPx);
    return context;
  }

  /** What to go on drawing with, in logical pixels; null where there is nothing to draw on. */
  protected begin(): CanvasRenderingContext2D | null {
    const { context } = this;
    if (context === null || this.widthPx === 0 || this.heightPx === 0) return null;
    context.setTransform(this.pixelRatio, 0, 0, this.pixelRatio, 0, 0);
    return context;
  }
}
