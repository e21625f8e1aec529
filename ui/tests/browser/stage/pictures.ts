import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";

const KEPT = fileURLToPath(new URL("../pictures/", import.meta.url));
const FOUND = fileURLToPath(new URL("../../../../target/pictures/", import.meta.url));

/**
 * How many pixels may differ, beside those of smoothed edges: the smallest label, a number of two digits, has more. A steady
 * tone's spectrum has some that come and go.
 */
const MOST_PIXELS = 24;

/** Compares a picture with the one that is kept under the same name, or keeps it if asked to. */
export async function expectKeptPicture(name: string, picture: Buffer): Promise<void> {
  if (process.env.WAVECRAFT_RENEW_PICTURES !== undefined) {
    await write(`${KEPT}${name}.png`, picture);
    return;
  }
  const difference = await differenceFromKept(name, picture);
  if (difference === null) return;
  const found = `${FOUND}${name}.png`;
  await write(found, picture);
  if (difference.picture !== undefined) await write(`${FOUND}${name}-difference.png`, difference.picture);
  const advice = `see ${found}; if it is as it should be, renew the picture with WAVECRAFT_RENEW_PICTURES=1`;
  throw new Error(`${name}: ${difference.words}; ${advice}`);
}

/** What a picture differs in from the one that is kept under a name; null if it is the same to the eye. */
export async function differenceFromKept(
  name: string,
  picture: Buffer,
): Promise<{ words: string; picture?: Buffer } | null> {
  const kept = `${KEPT}${name}.png`;
  if (!existsSync(kept)) return { words: "no such picture is kept" };
  const [before, now] = [PNG.sync.read(await readFile(kept)), PNG.sync.read(picture)];
  const { width, height } = now;
  if (width !== before.width || height !== before.height) {
    return { words: `it is ${width} x ${height}, and was ${before.width} x ${before.height}` };
  }
  const difference = new PNG({ width, height });
  const pixels = pixelmatch(before.data, now.data, difference.data, width, height, { threshold: 0.15 });
  if (pixels <= MOST_PIXELS) return null;
  return { words: `${pixels} pixels look different`, picture: PNG.sync.write(difference) };
}

async function write(file: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
}
