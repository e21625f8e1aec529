import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import { expect } from "vitest";

const KEPT = fileURLToPath(new URL("../pictures/", import.meta.url));
const FOUND = fileURLToPath(new URL("../../../../target/pictures/", import.meta.url));

/** How much of a picture may differ: browsers of different versions smooth edges differently. */
const LARGEST_DIFFERENCE = 0.005;

/** Compares a picture with the one that is kept under the same name, or keeps it if asked to. */
export async function expectKeptPicture(name: string, picture: Buffer): Promise<void> {
  const kept = `${KEPT}${name}.png`;
  if (process.env.WAVECRAFT_RENEW_PICTURES !== undefined) {
    await write(kept, picture);
    return;
  }
  const found = `${FOUND}${name}.png`;
  const advice = `see ${found}; if it is as it should be, renew the picture with WAVECRAFT_RENEW_PICTURES=1`;
  if (!existsSync(kept)) {
    await write(found, picture);
    throw new Error(`no picture is kept as ${name}; ${advice}`);
  }
  const [before, now] = [PNG.sync.read(await readFile(kept)), PNG.sync.read(picture)];
  expect([now.width, now.height], `the size of ${name}`).toEqual([before.width, before.height]);
  const difference = new PNG({ width: now.width, height: now.height });
  const pixels = pixelmatch(before.data, now.data, difference.data, now.width, now.height, {
    threshold: 0.15,
  });
  if (pixels > LARGEST_DIFFERENCE * now.width * now.height) {
    await write(found, picture);
    await write(`${FOUND}${name}-difference.png`, PNG.sync.write(difference));
    const percent = ((100 * pixels) / (now.width * now.height)).toFixed(2);
    throw new Error(`${percent} % of ${name} looks different; ${advice}`);
  }
}

async function write(file: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
}
