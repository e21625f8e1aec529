/** A timer that has been set; only its clock knows what it is. */
export type Timer = unknown;

/** Time and timers, so that tests can turn the hands themselves. */
export type Clock = {
  /** Milliseconds since some moment; never goes back. */
  now(): number;
  /** Calls `callback` once, after `delay_ms`. */
  setTimer(callback: () => void, delay_ms: number): Timer;
  /** Forgets a timer. One that has gone off already is no mistake. */
  clearTimer(timer: Timer): void;
};

/** The time of the machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer: (callback, delay_ms) => setTimeout(callback, delay_ms),
  clearTimer: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};
