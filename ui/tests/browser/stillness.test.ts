import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBrowser } from "./stage/browser.ts";
import { DevServer, freePort } from "./stage/dev-server.ts";
import { openStrip } from "./stage/strip.ts";
import { writeTone } from "./stage/tone.ts";

let browser: Browser;
let folder: string;
let server: DevServer;

beforeAll(async () => {
  browser = await startBrowser();
  folder = await mkdtemp(join(tmpdir(), "wavecraft-stillness-"));
  const silence = join(folder, "silence.wav");
  await writeTone(silence, 440, 0, 1);
  server = await DevServer.start(await freePort(), ["--input", silence, "--output", "none"]);
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
  await browser.close();
});

test("in silence nothing of the page is written or drawn anew, so that nothing is painted", async () => {
  const page = await openStrip(browser, server.url, { reducedMotion: "no-preference" });
  const watch = (duration_ms: number) =>
    page.evaluate(async (duration_ms) => {
      const changes: string[] = [];
      const observer = new MutationObserver((records) => {
        for (const { type, target } of records)
          changes.push(`${type} of ${target.nodeName} ${target.textContent}`);
      });
      observer.observe(document, {
        ...{ subtree: true, childList: true, attributes: true, characterData: true },
      });
      const drawing = CanvasRenderingContext2D.prototype;
      const { clearRect } = drawing;
      drawing.clearRect = function (...area) {
        changes.push(`${this.canvas.className} clears ${area}`);
        clearRect.apply(this, area);
      };
      await new Promise((resolve) => setTimeout(resolve, duration_ms));
      observer.disconnect();
      drawing.clearRect = clearRect;
      return changes;
    }, duration_ms);
  // Spectra fall to the bottom first.
  await expect.poll(() => watch(500), { timeout: 20_000 }).toEqual([]);
  expect(await watch(2_000)).toEqual([]);
  // What is watched does change with what a hand does.
  await page.getByRole("slider", { name: "Drive", exact: true }).focus();
  const changes = watch(2_000);
  await page.keyboard.press("ArrowUp");
  expect((await changes).length).toBeGreaterThan(0);
  await page.keyboard.press("ArrowDown");
  await page.close();
});
