import { CanvasPainter } from "@wavecraft/components";

/** Between the places of two bars, and how wide a bar is, in rem. */
const GAP_REM = 0.3125;
const BAR_REM = 0.375;

/** Draws the harmonics as bars on one canvas: many small elements that change cost more to paint than one. */
export class HarmonicsPainter extends CanvasPainter {
  #heights: readonly number[] = [];
  #colour = "";
  #remPx = 16;

  readColours(): void {
    this.#colour = this.colours()("--accent");
    this.#remPx = this.remPx();
  }

  /** Takes how high the bars are, from left to right, from 0 to 1. */
  set heights(heights: readonly number[]) {
    this.#heights = heights;
  }

  paint(): void {
    const context = this.clear();
    if (context === null) return;
    context.fillStyle = this.#colour;
    const [gapPx, barPx] = [GAP_REM * this.#remPx, BAR_REM * this.#remPx];
    const pitchPx = (this.widthPx + gapPx) / this.#heights.length;
    for (const [index, height] of this.#heights.entries()) {
      const middlePx = (index + 0.5) * pitchPx - gapPx / 2;
      context.fillRect(middlePx - barPx / 2, (1 - height) * this.heightPx, barPx, height * this.heightPx);
    }
  }
}
