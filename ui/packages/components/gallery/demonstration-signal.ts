import type { SignalSource } from "../src/index.ts";

/** How often a plugin tells of its signals. */
const PERIOD_MS = 1000 / 30;

/**
 * A signal that a formula makes up, to look at a picture with: `values` tells them at a time in seconds. They are those of no
 * sound, and the gallery says so beside the picture.
 */
export function demonstrationSignal(values: (time_s: number) => readonly number[]): SignalSource {
  return {
    follow(listener) {
      const timer = setInterval(() => listener(values(performance.now() / 1000)), PERIOD_MS);
      return () => clearInterval(timer);
    },
  };
}

/** Nothing is heard. */
export const SILENT_SIGNAL: SignalSource = { follow: () => () => {} };

/** Something like a chord over a falling floor, in dB. */
export function spectrumAt(time_s: number, columns: number): number[] {
  const beat = (time_s * 2) % 1;
  return Array.from({ length: columns }, (_, column) => {
    const octave = (column / (columns - 1)) * Math.log2(1_000);
    const floor =
      -38 - 4.2 * octave - 5 * Math.sin(octave * 9 + time_s * 2) - 3 * Math.sin(octave * 31 - time_s * 5);
    const tones = [1.6, 2.6, 3.2, 4.2, 5.2].map(
      (tone, index) => -12 - 5 * index - 14 * beat - (Math.abs(octave - tone) * 60) ** 1.3,
    );
    return Math.max(-120, floor, ...tones);
  });
}

/** A few partials, the lowest and the highest of each column. */
export function waveformAt(time_s: number, columns: number): number[] {
  const level = 0.55 + 0.25 * Math.sin(time_s * 1.7);
  return Array.from({ length: columns }, (_, column) => {
    const phase = (column / columns) * 4 * Math.PI;
    const sample =
      level * (Math.sin(phase) + 0.35 * Math.sin(3 * phase + time_s) + 0.1 * Math.sin(11 * phase)) * 0.8;
    return [sample - 0.012, sample + 0.012];
  }).flat();
}
