import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startBrowser } from "./stage/browser.ts";
import { DevServer, freePort } from "./stage/dev-server.ts";
import { until } from "./stage/processes.ts";
import { SoundServer } from "./stage/sound-server.ts";
import { drag, middleOf } from "./stage/strip.ts";
import { writeTone } from "./stage/tone.ts";

/** How long a change takes until it is surely heard in full, in seconds. */
const SETTLING_S = 1.2;

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

describe("on real audio", () => {
  let sound: SoundServer;
  let server: DevServer;
  let folder: string;
  let page: Page;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "wavecraft-page-"));
    sound = await SoundServer.start();
    const tone = join(folder, "tone.wav");
    await writeTone(tone, 1_000, 0.25, 300);
    await sound.speak(tone);
    server = await DevServer.start(
      await freePort(),
      ["--backend", "system", "--buffer-size", "256"],
      sound.environment,
    );
  });
  afterAll(async () => {
    await server.stop();
    await sound.stop();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    page = await openPage(server.url);
  });
  afterEach(() => page.close());

  test("a dragged gain is heard by its decibels and seen in the meter", async () => {
    const knob = page.getByRole("region", { name: "Output" }).getByRole("slider", { name: "Gain" });
    await knob.press("Delete");
    const heard = await sound.listen();
    await until("the tone is heard", () => heard.newestLevelDb(0.2) > -30);
    const before = await heard.nextLevelDb(SETTLING_S);
    const seenBefore = await meterDb(page, "Output level");

    await dragBy(page, knob, 45);
    await heard.nextLevelDb(SETTLING_S);
    const after = await heard.nextLevelDb(SETTLING_S);

    // Not before: right after the drag the text of its last value may still be on its way from the plugin.
    const text = (await knob.getAttribute("aria-valuetext")) ?? "";
    const gainDb = Number.parseFloat(text.replace("\u2212", "-"));
    expect(gainDb).toBeGreaterThan(6);
    expect(after - before).toBeCloseTo(gainDb, 0);
    await until("the meter shows it", async () => {
      const risen = (await meterDb(page, "Output level")) - seenBefore;
      return Math.abs(risen - gainDb) < 1;
    });
    await knob.press("Delete");
  });

  test("the curve of the filters is a control", async () => {
    const corner = page.getByRole("slider", { name: "Low cut, on the curve" });
    const heard = await sound.listen();
    await until("the tone is heard", () => heard.newestLevelDb(0.2) > -30);
    const before = await heard.nextLevelDb(SETTLING_S);

    await drag(page, "mouse", await middleOf(corner), 600, 0);

    // The corner at the end of its range, 1 kHz, is where the tone is: 3 dB down.
    await expect.poll(() => page.getByRole("radio", { name: "12 dB/oct" }).first().isChecked()).toBe(true);
    await heard.nextLevelDb(SETTLING_S);
    expect((await heard.nextLevelDb(SETTLING_S)) - before).toBeCloseTo(-3, 0);
    await corner.dblclick();
    await expect.poll(() => page.getByRole("radio", { name: "Off" }).first().isChecked()).toBe(true);
  });

  test("the spectra behind the curve of the filters move with the sound", async () => {
    const place = (point: string) => highestPlace(page, point, 1_000);
    // The tone of 1 kHz at a quarter of full scale, on levels from 0 to -84 dB.
    const toneDb = 20 * Math.log10(0.25);
    const isAt = (level: number, db: number) => Math.abs(level * -84 - db) < 1.5;
    await until("it is seen before", async () => isAt(await place("before"), toneDb));
    await until("it is seen after", async () => isAt(await place("after"), toneDb));
    const knob = page.getByRole("region", { name: "Output" }).getByRole("slider", { name: "Gain" });
    await knob.press("Home");
    await until("it falls after", async () => isAt(await place("after"), toneDb - 24));
    expect(isAt(await place("before"), toneDb)).toBe(true);
    await knob.press("Delete");
    await until("it is back", async () => isAt(await place("after"), toneDb));
  });

  test("the drive's curve is lit by what arrives there, which the plugin's own meter tells", async () => {
    const lit = () => page.locator(".drive-graph .wc-lit-curve").evaluate(litColumns);
    // A drive that does nothing has no accent.
    const drive = page.getByRole("slider", { name: "Drive", exact: true });
    await drive.press("PageUp");
    await expect.poll(lit).toBeGreaterThan(0);
    const before = await steady(lit);
    // 1 kHz at 48 dB/oct above the tone's own 1 kHz: the input's level stays, and half of it arrives.
    const cut = page.getByRole("slider", { name: "Low cut", exact: true });
    await cut.press("End");
    await page.getByRole("radio", { name: "48 dB/oct" }).first().click();
    await expect.poll(lit).toBeLessThan(before * 0.95);
    await page.getByRole("radio", { name: "Off" }).first().click();
    await cut.press("Delete");
    await expect.poll(lit).toBeGreaterThan(before * 0.98);
    await drive.press("Delete");
  });

  test("the audio's state is shown", async () => {
    await expect.poll(() => page.locator(".wc-page-header").textContent()).toContain("48");
  });
});

describe("without sound", () => {
  let port: number;
  let server: DevServer;

  beforeEach(async () => {
    port = await freePort();
    server = await DevServer.start(port, ["--no-audio"]);
  });
  afterEach(() => server.stop());

  test("values are typed and stepped by keys", async () => {
    const page = await openPage(server.url);
    const drive = page.getByRole("slider", { name: "Drive", exact: true });
    await drive.focus();
    await page.keyboard.press("Enter");
    await page.keyboard.type("12");
    await page.keyboard.press("Enter");
    await expect.poll(() => drive.getAttribute("aria-valuetext")).toBe("12.0 dB");
    await page.keyboard.press("ArrowUp");
    await expect.poll(() => drive.getAttribute("aria-valuetext")).toBe("12.4 dB");
    await page.keyboard.press("Enter");
    await page.keyboard.type("loud");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.getByRole("textbox").getAttribute("aria-invalid")).toBe("true");
    await page.keyboard.press("Escape");
    await expect.poll(() => drive.getAttribute("aria-valuetext")).toBe("12.4 dB");
    await page.close();
  });

  test("numbers are typed in any notation, and what lies beyond a range goes to its end", async () => {
    const page = await openPage(server.url);
    for (const [name, typed, shown] of [
      ["High cut", "12,500", "12.5 kHz"],
      ["High cut", "30k", "20.0 kHz"],
      ["Low cut", "\uff11\uff10\uff10", "100 Hz"],
      ["Drive", "50", "36.0 dB"],
      ["Drive", "-inf", "0.0 dB"],
      ["Mix", "12,5 %", "12 %"],
    ] as const) {
      const control = page.getByRole("slider", { name, exact: true });
      await control.press("Enter");
      await page.getByRole("textbox").fill(typed);
      await page.keyboard.press("Enter");
      const text = () => control.getAttribute("aria-valuetext");
      await expect.poll(text, { message: `${name}: ${typed}` }).toBe(shown);
    }
    await page.close();
  });

  test("two pages stay in step", async () => {
    const [one, other] = await Promise.all([openPage(server.url), openPage(server.url)]);
    await one.getByRole("radio", { name: "Tube" }).click();
    await expect.poll(() => other.getByRole("radio", { name: "Tube" }).isChecked()).toBe(true);
    const mix = other.getByRole("slider", { name: "Mix" });
    await dragBy(other, mix, -90);
    await expect.poll(() => mix.getAttribute("aria-valuetext")).not.toBe("100 %");
    const text = await mix.getAttribute("aria-valuetext");
    await expect
      .poll(() => one.getByRole("slider", { name: "Mix" }).getAttribute("aria-valuetext"))
      .toBe(text);
    await one.close();
    await other.close();
  });

  test("the page recovers by itself within three seconds, with the right values", async () => {
    const page = await openPage(server.url);
    const drive = page.getByRole("slider", { name: "Drive", exact: true });
    await drive.press("End");
    await expect.poll(() => drive.getAttribute("aria-valuetext")).toBe("36.0 dB");
    await server.stop();
    await page.getByText("No plugin to talk to").waitFor();
    // Keys and pointers do nothing while nobody answers.
    await page.keyboard.press("Home");
    expect(await drive.getAttribute("aria-valuetext")).toBe("36.0 dB");

    server = await DevServer.start(port, ["--no-audio"]);
    const started = performance.now();
    await page.locator("main[data-connected=true]").waitFor();
    expect(performance.now() - started).toBeLessThan(3_000);
    // The new server stands on its defaults, and so does the page.
    await expect.poll(() => drive.getAttribute("aria-valuetext")).toBe("0.0 dB");
    await drive.press("PageUp");
    await expect.poll(() => drive.getAttribute("aria-valuetext")).toBe("3.6 dB");
    await page.close();
  });

  test("meters stay dark", async () => {
    const page = await openPage(server.url);
    expect(
      await page.getByRole("meter", { name: "Output level" }).getAttribute("aria-valuetext"),
    ).not.toMatch(/\d/);
    await page.close();
  });
});

test("a page without a server says so and does nothing wrong", async () => {
  const port = await freePort();
  const server = await DevServer.start(port, ["--no-audio"]);
  const context = await browser.newContext();
  const page = await context.newPage();
  const failures: string[] = [];
  page.on("pageerror", (error) => failures.push(error.message));
  // The page's files come; the protocol does not.
  await page.routeWebSocket(/.*/, (socket) => socket.close());
  await page.goto(server.url);
  await page.getByText("No plugin to talk to").waitFor();
  expect(await page.getByRole("slider").count()).toBe(0);
  expect(failures).toEqual([]);
  await context.close();
  await server.stop();
});

/** The page, once it is connected and has its parameters. */
async function openPage(url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 960, height: 600 } });
  await page.goto(url);
  await page.getByRole("slider", { name: "Drive", exact: true }).waitFor();
  return page;
}

/** Drags a control upwards by so many pixels, in steps as a hand does. */
async function dragBy(page: Page, control: ReturnType<Page["getByRole"]>, upPx: number): Promise<void> {
  const box = await control.boundingBox();
  if (box === null) throw new Error("the control is not shown");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y - upPx, { steps: 10 });
  await page.mouse.up();
}

/** What a meter tells screen readers, in dB. */
/** How far from the top, from 0 to 1, the highest that is drawn of a spectrum lies at a frequency; 1 if nothing is. */
function highestPlace(page: Page, point: string, hz: number): Promise<number> {
  return page.locator(`.graph-spectrum[data-point="${point}"] canvas`).evaluate((element, hz) => {
    const canvas = element as HTMLCanvasElement;
    const { width, height } = canvas;
    // The graph reaches from 10 Hz to 25 kHz.
    const x = Math.round((Math.log(hz / 10) / Math.log(25_000 / 10)) * width);
    const pixels = canvas.getContext("2d")?.getImageData(x - 4, 0, 9, height).data;
    const first = pixels?.findIndex((value, index) => index % 4 === 3 && value > 0) ?? -1;
    return first < 0 ? 1 : Math.floor(first / 4 / 9) / height;
  }, hz);
}

async function meterDb(page: Page, name: string): Promise<number> {
  return Number(await page.getByRole("meter", { name }).getAttribute("aria-valuenow"));
}

/** A number that follows the sound, once it stays. */
async function steady(read: () => Promise<number>): Promise<number> {
  let last = await read();
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    const now = await read();
    if (Math.abs(now - last) <= 1) return now;
    last = now;
  }
}

/** How many columns of a curve's canvas have its accent in full. */
function litColumns(element: Element): number {
  const canvas = element as HTMLCanvasElement;
  const { width, height } = canvas;
  const pixels = canvas.getContext("2d")?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
  const isAccent = (pixel: number) => (pixels[4 * pixel] ?? 0) > 240 && (pixels[4 * pixel + 3] ?? 0) > 240;
  const rows = Array.from({ length: height }, (_, row) => row);
  return Array.from({ length: width }, (_, column) => column).filter((column) =>
    rows.some((row) => isAccent(row * width + column)),
  ).length;
}
