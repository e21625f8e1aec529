import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startBrowser } from "./stage/browser.ts";
import { DevServer, freePort } from "./stage/dev-server.ts";
import { openStrip, setByProtocol, textOf, waitForLevels } from "./stage/strip.ts";

/** What the tests turn, as it was before. */
const BEFORE = { input_gain: "0", output_gain: "0", auto_gain: "Off", delta: "Off", drive: "0" };

let browser: Browser;
let server: DevServer;
let page: Page;

beforeAll(async () => {
  browser = await startBrowser();
  // A sine of a quarter of full scale.
  server = await DevServer.start(await freePort(), ["--input", "sine:440", "--output", "none"]);
});
afterAll(async () => {
  await server.stop();
  await browser.close();
});
beforeEach(async () => {
  page = await openStrip(browser, server.url, { hasTouch: true });
  await waitForLevels(page);
});
afterEach(async () => {
  await setByProtocol(page, server.url, BEFORE);
  await page.close();
});

/** A number as the page writes it. */
async function numberIn(shown: Locator): Promise<number> {
  return Number(((await shown.textContent()) ?? "").replace("\u2212", "-"));
}

const section = (name: string) => page.getByRole("region", { name });
const peak = (name: string) => section(name).locator(".wc-meter-clip .wc-meter-number");
const reading = (name: string) => section(name).locator(".wc-meter-reading");

describe("the peak in numbers", () => {
  test("stays until it is clicked, and so do the lights of what has clipped", async () => {
    await expect.poll(() => numberIn(peak("Output"))).toBeCloseTo(-12, 0);
    await setByProtocol(page, server.url, { output_gain: "18" });
    await expect.poll(() => numberIn(peak("Output"))).toBeGreaterThan(5.5);
    const light = section("Output").getByRole("button", {
      name: /^Output level, peak .*has clipped: clear$/,
    });
    await light.waitFor();
    await setByProtocol(page, server.url, { output_gain: "-6" });
    const meter = page.getByRole("meter", { name: "Output level" });
    // It falls by 20 dB a second.
    const shown = async () => Number(await meter.getAttribute("aria-valuenow"));
    await expect.poll(shown, { timeout: 5_000 }).toBeLessThan(-15);
    expect(await numberIn(peak("Output"))).toBeGreaterThan(5.5);
    await light.click();
    await expect.poll(() => numberIn(peak("Output"))).toBeCloseTo(-18, 0);
    expect(await section("Output").locator('[data-lit="true"]').count()).toBe(0);
  });

  test("is cleared by the keyboard and by a finger", async () => {
    for (const clear of [
      () => section("Output").locator(".wc-meter-clip").press("Enter"),
      () => section("Output").locator(".wc-meter-clip").tap(),
    ]) {
      await setByProtocol(page, server.url, { output_gain: "6" });
      await expect.poll(() => numberIn(peak("Output"))).toBeCloseTo(-6, 0);
      const meter = page.getByRole("meter", { name: "Output level" });
      const shown = async () => Number(await meter.getAttribute("aria-valuenow"));
      // It is said later than it is shown: without this, the level from before would be taken for the one that has fallen.
      await expect.poll(shown, { timeout: 5_000 }).toBeGreaterThan(-7);
      await setByProtocol(page, server.url, { output_gain: "0" });
      await expect.poll(shown, { timeout: 5_000 }).toBeLessThan(-11);
      await clear();
      await expect.poll(() => numberIn(peak("Output"))).toBeCloseTo(-12, 0);
    }
  });
});

test("the scale goes through its upper ends by click, key and finger, and is remembered", async () => {
  const choice = section("Output").getByRole("button", { name: /: scale from/ });
  const marks = () => section("Output").locator(".wc-meter-mark").allTextContents();
  expect(await marks()).toEqual(["+6", "0", "6", "12", "18", "24", "36", "60"]);
  await choice.click();
  expect(await choice.getAttribute("aria-label")).toBe("Output level: scale from \u221236 dB");
  expect(await marks()).toEqual(["+6", "0", "6", "12", "18", "24", "36"]);
  await choice.press("Enter");
  expect(await marks()).toEqual(["+6", "0", "6", "12", "18"]);
  await page.reload();
  await expect.poll(marks).toEqual(["+6", "0", "6", "12", "18"]);
  await choice.tap();
  expect(await marks()).toHaveLength(8);
});

test("how loud it is stands below the bars, as RMS and, after a click, as momentary loudness", async () => {
  // A sine's RMS is 3 dB below its peak; at 440 Hz, on both channels, its loudness is about its peak's level.
  await expect.poll(() => numberIn(reading("Input").locator(".wc-meter-number"))).toBeCloseTo(-15.1, 0);
  expect(await reading("Input").textContent()).toContain("RMS");
  await reading("Input").click();
  await expect.poll(() => reading("Input").textContent()).toContain("LUFS");
  await expect.poll(() => numberIn(reading("Input").locator(".wc-meter-number"))).toBeCloseTo(-12.7, 0);
  await reading("Input").press("Enter");
  await expect.poll(() => reading("Input").textContent()).toContain("RMS");
});

test("the drive stage tells what it does in numbers", async () => {
  const told = page.locator(".drive-reading dd");
  await expect.poll(() => told.first().textContent()).toBe("0.00 %");
  await setByProtocol(page, server.url, { drive: "18", character: "Hard" });
  await expect
    .poll(async () => Number.parseFloat((await told.first().textContent()) ?? ""))
    .toBeGreaterThan(15);
  await expect.poll(() => told.nth(1).textContent()).toMatch(/^\u2212[12]\.\d dB$/);
  // Odd harmonics alone: the bars of the second and the third.
  const height = (bar: number) =>
    page.locator(".drive-harmonics canvas").evaluate((element, bar) => {
      const { width, height } = element as HTMLCanvasElement;
      const context = (element as HTMLCanvasElement).getContext("2d");
      // A place within the bar: six of them share the width.
      const x = Math.round(((bar + 0.4) * width) / 6);
      const column = context?.getImageData(x, 0, 1, height).data ?? [];
      return column.filter((value, index) => index % 4 === 3 && value > 128).length;
    }, bar);
  await expect.poll(() => height(1)).toBeGreaterThan(15);
  expect(await height(0)).toBeLessThan(2);
});

test("auto gain and delta are switched by click, key and finger, and seen to be on", async () => {
  const autoGain = page.getByRole("switch", { name: "Auto gain" });
  const delta = page.getByRole("switch", { name: "Delta" });
  await setByProtocol(page, server.url, { input_gain: "6" });
  await autoGain.click();
  await expect.poll(() => autoGain.getAttribute("aria-checked")).toBe("true");
  // What it does now stands on it, in decibels: it takes away what the input adds.
  await expect
    .poll(() => autoGain.locator(".auto-gain-number").textContent(), { timeout: 15_000 })
    .toMatch(/^\u2212[56]\.\d$/);
  await delta.press("Space");
  await expect.poll(() => delta.getAttribute("aria-checked")).toBe("true");
  const [ground, accent] = await delta.evaluate((element) => [
    getComputedStyle(element).backgroundColor,
    getComputedStyle(element).getPropertyValue("--accent"),
  ]);
  expect(ground).toBe(rgb(accent ?? ""));
  await expect
    .poll(() =>
      section("Output")
        .locator("h2")
        .evaluate((title) => getComputedStyle(title, "::after").content),
    )
    .toContain("delta");
  await delta.tap();
  await expect.poll(() => delta.getAttribute("aria-checked")).toBe("false");
});

test("oversampling is a menu that tells what each factor costs, and what bounces have", async () => {
  const menu = page.getByRole("button", { name: /^Oversampling/ });
  expect(await menu.getAttribute("aria-label")).toBe("Oversampling 4\u00d7, 113 samples, 2.4 ms");
  await menu.click();
  const item = (name: string) => page.getByRole("menuitemradio", { name }).first();
  expect(await item("8\u00d7").textContent()).toBe("8\u00d7115 samples, 2.4 ms");
  expect(await item("Off").textContent()).toBe("Offno latency");
  await item("8\u00d7").click();
  await expect.poll(() => menu.getAttribute("aria-label")).toMatch(/^Oversampling 8\u00d7, 115 samples/);
  await menu.press("ArrowDown");
  const offline = page.getByRole("group", { name: "Offline oversampling" });
  expect(await offline.getByRole("menuitemradio", { name: "As live" }).getAttribute("aria-checked")).toBe(
    "true",
  );
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await menu.tap();
  await expect
    .poll(() => offline.getByRole("menuitemradio", { name: "8\u00d7" }).getAttribute("aria-checked"))
    .toBe("true");
  await page.keyboard.press("Escape");
  await setByProtocol(page, server.url, { oversampling: "4x", offline_oversampling: "As live" });
});

test("the drive's channels are chosen behind their name", async () => {
  await page.getByRole("button", { name: "Drive channels, now Left/right" }).click();
  await page.getByRole("menuitemradio", { name: "Mid/side" }).click();
  const menu = page.getByRole("button", { name: "Drive channels, now Mid/side" });
  await menu.press("ArrowDown");
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Drive channels, now Left/right" }).waitFor();
  expect(await textOf(page.getByRole("slider", { name: "Drive", exact: true }))).toBe("0.0 dB");
});

function rgb(hex: string): string {
  const channel = (start: number) => Number.parseInt(hex.trim().slice(start, start + 2), 16);
  return `rgb(${channel(1)}, ${channel(3)}, ${channel(5)})`;
}
