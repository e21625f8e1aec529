import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBrowser } from "../browser/stage/browser.ts";
import { DevServer, freePort } from "../browser/stage/dev-server.ts";
import { until } from "../browser/stage/processes.ts";
import { swellingNoise, writeWav } from "../browser/stage/wav.ts";

/** As large as the window becomes. */
const VIEWPORT = { width: 1_600, height: 1_000 };

/** The strip and the empty page take turns, so many each. */
const ROUNDS = 3;
const ROUND_MS = 4_000;

/** What a page needs until everything is compiled and in its caches. */
const WARM_UP_MS = 1_000;

let browser: Browser;
let server: DevServer;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "wavecraft-frames-"));
  const noise = join(folder, "noise.wav");
  await writeWav(noise, [swellingNoise(1), swellingNoise(1.5)]);
  browser = await startBrowser();
  server = await DevServer.start(await freePort(), ["--input", noise, "--output", "none"]);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
  await rm(folder, { recursive: true });
});

test("frames of the strip while all its meters move, and of an empty page", async () => {
  const strip: number[] = [];
  const empty: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    strip.push(...(await intervals(openStrip)));
    empty.push(...(await intervals(() => browser.newPage({ viewport: VIEWPORT }))));
  }
  const file = process.env.WAVECRAFT_INTERVALS;
  if (file === undefined)
    throw new Error("WAVECRAFT_INTERVALS is not set: this is run by `cargo xtask bench`");
  // As `benches/src/measurements/frames.rs` reads them.
  await writeFile(file, JSON.stringify({ strip_ms: strip, empty_page_ms: empty }));
});

/** The strip with its drive on, once all its meters move. */
async function openStrip(): Promise<Page> {
  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.goto(server.url);
  const drive = page.getByRole("slider", { name: "Drive", exact: true });
  // A little: what is driven hard has but one level, and the meter of the output would stand still.
  await drive.press("Home");
  await drive.press("PageUp");
  await expect.poll(() => drive.getAttribute("aria-valuetext")).toBe("3.6 dB");
  await until("all meters move", () => page.evaluate(doAllMetersMove));
  return page;
}

/** Whether each meter shows another picture from frame to frame, for some frames. */
function doAllMetersMove(): Promise<boolean> {
  const FRAMES = 20;
  const canvases = [...document.querySelectorAll<HTMLCanvasElement>("[role=meter] canvas")];
  const seen = canvases.map(() => new Set<string>());
  return new Promise((resolve) => {
    let frame = 0;
    const look = () => {
      canvases.forEach((canvas, index) => {
        seen[index]?.add(canvas.toDataURL());
      });
      frame += 1;
      if (frame < FRAMES) requestAnimationFrame(look);
      else resolve(canvases.length > 1 && seen.every((pictures) => pictures.size > FRAMES / 2));
    };
    requestAnimationFrame(look);
  });
}

/** The times between the frames of a page, in milliseconds. */
async function intervals(open: () => Promise<Page>): Promise<number[]> {
  const page = await open();
  await page.waitForTimeout(WARM_UP_MS);
  const measured = await page.evaluate(
    (durationMs) =>
      new Promise<number[]>((resolve) => {
        const times: number[] = [];
        const note = (time: number) => {
          times.push(time);
          if (time - (times[0] ?? time) < durationMs) requestAnimationFrame(note);
          else resolve(times.slice(1).map((later, index) => later - (times[index] ?? later)));
        };
        requestAnimationFrame(note);
      }),
    ROUND_MS,
  );
  await page.close();
  return measured;
}
