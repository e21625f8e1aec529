import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { axeViolations } from "./stage/axe.ts";
import { startBrowser } from "./stage/browser.ts";
import { DevServer, freePort } from "./stage/dev-server.ts";

let browser: Browser;
let server: DevServer;

beforeAll(async () => {
  browser = await startBrowser();
  server = await DevServer.start(await freePort(), ["--no-audio"]);
});
afterAll(async () => {
  await server?.stop();
  await browser?.close();
});

test("a musician undoes, compares, saves and comes back to it in another page", async () => {
  const page = await openPage();
  const drive = page.getByRole("slider", { name: "Drive", exact: true });
  const before = await drive.getAttribute("aria-valuetext");
  await drive.focus();
  for (const _ of [1, 2, 3]) await drive.press("ArrowUp");
  await page.getByRole("button", { name: /^Undo Drive/ }).waitFor();
  await expect.poll(() => drive.getAttribute("aria-valuetext")).not.toBe(before);
  const turned = await drive.getAttribute("aria-valuetext");
  // The steps of keys that follow each other closely are one gesture; however many there are, undo leads to the bottom.
  for (let shown = turned; shown !== before; shown = await drive.getAttribute("aria-valuetext")) {
    await page.keyboard.press("Control+z");
    await expect.poll(() => drive.getAttribute("aria-valuetext")).not.toBe(shown);
  }
  await page.keyboard.press("Control+Shift+z");
  await page.getByRole("button", { name: /^Undo Drive/ }).waitFor();

  await page.getByRole("button", { name: "B", exact: true }).click();
  await page.locator('[aria-pressed="true"]', { hasText: "B" }).waitFor();
  await drive.focus();
  await drive.press("End");
  const loudest = "36.0 dB";
  await expect.poll(() => drive.getAttribute("aria-valuetext")).toBe(loudest);

  await page.getByRole("button", { name: "Presets, now No preset" }).click();
  expect(await axeViolations(page)).toEqual([]);
  await page.getByLabel("Name of the preset to save").fill("AC/DC: live?");
  await page.keyboard.press("Enter");
  const presets = page.getByRole("dialog", { name: "Presets" });
  await presets.getByRole("button", { name: "AC/DC: live?", exact: true }).waitFor();
  await presets.getByRole("button", { name: "Default", exact: true }).click();
  await expect.poll(() => drive.getAttribute("aria-valuetext")).toBe("0.0 dB");
  await page.close();

  const again = await openPage();
  await again.getByRole("button", { name: "Presets, now Default" }).waitFor();
  await again.getByRole("button", { name: "Undo Preset Default" }).click();
  const driveAgain = again.getByRole("slider", { name: "Drive", exact: true });
  await expect.poll(() => driveAgain.getAttribute("aria-valuetext")).toBe(loudest);
  await again.getByRole("button", { name: "Presets, now AC/DC: live?" }).waitFor();
  await again.getByRole("button", { name: "A", exact: true }).click();
  await expect.poll(() => driveAgain.getAttribute("aria-valuetext")).not.toBe(loudest);
  await again.close();
});

async function openPage(): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 960, height: 600 } });
  await page.goto(server.url);
  await page.getByRole("slider", { name: "Drive", exact: true }).waitFor();
  return page;
}
