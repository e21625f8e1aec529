import type { MeterKind } from "@wavecraft/core";
import { HOLD_S, LevelBallistics } from "./level-ballistics.ts";

/** What one channel of a meter shows, as time goes by. */
export type ChannelBallistics = {
  /** The end of the bar; not a number while nothing is measured. */
  readonly shown: number;
  /** The line of the extreme of late; not a number where there is none. */
  readonly hold: number;
  /** Whether nothing moves until there is news. */
  readonly atRest: boolean;
  /** Takes a new value, as it is on the wire. */
  measure(value: number): void;
  /** Lets time go by. */
  advance(elapsed_s: number): void;
  /** Forgets everything: nothing is measured any more. */
  reset(): void;
};

/** What suits a kind of meter. */
export function channelBallistics(kind: MeterKind): ChannelBallistics {
  if (kind === "level") return new LevelChannel();
  return kind === "gainReduction" ? new ReductionChannel() : new ValueChannel();
}

/** Falls as the levels before and after the plugin do. */
class LevelChannel implements ChannelBallistics {
  readonly #level = new LevelBallistics();

  get shown(): number {
    return this.#level.peakDb;
  }

  get hold(): number {
    return this.#level.holdDb;
  }

  get atRest(): boolean {
    return this.#level.atRest;
  }

  measure(magnitude: number): void {
    this.#level.measure(magnitude, 0);
  }

  advance(elapsed_s: number): void {
    this.#level.advance(elapsed_s);
  }

  reset(): void {
    this.#level.reset();
  }
}

/** Shows the gain as it is, for that is what one sets attack and release by; the deepest stays marked for a while. */
class ReductionChannel implements ChannelBallistics {
  shown = Number.NaN;
  hold = Number.NaN;
  #holdLeft_s = 0;

  get atRest(): boolean {
    return Number.isNaN(this.hold) || this.hold === this.shown;
  }

  measure(gainDb: number): void {
    this.shown = gainDb;
    if (!(gainDb > this.hold)) {
      this.hold = gainDb;
      this.#holdLeft_s = HOLD_S;
    }
  }

  advance(elapsed_s: number): void {
    this.#holdLeft_s -= elapsed_s;
    if (this.#holdLeft_s <= 0) this.hold = this.shown;
  }

  reset(): void {
    this.shown = Number.NaN;
    this.hold = Number.NaN;
  }
}

/** Shows what it is told. */
class ValueChannel implements ChannelBallistics {
  shown = Number.NaN;
  readonly hold = Number.NaN;
  readonly atRest = true;

  measure(value: number): void {
    this.shown = value;
  }

  advance(): void {}

  reset(): void {
    this.shown = Number.NaN;
  }
}
