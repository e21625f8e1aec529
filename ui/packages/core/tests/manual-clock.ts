import type { Clock, Timer } from "../src/index.ts";

/** A clock whose hands the test turns. */
export class ManualClock implements Clock {
  #now_ms = 0;
  #timers: { at_ms: number; callback: () => void }[] = [];

  now(): number {
    return this.#now_ms;
  }

  setTimer(callback: () => void, delay_ms: number): Timer {
    const timer = { at_ms: this.#now_ms + delay_ms, callback };
    this.#timers.push(timer);
    return timer;
  }

  clearTimer(timer: Timer): void {
    this.#timers = this.#timers.filter((other) => other !== timer);
  }

  /** How many timers are set. */
  get waiting(): number {
    return this.#timers.length;
  }

  /** How long until the next timer goes off, in milliseconds. */
  get next_ms(): number {
    return Math.min(...this.#timers.map((timer) => timer.at_ms)) - this.#now_ms;
  }

  /** Lets time pass, with everything that is due in it, in order. */
  async pass(time_ms: number): Promise<void> {
    const end_ms = this.#now_ms + time_ms;
    await settled();
    for (;;) {
      const due = this.#timers.filter((timer) => timer.at_ms <= end_ms).sort((a, b) => a.at_ms - b.at_ms)[0];
      if (due === undefined) break;
      this.clearTimer(due);
      this.#now_ms = due.at_ms;
      due.callback();
      await settled();
    }
    this.#now_ms = end_ms;
  }
}

/** Lets everything happen that waits for nothing but promises. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
