import { writeFile } from "node:fs/promises";

/** What all files of the tests are made at. */
export const RATE_HZ = 48_000;

/** Writes a WAV file of 16 bits from the samples of each channel, which are in [-1, 1] and equally many. */
export async function writeWav(file: string, channels: Float32Array[]): Promise<void> {
  const frames = channels[0]?.length ?? 0;
  const frameBytes = 2 * channels.length;
  const data = Buffer.alloc(44 + frames * frameBytes);
  data.write("RIFF", 0, "latin1");
  data.writeUInt32LE(data.length - 8, 4);
  data.write("WAVEfmt ", 8, "latin1");
  data.writeUInt32LE(16, 16);
  data.writeUInt16LE(1, 20);
  data.writeUInt16LE(channels.length, 22);
  data.writeUInt32LE(RATE_HZ, 24);
  data.writeUInt32LE(RATE_HZ * frameBytes, 28);
  data.writeUInt16LE(frameBytes, 32);
  data.writeUInt16LE(16, 34);
  data.write("data", 36, "latin1");
  data.writeUInt32LE(frames * frameBytes, 40);
  channels.forEach((samples, channel) => {
    samples.forEach((sample, frame) => {
      data.writeInt16LE(Math.round(sample * 32_767), 44 + frame * frameBytes + 2 * channel);
    });
  });
  await writeFile(file, data);
}

/** Four seconds of noise that swells and fades so many times a second, between -40 and -4 dBFS: no level stands still. */
export function swellingNoise(timesS: number): Float32Array {
  return Float32Array.from({ length: 4 * RATE_HZ }, (_, frame) => {
    const peakDb = -22 - 18 * Math.cos((2 * Math.PI * timesS * frame) / RATE_HZ);
    return 10 ** (peakDb / 20) * (2 * Math.random() - 1);
  });
}
