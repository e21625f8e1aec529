import type { MeterUpdate } from "@wavecraft/core";
import type { MeterSource } from "../src/index.ts";

/** How often a plugin tells its levels. */
const PERIOD_MS = 1000 / 60;

/**
 * Levels that a formula makes up, to look at a meter with: `level` tells the peak in dBFS at a time in seconds. They are
 * not those of any sound, and the gallery says so beside the meter.
 */
export function demonstrationSource(level: (time_s: number) => number): MeterSource {
  let newest: MeterUpdate | null = null;
  return {
    read: () => newest,
    subscribe(listener) {
      const timer = setInterval(() => {
        const time_s = performance.now() / 1000;
        const left = linear(level(time_s));
        const right = linear(level(time_s + 0.07) - 1.5);
        newest = {
          timestamp_us: Math.round(time_s * 1e6),
          left_peak: left,
          left_rms: left * 0.4,
          right_peak: right,
          right_rms: right * 0.4,
          input_left_peak: left * 0.5,
          input_left_rms: left * 0.2,
          input_right_peak: right * 0.5,
          input_right_rms: right * 0.2,
          values: {},
        };
        listener();
      }, PERIOD_MS);
      return () => clearInterval(timer);
    },
  };
}

/** Nothing is measured. */
export const NO_SOURCE: MeterSource = { read: () => null, subscribe: () => () => {} };

/** A beat every half second, from -4 dBFS downwards. */
export function beat(time_s: number): number {
  return -4 - 34 * ((time_s * 2) % 1) + 3 * Math.sin(time_s * 1.3);
}

/** The same, hot enough to clip. */
export function clippingBeat(time_s: number): number {
  return beat(time_s) + 8;
}

/** A steady tone at -18 dBFS. */
export function tone(): number {
  return -18;
}

function linear(db: number): number {
  return 10 ** (db / 20);
}
