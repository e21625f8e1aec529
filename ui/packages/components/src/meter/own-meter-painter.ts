import type { MeterKind } from "@wavecraft/core";
import { BarPainter, HOLD_PX, type MeterOrientation } from "./bar-painter.ts";
import type { ChannelBallistics } from "./channel-ballistics.ts";
import type { MeterAxis } from "./meter-axis.ts";

/** Draws a bar for each channel of one of the plugin's own meters. */
export class OwnMeterPainter extends BarPainter {
  readonly #axis: MeterAxis;
  readonly #kind: MeterKind;
  #bars: CanvasGradient | string = "";
  #emptyColour = "";

  constructor(canvas: HTMLCanvasElement, axis: MeterAxis, kind: MeterKind, orientation: MeterOrientation) {
    super(canvas, orientation);
    this.#axis = axis;
    this.#kind = kind;
  }

  override readColours(): void {
    super.readColours();
    const colour = this.colours();
    this.#emptyColour = colour("--wc-meter-empty");
    this.#bars =
      this.#kind === "level" ? this.levelColours(colour, this.#axis.position) : colour("--wc-accent");
  }

  /** Draws all channels. */
  paint(channels: readonly ChannelBallistics[]): void {
    const { lengthPx } = this;
    const { origin, position } = this.#axis;
    const originPx = this.onPixel(origin * lengthPx);
    const places = channels.map(({ shown, hold }) => {
      if (Number.isNaN(shown)) return [Number.NaN, Number.NaN, Number.NaN] as const;
      const heldPx = Number.isNaN(hold) ? originPx : this.onPixel(position(hold) * lengthPx);
      const towardsOrigin = heldPx === originPx ? 0 : heldPx < originPx ? HOLD_PX : -HOLD_PX;
      return [
        this.onPixel(position(shown) * lengthPx),
        heldPx,
        this.onPixel(heldPx + towardsOrigin),
      ] as const;
    });
    this.drawBars(places, (bar, { context, fill }) => {
      const [shownPx, heldPx, holdEndPx] = places[bar] ?? [Number.NaN, Number.NaN, Number.NaN];
      context.fillStyle = this.#emptyColour;
      fill(0, lengthPx);
      if (Number.isNaN(shownPx)) return;
      context.fillStyle = this.#bars;
      fill(originPx, shownPx);
      fill(heldPx, holdEndPx);
    });
  }
}
