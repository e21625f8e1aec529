import type { Clock, Timer } from "../time/clock.ts";
import type { PagePresence } from "./page-presence.ts";

/** How long nothing may be heard before the other side is asked whether it is there, in milliseconds. */
const SILENCE_MS = 4_000;

/** How long it may take to say so, in milliseconds. */
const ANSWER_MS = 3_000;

/** What a heartbeat needs. */
export type HeartbeatOptions = {
  clock: Clock;
  presence: PagePresence;
  /** Asks the other side for any message. */
  ping(): void;
  /** Called when it did not give one. */
  onDeath(): void;
};

/**
 * Notices that a connection is dead although nobody has closed it, as after a computer's sleep.
 *
 * A hidden page is left in peace: its timers are late, so it cannot tell its own sleep from the other side's.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #lastHeard_ms = 0;
  /** Whether anything was heard since it was asked for. */
  #isAnswered = true;
  #timer: Timer | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** The connection is there. */
  start(): void {
    this.heard();
    this.#checkIn(SILENCE_MS);
  }

  /** The connection is gone. */
  stop(): void {
    this.#options.clock.clearTimer(this.#timer);
  }

  /** Something was heard. */
  heard(): void {
    this.#lastHeard_ms = this.#options.clock.now();
    this.#isAnswered = true;
  }

  /** Asks now, whatever was heard lately. */
  ask(): void {
    const { clock, presence, ping, onDeath } = this.#options;
    this.stop();
    this.#isAnswered = false;
    ping();
    this.#timer = clock.setTimer(() => {
      if (!this.#isAnswered && !presence.isHidden()) onDeath();
      else this.#checkIn(SILENCE_MS);
    }, ANSWER_MS);
  }

  #checkIn(delay_ms: number): void {
    const { clock } = this.#options;
    this.stop();
    this.#timer = clock.setTimer(() => this.#check(), delay_ms);
  }

  #check(): void {
    const { clock, presence } = this.#options;
    const silence_ms = clock.now() - this.#lastHeard_ms;
    if (presence.isHidden()) this.#checkIn(SILENCE_MS);
    else if (silence_ms >= SILENCE_MS) this.ask();
    else this.#checkIn(SILENCE_MS - silence_ms);
  }
}
