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

  readColours(): void {
    const colour = this.colours();
    this.#emptyColour = colour("--wc-meter-empty");
    this.#bars =
      this.#kind === "level" ? this.levelColours(colour, this.#axis.position) : colour("--wc-accent");
  }

  /** Draws all channels. */
  paint(channels: readonly ChannelBallistics[]): void {
    const picture = this.begin(channels.length);
    if (picture === null) return;
    const { context, lengthPx, fill } = picture;
    const { origin, position } = this.#axis;
    for (const [bar, { shown, hold }] of channels.entries()) {
      context.fillStyle = this.#emptyColour;
      fill(bar, 0, lengthPx);
      if (Number.isNaN(shown)) continue;
      context.fillStyle = this.#bars;
      fill(bar, origin * lengthPx, position(shown) * lengthPx);
      const held = Number.isNaN(hold) ? origin : position(hold);
      if (held !== origin) {
        const towardsOrigin = held < origin ? HOLD_PX : -HOLD_PX;
        fill(bar, held * lengthPx, held * lengthPx + towardsOrigin);
      }
    }
  }
}
