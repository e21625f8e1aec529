import type { MeterUpdate } from "@wavecraft/core";
import { CanvasAnimation } from "../canvas/canvas-animation.ts";
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

/** Peak and RMS of the left channel and then of the right one, at one of both points of an update. */
export function levelsAt(channel: MeterChannel, update: MeterUpdate): [number, number, number, number] {
  return channel === "output"
    ? [update.left_peak, update.left_rms, update.right_peak, update.right_rms]
    : [update.input_left_peak, update.input_left_rms, update.input_right_peak, update.input_right_rms];
}

/** The linear magnitude from which on a signal counts as clipped: 0 dBFS. */
const CLIP_MAGNITUDE = 1;

/** What an animation tells. */
export type LevelAnimationEvents = {
  /** The levels have moved; called at most once in each animation frame. */
  onPaint(left: LevelBallistics, right: LevelBallistics, measured: boolean): void;
  /** A measurement reached full scale. */
  onClip(left: boolean, right: boolean): void;
};

/** Moves a pair of levels. */
export class LevelAnimation extends CanvasAnimation {
  readonly #source: MeterSource;
  readonly #channel: MeterChannel;
  readonly #events: LevelAnimationEvents;
  readonly #left = new LevelBallistics();
  readonly #right = new LevelBallistics();
  /** When what is shown was measured; null while nothing is. */
  #taken_us: number | null = null;

  constructor(source: MeterSource, channel: MeterChannel, events: LevelAnimationEvents) {
    super("levels");
    this.#source = source;
    this.#channel = channel;
    this.#events = events;
  }

  protected subscribe(listener: () => void): () => void {
    return this.#source.subscribe(listener);
  }

  protected get atRest(): boolean {
    return this.#left.atRest && this.#right.atRest;
  }

  protected advance(elapsed_s: number): void {
    this.#left.advance(elapsed_s);
    this.#right.advance(elapsed_s);
  }

  protected paint(): void {
    this.#events.onPaint(this.#left, this.#right, this.#taken_us !== null);
  }

  /** Levels that move are no longer at rest, so only their coming and going is told. */
  protected take(): boolean {
    const update = this.#source.read();
    const measured_us = update?.timestamp_us ?? null;
    if (measured_us === this.#taken_us) {
      return false;
    }
    const hasComeOrGone = (measured_us === null) !== (this.#taken_us === null);
    this.#taken_us = measured_us;
    if (update === null) {
      this.#left.reset();
      this.#right.reset();
      return hasComeOrGone;
    }
    const [leftPeak, leftRms, rightPeak, rightRms] = levelsAt(this.#channel, update);
    this.#left.measure(leftPeak, leftRms);
    this.#right.measure(rightPeak, rightRms);
    const [leftClips, rightClips] = [leftPeak >= CLIP_MAGNITUDE, rightPeak >= CLIP_MAGNITUDE];
    if (leftClips || rightClips) {
      this.#events.onClip(leftClips, rightClips);
    }
    return hasComeOrGone;
  }
}
