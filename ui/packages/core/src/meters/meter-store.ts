import type { MeterUpdate } from "../protocol/index.ts";
import { followConnection } from "../rpc/connection.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";
import { type Readable, Store } from "../store.ts";
import { type Clock, systemClock, type Timer } from "../time/clock.ts";

/** Levels older than this are no longer how loud it is, in milliseconds: of silence a window hears four times a second. */
const STALE_MS = 400;

/**
 * The newest levels, 30 to 60 times a second; null while nothing is measured, so that meters fall rather than freeze.
 * They are the plugin's own: none are ever invented.
 */
export class MeterStore implements Readable<MeterUpdate | null> {
  readonly #levels = new Store<MeterUpdate | null>(null);
  /** The newest values of each of the plugin's own meters, and when they came: not every update has all of them. */
  readonly #values = new Map<string, { values: readonly number[]; at_ms: number }>();
  readonly #own = new Map<string, Readable<readonly number[] | null>>();
  readonly #clock: Clock;
  #lastNews_ms = 0;
  #timer: Timer | undefined;
  readonly read = this.#levels.read;
  readonly subscribe = this.#levels.subscribe;

  constructor(rpc: RpcClient, clock: Clock = systemClock) {
    this.#clock = clock;
    followConnection(rpc, { onLoss: () => this.#clear() });
    rpc.on("meterUpdate", (levels) => this.#take(levels));
  }

  /**
   * The newest values of one of the plugin's own meters, a number for each channel; null while nothing is measured, and
   * where the plugin has no such meter. The same object for each id.
   */
  own(id: string): Readable<readonly number[] | null> {
    const known = this.#own.get(id);
    if (known !== undefined) return known;
    const values = { read: () => this.#values.get(id)?.values ?? null, subscribe: this.subscribe };
    this.#own.set(id, values);
    return values;
  }

  #take(levels: MeterUpdate): void {
    const at_ms = this.#clock.now();
    this.#lastNews_ms = at_ms;
    for (const [id, values] of Object.entries(levels.values)) this.#values.set(id, { values, at_ms });
    // Levels may go on without them: a plugin that has panicked passes its input, and measures nothing.
    for (const [id, newest] of this.#values) {
      if (at_ms - newest.at_ms >= STALE_MS) this.#values.delete(id);
    }
    // One timer that looks at the time, rather than a new one with each message.
    if (this.#timer === undefined) this.#checkIn(STALE_MS);
    this.#levels.set(levels);
  }

  #checkIn(delay_ms: number): void {
    this.#timer = this.#clock.setTimer(() => {
      const age_ms = this.#clock.now() - this.#lastNews_ms;
      if (age_ms < STALE_MS) this.#checkIn(STALE_MS - age_ms);
      else this.#clear();
    }, delay_ms);
  }

  #clear(): void {
    this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#values.clear();
    this.#levels.set(null);
  }
}
