import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { build, type PreviewServer, preview } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
  getHistory: { can_undo: true, can_redo: false, undo_label: "Gain 4.8 dB" },
  getSlots: { selected: "a" },
  getPreset: {
    preset: { id: "user/long", name: "A name that is longer than its place", bank: "user" },
    modified: true,
  },
  listPresets: {
    presets: [
      { id: "user/long", name: "A name that is longer than its place", bank: "user", favourite: false },
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
  await expect.poll(() => page.locator(".wc-meter-readout").textContent()).toBe("\u22126.0 dB");
  await expect.poll(() => meter.getAttribute("aria-valuetext")).toBe("\u22126.0 dB");
  await page.close();
});

test("axe finds nothing to complain of without a style sheet of the page's own", async () => {
  const page = await openPage(640, 400);
  expect(await axeViolations(page)).toEqual([]);
  await page.close();
});

test("an Enter that only confirms what an input method has composed leaves the field open", async () => {
  const page = await openPage(640, 400);
  await page.getByRole("slider", { name: "Gain" }).press("Enter");
  const field = page.getByRole("textbox", { name: "Value of Gain" });
  await field.fill("");
  const session = await page.context().newCDPSession(page);
  for (const [text, key] of [
    ["\uff13", "Enter"],
    ["\uff14", "Escape"],
  ] as const) {
    await session.send("Input.imeSetComposition", { text, selectionStart: 1, selectionEnd: 1 });
    await page.keyboard.press(key);
    await session.send("Input.insertText", { text });
  }
  expect(await field.inputValue()).toBe("\uff13\uff14");
  await page.keyboard.press("Escape");
  await field.waitFor({ state: "detached" });
  await page.close();
});

describe("the page stays", () => {
  const DROPS: [string, () => Dropped][] = [
    ["a file", () => ({ items: [], files: [fileURLToPath(import.meta.url)] })],
    ["a link", () => ({ items: [{ mimeType: "text/uri-list", data: `${url}?elsewhere` }] })],
    [
      "a picture of a page",
      () => ({ items: [{ mimeType: "text/html", data: `<img src="${url}?elsewhere">` }] }),
    ],
  ];

  test.each(DROPS)("where it is when %s is dropped on it", async (_, dropped) => {
    const page = await openPage(640, 400);
    await drop(page, 300, 250, dropped());
    await page.waitForTimeout(500);
    expect(page.url()).toBe(url);
    expect(page.context().pages()).toHaveLength(1);
    expect(await page.getByRole("switch", { name: "Bypass" }).isVisible()).toBe(true);
    await page.close();
  });

  test("and a text that is dropped into a field is taken all the same", async () => {
    const page = await openPage(640, 400);
    await page.getByRole("slider", { name: "Gain" }).press("Enter");
    const field = page.getByRole("textbox", { name: "Value of Gain" });
    await field.fill("");
    const { x = 0, y = 0, width = 0, height = 0 } = (await field.boundingBox()) ?? {};
    await drop(page, x + width / 2, y + height / 2, { items: [{ mimeType: "text/plain", data: "-3" }] });
    await expect.poll(() => field.inputValue()).toBe("-3");
    await page.close();
  });

  test("and its links and pictures are not dragged", async () => {
    const page = await openPage(640, 400);
    const isDragged = await page.evaluate(() => {
      document.body.insertAdjacentHTML(
        "beforeend",
        "<a href='?elsewhere'><b>link</b></a><img alt=''><i draggable='true'>i</i>",
      );
      const drag = () => new DragEvent("dragstart", { bubbles: true, cancelable: true });
      return ["b", "img", "i"].map((name) => document.querySelector(name)?.dispatchEvent(drag()));
    });
    expect(isDragged).toEqual([false, false, true]);
    await page.close();
  });

  test.each(["back", "forward"] as const)("when the mouse's button for %s is pressed", async (button) => {
    const page = await openPage(640, 400);
    await page.evaluate(() => history.pushState(null, "", "?second"));
    await page.evaluate(() => history.pushState(null, "", "?third"));
    await page.goBack();
    expect(page.url()).toBe(`${url}?second`);
    const session = await page.context().newCDPSession(page);
    for (const type of ["mousePressed", "mouseReleased"] as const) {
      await session.send("Input.dispatchMouseEvent", { type, x: 300, y: 250, button, clickCount: 1 });
    }
    await page.waitForTimeout(500);
    expect(page.url()).toBe(`${url}?second`);
    await page.close();
  });

  test("but reloading, zooming, finding and the menu are the browser's, as in any page", async () => {
    const page = await openPage(640, 400);
    const isPrevented = await page.evaluate(() => {
      const options = { bubbles: true, cancelable: true };
      const events = [
        new KeyboardEvent("keydown", { ...options, key: "F5" }),
        new KeyboardEvent("keydown", { ...options, key: "F12" }),
        new KeyboardEvent("keydown", { ...options, key: "+", ctrlKey: true }),
        new KeyboardEvent("keydown", { ...options, key: "f", ctrlKey: true }),
        new WheelEvent("wheel", { ...options, deltaY: -100, ctrlKey: true }),
        new MouseEvent("contextmenu", { ...options, button: 2 }),
      ];
      return events.map((event) => !document.querySelector("h1")?.dispatchEvent(event));
    });
    expect(isPrevented).toEqual(isPrevented.map(() => false));
    await page.close();
  });
});

/** What is dropped: data of some types, and files by their paths. */
type Dropped = { items: { mimeType: string; data: string }[]; files?: string[] };

/** Drops something on the page, as the system does. */
async function drop(page: Page, x: number, y: number, dropped: Dropped) {
  const session = await page.context().newCDPSession(page);
  const data = { ...dropped, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await session.send("Input.dispatchDragEvent", { type, x, y, data });
  }
}

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
