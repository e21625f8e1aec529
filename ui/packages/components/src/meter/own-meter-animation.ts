import type { MeterKind, Readable } from "@wavecraft/core";
import { type ChannelBallistics, channelBallistics } from "./channel-ballistics.ts";

/** Moves the channels of a meter on animation frames of its own: it wakes at news and sleeps again when nothing moves. */
export class OwnMeterAnimation {
  readonly #values: Readable<readonly number[] | null>;
  readonly #channels: readonly ChannelBallistics[];
  readonly #onPaint: (channels: readonly ChannelBallistics[], measured: boolean) => void;
  #unsubscribe: (() => void) | null = null;
  #frame: number | null = null;
  #lastFrame_ms: number | null = null;
  #taken: readonly number[] | null = null;

  constructor(
    values: Readable<readonly number[] | null>,
    kind: MeterKind,
    channels: number,
    onPaint: (channels: readonly ChannelBallistics[], measured: boolean) => void,
  ) {
    this.#values = values;
    this.#channels = Array.from({ length: channels }, () => channelBallistics(kind));
    this.#onPaint = onPaint;
  }

  /** Listens to the values and shows what there are. */
  start(): void {
    this.#unsubscribe = this.#values.subscribe(this.#onNews);
    this.#request();
  }

  /** Listens no more. */
  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    if (this.#frame !== null) {
      cancelAnimationFrame(this.#frame);
      this.#frame = null;
    }
  }

  /** Draws at the next frame even if nothing has moved: size or colours are others. */
  repaint(): void {
    this.#request();
  }

  /** News of what shows already changes nothing that anybody sees. */
  readonly #onNews = (): void => {
    const before = this.#channels.map((channel) => channel.shown);
    if (!this.#take()) return;
    const hasMoved = this.#channels.some((channel, index) => !Object.is(channel.shown, before[index]));
    if (hasMoved || !this.#atRest) this.#request();
  };

  get #atRest(): boolean {
    return this.#channels.every((channel) => channel.atRest);
  }

  #request(): void {
    this.#frame ??= requestAnimationFrame(this.#onFrame);
  }

  readonly #onFrame = (now_ms: number): void => {
    this.#frame = null;
    const elapsed_s = this.#lastFrame_ms === null ? 0 : Math.max(0, now_ms - this.#lastFrame_ms) / 1000;
    for (const channel of this.#channels) channel.advance(elapsed_s);
    this.#take();
    this.#onPaint(this.#channels, this.#taken !== null);
    if (this.#atRest) {
      this.#lastFrame_ms = null;
    } else {
      this.#lastFrame_ms = now_ms;
      this.#request();
    }
  };

  /** Takes the newest values, if they are others. */
  #take(): boolean {
    const values = this.#values.read();
    if (values === this.#taken) return false;
    this.#taken = values;
    for (const [index, channel] of this.#channels.entries()) {
      const value = values?.[index];
      if (value === undefined) channel.reset();
      else channel.measure(value);
    }
    return true;
  }
}
