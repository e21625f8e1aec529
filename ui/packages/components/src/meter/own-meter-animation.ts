import type { MeterKind, Readable } from "@wavecraft/core";
import { CanvasAnimation } from "../canvas/canvas-animation.ts";
import { type ChannelBallistics, channelBallistics } from "./channel-ballistics.ts";

/** Moves the channels of one of the plugin's own meters. */
export class OwnMeterAnimation extends CanvasAnimation {
  readonly #values: Readable<readonly number[] | null>;
  readonly #channels: readonly ChannelBallistics[];
  readonly #onPaint: (channels: readonly ChannelBallistics[], measured: boolean) => void;
  #taken: readonly number[] | null = null;

  constructor(
    values: Readable<readonly number[] | null>,
    kind: MeterKind,
    channels: number,
    onPaint: (channels: readonly ChannelBallistics[], measured: boolean) => void,
  ) {
    super("levels");
    this.#values = values;
    this.#channels = Array.from({ length: channels }, () => channelBallistics(kind));
    this.#onPaint = onPaint;
  }

  protected subscribe(listener: () => void): () => void {
    return this.#values.subscribe(listener);
  }

  protected get atRest(): boolean {
    return this.#channels.every((channel) => channel.atRest);
  }

  protected advance(elapsed_s: number): void {
    for (const channel of this.#channels) channel.advance(elapsed_s);
  }

  protected paint(): void {
    this.#onPaint(this.#channels, this.#taken !== null);
  }

  protected take(): boolean {
    const values = this.#values.read();
    if (values === this.#taken) return false;
    this.#taken = values;
    let hasMoved = false;
    for (const [index, channel] of this.#channels.entries()) {
      const before = channel.shown;
      const value = values?.[index];
      if (value === undefined) channel.reset();
      else channel.measure(value);
      hasMoved ||= !Object.is(channel.shown, before);
    }
    return hasMoved;
  }
}
