import { RATE_HZ, writeWav } from "./wav.ts";

/** Writes a WAV file with a sine of `frequencyHz` at `peak`, `durationS` seconds long, in 16 bits. */
export async function writeTone(file: string, frequencyHz: number, peak: number, durationS: number) {
  const sample = (frame: number) => peak * Math.sin((2 * Math.PI * frequencyHz * frame) / RATE_HZ);
  await writeWav(file, [Float32Array.from({ length: durationS * RATE_HZ }, (_, frame) => sample(frame))]);
}
