import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

/** What the whole page's JavaScript may weigh, gzipped, in bytes. */
const LIMIT_BYTES = 100_000;

test("the page's JavaScript stays below 100 kB, gzipped", async () => {
  const folder = fileURLToPath(new URL("../../dist/", import.meta.url));
  const files = await readdir(folder, { recursive: true });
  const scripts = files.filter((file) => file.endsWith(".js"));
  expect(scripts).not.toEqual([]);
  const weights = await Promise.all(
    scripts.map(async (script) => gzipSync(await readFile(folder + script)).length),
  );
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeLessThan(LIMIT_BYTES);
});
