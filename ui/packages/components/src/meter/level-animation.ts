import type { MeterUpdate } from "@wavecraft/core";
import { LevelBallistics } from "./level-ballistics.ts";

/** Where a meter has its levels from. */
export type MeterSource = {
  /** The newest levels; null while nothing is measured. */
  read(): MeterUpdate | null;
  /** Calls `listener` whenever `read` has news, until the function that it returns is called. */
  subscribe(listener: () => void): () => void;
};

/** Which of the levels of an update: after ("output") or before processing ("input"). */
export type MeterChannel = "output" | "input";

/** The linear magnitude from which on a signal counts as clipped: 0 dBFS. */
const CLIP_MAGNITUDE = 1;

/** What an animation tells. */
export type LevelAnimationEvents = {
  /** The levels have moved; called at most once in each animation frame. */
  onPaint(left: LevelBallistics, right: LevelBallistics, measured: boolean): void;
  /** A measurement reached full scale. */
  onClip(left: boolean, right: boolean): void;
};

/**
 * Moves a pair of levels on animation frames of its own: it wakes at news and sleeps again as soon as nothing shows.
 */
export class LevelAnimation {
  readonly #source: MeterSource;
  readonly #channel: MeterChannel;
  readonly #events: LevelAnimationEvents;
  readonly #left = new LevelBallistics();
  readonly #right = new LevelBallistics();
  #unsubscribe: (() => void) | null = null;
  #frame: number | null = null;
  #lastFrame_ms: number | null = null;
  /** When what is shown was measured; null while nothing is. */
  #taken_us: number | null = null;

  constructor(source: MeterSource, channel: MeterChannel, events: LevelAnimationEvents) {
    this.#source = source;
    this.#channel = channel;
    this.#events = events;
  }

  /** Listens to the source and shows what it has. */
  start(): void {
    this.#unsubscribe = this.#source.subscribe(this.#onNews);
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

  /** News of silence, on a meter at rest, changes nothing that anybody sees. */
  readonly #onNews = (): void => {
    const wasMeasured = this.#taken_us !== null;
    this.#take();
    if (!this.#atRest || wasMeasured !== (this.#taken_us !== null)) {
      this.#request();
    }
  };

  get #atRest(): boolean {
    return this.#left.atRest && this.#right.atRest;
  }

  #request(): void {
    this.#frame ??= requestAnimationFrame(this.#onFrame);
  }

  readonly #onFrame = (now_ms: number): void => {
    this.#frame = null;
    const elapsed_s = this.#lastFrame_ms === null ? 0 : Math.max(0, now_ms - this.#lastFrame_ms) / 1000;
    this.#left.advance(elapsed_s);
    this.#right.advance(elapsed_s);
    this.#take();
    this.#events.onPaint(this.#left, this.#right, this.#taken_us !== null);
    if (this.#atRest) {
      this.#lastFrame_ms = null;
    } else {
      this.#lastFrame_ms = now_ms;
      this.#request();
    }
  };

  #take(): void {
    const update = this.#source.read();
    const measured_us = update?.timestamp_us ?? null;
    if (measured_us === this.#taken_us) {
      return;
    }
    this.#taken_us = measured_us;
    if (update === null) {
      this.#left.reset();
      this.#right.reset();
      return;
    }
    const [leftPeak, leftRms, rightPeak, rightRms] =
      this.#channel === "output"
        ? [update.left_peak, update.left_rms, update.right_peak, update.right_rms]
        : [update.input_left_peak, update.input_left_rms, update.input_right_peak, update.input_right_rms];
    this.#left.measure(leftPeak, leftRms);
    this.#right.measure(rightPeak, rightRms);
    const [leftClips, rightClips] = [leftPeak >= CLIP_MAGNITUDE, rightPeak >= CLIP_MAGNITUDE];
    if (leftClips || rightClips) {
      this.#events.onClip(leftClips, rightClips);
    }
  }
}
