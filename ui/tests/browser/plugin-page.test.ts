import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { build, type PreviewServer, preview } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { axeViolations } from "./stage/axe.ts";
import { startBrowser } from "./stage/browser.ts";
import { freePort } from "./stage/dev-server.ts";

/** The page of a gain plugin, which has no style sheet of its own. */
const PROJECT = fileURLToPath(new URL("../packages/project", import.meta.url));

const SIZES = [
  { width: 400, height: 300 },
  { width: 640, height: 400 },
  { width: 400, height: 800 },
  { width: 1600, height: 1000 },
];

/** A meter of the plugin's own. */
const REDUCTION = {
  ...{ id: "reduction", name: "Reduction", kind: "gainReduction", channels: 1 },
  ...{ unit: "dB", min: -24, max: 0 },
};

/** What the plugin answers by each method. */
const ANSWERS = {
  getInfo: {
    ...{ name: "Gain", vendor: "Wavecraft", version: "1.0.0", protocol: 1, host: "plugin" },
    meters: [REDUCTION],
  },
  getAudioStatus: { status: null },
  getAllParameters: {
    parameters: [
      {
        ...{ id: "gain", name: "Gain", type: "float", value: 0.6, default: 0.5 },
        ...{ unit: "dB", min: -24, max: 24, text: "4.8 dB" },
      },
      { id: "bypass", name: "Bypass", type: "bool", value: 0, default: 0, steps: 1, text: "Off" },
    ],
  },
};

let browser: Browser;
let server: PreviewServer;
let folder: string;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "wavecraft-plugin-page-"));
  const settings = { root: PROJECT, build: { outDir: folder, emptyOutDir: true } };
  await build({ ...settings, logLevel: "warn" });
  const port = await freePort();
  server = await preview({ ...settings, preview: { host: "127.0.0.1", port, strictPort: true } });
  url = `http://127.0.0.1:${port}/`;
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

test.each(SIZES)("everything is in the window at $width x $height", async ({ width, height }) => {
  const page = await openPage(width, height);
  const outside = await page.evaluate(() => {
    const isOutside = (element: Element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return left < 0 || top < 0 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5;
    };
    return [...document.querySelectorAll("main, main *")].filter(isOutside).map(({ className }) => className);
  });
  expect(outside).toEqual([]);
  const scrolled = await page.evaluate(() => {
    const body = document.querySelector(".wc-page-body");
    return body !== null && (body.scrollHeight > body.clientHeight || body.scrollWidth > body.clientWidth);
  });
  expect(scrolled).toBe(false);
  await page.close();
});

test("a panel holds controls that have no room in the window, and the page scrolls to them", async () => {
  const page = await openPage(400, 300);
  const { knobs, panel, isScrolled } = await page.evaluate(() => {
    const bottom = (element: Element | null) => element?.getBoundingClientRect().bottom ?? Number.NaN;
    const row = document.querySelector(".wc-panel-body");
    const knob = document.querySelector(".wc-knob");
    for (let copies = 0; knob !== null && copies < 8; copies += 1) row?.append(knob.cloneNode(true));
    const body = document.querySelector(".wc-page-body");
    return {
      knobs: Math.max(...[...document.querySelectorAll(".wc-knob")].map(bottom)),
      panel: bottom(document.querySelector(".wc-panel")),
      isScrolled: body !== null && body.scrollHeight > body.clientHeight,
    };
  });
  expect(isScrolled).toBe(true);
  expect(panel).toBeGreaterThan(knobs);
  await page.close();
});

test("gain reduction hangs from the top of its meter, and is read in numbers", async () => {
  const page = await openPage(640, 400);
  const meter = page.getByRole("meter", { name: "Reduction" });
  /** How much of the bar is lit, from the top and in all. */
  const lit = () =>
    meter.locator("canvas").evaluate((canvas: HTMLCanvasElement) => {
      const pixels = canvas.getContext("2d")?.getImageData(canvas.width / 2, 0, 1, canvas.height).data ?? [];
      const isLit = Array.from({ length: canvas.height }, (_, row) => Number(pixels[4 * row]) > 128);
      return { top: isLit.indexOf(false) / canvas.height, all: isLit.filter(Boolean).length / canvas.height };
    });
  await page.evaluate(() => {
    const silence = { left_peak: 0, left_rms: 0, right_peak: 0, right_rms: 0 };
    const before = { input_left_peak: 0, input_left_rms: 0, input_right_peak: 0, input_right_rms: 0 };
    let timestamp_us = 0;
    setInterval(() => {
      timestamp_us += 16_667;
      const params = { timestamp_us, ...silence, ...before, values: { reduction: [-6] } };
      Object(globalThis).tellPage(JSON.stringify({ jsonrpc: "2.0", method: "meterUpdate", params }));
    }, 16);
  });
  await expect.poll(async () => (await lit()).all).toBeGreaterThan(0.2);
  const { top, all } = await lit();
  expect(top).toBeCloseTo(0.25, 1);
  expect(all - top).toBeLessThan(0.02);
  await expect.poll(() => page.locator(".wc-meter-readout").textContent()).toBe("-6.0 dB");
  await expect.poll(() => meter.getAttribute("aria-valuetext")).toBe("-6.0 dB");
  await page.close();
});

test("axe finds nothing to complain of without a style sheet of the page's own", async () => {
  const page = await openPage(640, 400);
  expect(await axeViolations(page)).toEqual([]);
  await page.close();
});

/** Opens the page as it is in a plugin's window, with a plugin that only answers. */
async function openPage(width: number, height: number): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height }, reducedMotion: "reduce" });
  await page.addInitScript((answers: Record<string, unknown>) => {
    let receive = (_text: string) => {};
    const channel = {
      postMessage(text: string) {
        const { id, method } = JSON.parse(text);
        const result = answers[method] ?? {};
        setTimeout(() => receive(JSON.stringify({ jsonrpc: "2.0", id, result })));
      },
      setReceiveCallback(callback: (text: string) => void) {
        receive = callback;
      },
    };
    const tellPage = (text: string) => receive(text);
    Object.assign(globalThis, { __WAVECRAFT_IPC__: channel, tellPage });
  }, ANSWERS);
  await page.goto(url);
  await page.getByRole("switch", { name: "Bypass" }).waitFor();
  return page;
}
