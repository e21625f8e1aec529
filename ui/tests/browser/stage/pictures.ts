import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";

const KEPT = fileURLToPath(new URL("../pictures/", import.meta.url));
const FOUND = fileURLToPath(new URL("../../../../target/pictures/", import.meta.url));

/**
 * How many pixels may differ, beside those of smoothed edges: the smallest label, a digit, has more. A steady
 * tone's spectrum has some that come and go.
 */
const MOST_PIXELS = 12;

/** How long a page may take until it stands still as it should, in milliseconds. */
const PATIENCE_MS = 12_000;

/** So many pictures in a row that are the same show that a page stands still. */
const STEADY_PICTURES = 4;

/**
 * Waits until a page looks like the picture that is kept under a name, or keeps one of it if asked to. Meters that a busy machine
 * has kept from the news fall for a moment, and stand again.
 */
export async function expectKeptPicture(name: string, shoot: () => Promise<Buffer>): Promise<void> {
  const kept = `${KEPT}${name}.png`;
  if (process.env.WAVECRAFT_RENEW_PICTURES !== undefined) {
    await write(kept, await steadyPicture(shoot));
    return;
  }
  const started = performance.now();
  let picture = await shoot();
  let difference = await differenceFromKept(name, picture);
  while (difference !== null && performance.now() - started < PATIENCE_MS) {
    picture = await shoot();
    difference = await differenceFromKept(name, picture);
  }
  if (difference === null) return;
  const found = `${FOUND}${name}.png`;
  await write(found, picture);
  if (difference.picture !== undefined) await write(`${FOUND}${name}-difference.png`, difference.picture);
  const advice = `see ${found}; if it is as it should be, renew the picture with WAVECRAFT_RENEW_PICTURES=1`;
  throw new Error(`${name}: ${difference.words}; ${advice}`);
}

/** A picture of a page that stands still. */
async function steadyPicture(shoot: () => Promise<Buffer>): Promise<Buffer> {
  const started = performance.now();
  let picture = await shoot();
  for (let same = 1; same < STEADY_PICTURES && performance.now() - started < PATIENCE_MS; ) {
    const next = await shoot();
    same = differenceBetween(picture, next) === null ? same + 1 : 1;
    picture = next;
  }
  return picture;
}

/** What a picture differs in from the one that is kept under a name; null if it is the same to the eye. */
export async function differenceFromKept(
  name: string,
  picture: Buffer,
): Promise<{ words: string; picture?: Buffer } | null> {
  const kept = `${KEPT}${name}.png`;
  if (!existsSync(kept)) return { words: "no such picture is kept" };
  return differenceBetween(await readFile(kept), picture);
}

function differenceBetween(one: Buffer, other: Buffer): { words: string; picture?: Buffer } | null {
  if (one.equals(other)) return null;
  const [before, now] = [PNG.sync.read(one), PNG.sync.read(other)];
  const { width, height } = now;
  if (width !== before.width || height !== before.height) {
    return { words: `it is ${width} x ${height}, and was ${before.width} x ${before.height}` };
  }
  const difference = new PNG({ width, height });
  const pixels = pixelmatch(before.data, now.data, difference.data, width, height, { threshold: 0.15 });
  if (pixels <= MOST_PIXELS) return null;
  return { words: `${pixels} pixels look different`, picture: PNG.sync.write(difference) };
}

/** What is left between pictures side by side, in pixels. */
const GAP = 16;

/** Pictures of the same height as one, from left to right. What is between them is transparent. */
export function sideBySide(pictures: Buffer[]): Buffer {
  const parts = pictures.map((picture) => PNG.sync.read(picture));
  const width = parts.reduce((sum, part) => sum + part.width + GAP, -GAP);
  const whole = new PNG({ width, height: parts[0]?.height ?? 0 });
  let left = 0;
  for (const part of parts) {
    PNG.bitblt(part, whole, 0, 0, part.width, part.height, left, 0);
    left += part.width + GAP;
  }
  return PNG.sync.write(whole);
}

async function write(file: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
}
