import { writeFile } from "node:fs/promises";

const RATE_HZ = 48_000;

/** Writes a WAV file with a sine of `frequencyHz` at `peak`, `durationS` seconds long, in 16 bits. */
export async function writeTone(file: string, frequencyHz: number, peak: number, durationS: number) {
  const frames = durationS * RATE_HZ;
  const data = Buffer.alloc(44 + frames * 2);
  data.write("RIFF", 0, "latin1");
  data.writeUInt32LE(36 + frames * 2, 4);
  data.write("WAVEfmt ", 8, "latin1");
  data.writeUInt32LE(16, 16);
  data.writeUInt16LE(1, 20);
  data.writeUInt16LE(1, 22);
  data.writeUInt32LE(RATE_HZ, 24);
  data.writeUInt32LE(RATE_HZ * 2, 28);
  data.writeUInt16LE(2, 32);
  data.writeUInt16LE(16, 34);
  data.write("data", 36, "latin1");
  data.writeUInt32LE(frames * 2, 40);
  for (let frame = 0; frame < frames; frame += 1) {
    const sample = peak * Math.sin((2 * Math.PI * frequencyHz * frame) / RATE_HZ);
    data.writeInt16LE(Math.round(sample * 32_767), 44 + frame * 2);
  }
  await writeFile(file, data);
}
