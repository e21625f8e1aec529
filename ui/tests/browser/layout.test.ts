import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startBrowser } from "./stage/browser.ts";
import { DevServer, freePort } from "./stage/dev-server.ts";
import { openStrip, SIZES, setByProtocol, waitForLevels } from "./stage/strip.ts";
import { swellingNoise, writeWav } from "./stage/wav.ts";

/** Values whose texts are as long as they become. */
const LONG = {
  input_gain: "-12.5",
  low_cut_slope: "24",
  low_cut_freq: "110",
  high_cut_slope: "12",
  high_cut_freq: "12.5k",
  drive: "36",
  drive_channels: "left/right",
  output_gain: "-12.5",
  auto_gain: "On",
  delta: "On",
};

/** What a zoom of 200 % leaves of the smaller sizes. */
const ZOOMED = [
  { width: 320, height: 200 },
  { width: 480, height: 300 },
];

/** Values whose texts are as short, and as long, as they become. None of them moves a handle. */
const CHANGES = [
  {
    ...{ input_gain: "0", output_gain: "3", mix: "5", drive_channels: "Mid" },
    ...{ auto_gain: "Off", delta: "Off", bypass: "On", low_cut_slope: "12", oversampling: "Off" },
  },
  {
    ...{
      input_gain: "-12.5",
      output_gain: "-12.5",
      mix: "100",

      drive_channels: "left/right",
    },
    ...{ auto_gain: "On", delta: "On", bypass: "Off", low_cut_slope: "24", oversampling: "4x" },
  },
];

let browser: Browser;
let server: DevServer;

beforeAll(async () => {
  browser = await startBrowser();
  server = await DevServer.start(await freePort(), ["--input", "sine:440", "--output", "none"]);
  const page = await openStrip(browser, server.url);
  await setByProtocol(page, server.url, LONG);
  await page.close();
});
afterAll(async () => {
  await server.stop();
  await browser.close();
});

/** A text on the page, and where it is. */
type Text = {
  words: string;
  left: number;
  right: number;
  top: number;
  bottom: number;
  sizePx: number;
  hasEqualFigures: boolean;
};

/** All texts that are seen. */
function texts(page: Page): Promise<Text[]> {
  return page.evaluate(() => {
    const found: Text[] = [];
    const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = nodes.nextNode(); node !== null; node = nodes.nextNode()) {
      const element = node.parentElement;
      const words = node.textContent?.trim() ?? "";
      if (words === "" || element === null || element.closest(".wc-visually-hidden, style, script")) continue;
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const style = getComputedStyle(element);
      // Said and not seen.
      if (style.clipPath === "inset(50%)") continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const { left, right, top, bottom } = range.getBoundingClientRect();
      found.push({
        ...{ words, left, right, top, bottom, sizePx: Number.parseFloat(style.fontSize) },
        hasEqualFigures:
          style.fontFamily.startsWith("Archivo") || style.fontFamily.startsWith('"Archivo"')
            ? `${style.fontVariantNumeric} ${style.fontFeatureSettings}`.match(/tabular-nums|tnum/) !== null
            : false,
      });
    }
    return found;
  });
}

test.each(SIZES)("nothing overflows the window at $width x $height", async (viewport) => {
  const page = await openStrip(browser, server.url, { viewport });
  const overflowing = await page.evaluate(() => {
    const isOutside = (element: Element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return left < -0.5 || top < -0.5 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5;
    };
    const shown = document.querySelectorAll(
      "main [role], main h1, main h2, main canvas, main label, main button",
    );
    return [...shown]
      .filter((element) => element.checkVisibility() && isOutside(element))
      .map((element) => `${element.tagName} ${element.getAttribute("aria-label") ?? element.textContent}`);
  });
  expect(overflowing).toEqual([]);
  await page.close();
});

test.each([...ZOOMED, ...SIZES])("no text touches another one at $width x $height", async (viewport) => {
  const page = await openStrip(browser, server.url, { viewport });
  await waitForLevels(page);
  const all = await texts(page);
  expect(all.length).toBeGreaterThan(60);
  const touching: string[] = [];
  for (const [index, one] of all.entries()) {
    for (const other of all.slice(index + 1)) {
      // Letters are lower than their lines.
      const lead = 0.2 * Math.min(one.bottom - one.top, other.bottom - other.top);
      const isBeside = one.right + 2 < other.left || other.right + 2 < one.left;
      const isBelow = one.bottom - lead <= other.top + lead || other.bottom - lead <= one.top + lead;
      if (!isBeside && !isBelow) touching.push(`${one.words} | ${other.words}`);
    }
  }
  expect(touching).toEqual([]);
  await page.close();
});

test.each(SIZES)("texts can be read, and numbers are alike, at $width x $height", async (viewport) => {
  const page = await openStrip(browser, server.url, { viewport });
  await waitForLevels(page);
  const all = await texts(page);
  expect(all.filter(({ sizePx }) => sizePx < 11)).toEqual([]);
  const numbers = all.filter(({ words }) => /\d/.test(words));
  expect(numbers.filter(({ hasEqualFigures }) => !hasEqualFigures).map(({ words }) => words)).toEqual([]);
  // A real minus, and no hyphen in its place.
  expect(numbers.filter(({ words }) => /-\d/.test(words))).toEqual([]);
  expect(numbers.some(({ words }) => /\u2212\d/.test(words))).toBe(true);
  await page.close();
});

describe.each(ZOOMED)("at a zoom of 200 %, of which $width x $height pixels are left,", (viewport) => {
  let page: Page;
  beforeEach(async () => {
    // A browser's zoom: half as many pixels of the page's, each twice as large.
    page = await openStrip(browser, server.url, { viewport, deviceScaleFactor: 2 });
    await waitForLevels(page);
  });
  afterEach(() => page.close());

  test("every control is reached by scrolling", async () => {
    const controls = page.locator("main").locator("button:visible, [role=slider]:visible");
    expect(await controls.count()).toBeGreaterThan(45);
    expect(await coveredOf(controls)).toEqual([]);
    for (const name of [/^Copy A to B$/, /^Previous preset/, /^Next preset/, /^Undo/, /^Redo/]) {
      expect(await page.getByRole("button", { name }).isVisible(), String(name)).toBe(true);
    }
  });

  test("and so is all that opens", async () => {
    const button = (name: string | RegExp) => page.getByRole("button", { name });
    const expectReached = async (opened: Locator) => {
      expect(
        await coveredOf(opened.locator("button:visible, input:not([type=file]), textarea:visible")),
      ).toEqual([]);
      await page.keyboard.press("Escape");
    };
    for (const name of [/^Menu$/, /^Oversampling/, /^Drive channels/]) {
      await button(name).click();
      await expectReached(page.getByRole("menu"));
    }
    await page.getByRole("slider", { name: "Mix" }).click({ button: "right" });
    await expectReached(page.getByRole("menu", { name: "Mix" }));
    for (const line of ["Keys and gestures…", "Paste state…"]) {
      await button(/^Menu$/).click();
      await page.getByRole("menuitem", { name: line }).click();
      await expectReached(page.getByRole("dialog", { name: line.replace("…", "") }));
    }
    await button(/^Presets, now/).click();
    const presets = page.getByRole("dialog", { name: "Presets" });
    await button("Tags, author and description").click();
    await button("More on Telephone").click();
    await expectReached(presets);
  });
});

/** Those of some controls that something covers when they have been scrolled to, or that are outside of what they belong to. */
function coveredOf(controls: Locator): Promise<string[]> {
  return controls.evaluateAll((elements) =>
    elements
      .filter((element) => {
        element.scrollIntoView({ block: "nearest", inline: "nearest" });
        const { left, top, width, height } = element.getBoundingClientRect();
        const [x, y] = [left + width / 2, top + height / 2];
        const hit = document.elementFromPoint(x, y);
        const around = element.closest("[role=menu], [role=dialog], dialog")?.getBoundingClientRect();
        const isOutside = around !== undefined && (y < around.top || y > around.bottom);
        return hit === null || !element.contains(hit) || isOutside;
      })
      .map((element) => element.ariaLabel ?? element.textContent ?? element.tagName),
  );
}

/** Notes from now on what moves on a page that was not moved by a transform. */
function watchShifts(): void {
  type Shift = PerformanceEntry & { value: number; sources: { node: Node | null }[] };
  const shifts: string[] = [];
  Object.assign(globalThis, { layoutShifts: shifts });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as Shift[]) {
      const moved = entry.sources.map(({ node }) =>
        node instanceof Element ? node.className : (node?.textContent ?? "something"),
      );
      shifts.push(`${moved.join(", ")} by ${entry.value}`);
    }
  }).observe({ type: "layout-shift", buffered: true });
}

/** What has moved since. */
function shiftsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => (globalThis as unknown as { layoutShifts: string[] }).layoutShifts);
}

test.each(SIZES)(
  "nothing moves and nothing flashes while the page loads at $width x $height",
  async (viewport) => {
    const page = await browser.newPage({ viewport });
    await page.addInitScript(watchShifts);
    await page.goto(server.url, { waitUntil: "commit" });
    // The document may have begun and have no element yet.
    await page.waitForFunction(() => document.querySelector("html style") !== null);
    const background = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    expect(background).toBe("rgb(19, 18, 16)");
    await waitForLevels(page);
    expect(await shiftsOf(page)).toEqual([]);
    await page.close();
  },
);

test.each(SIZES)("nothing moves when values change at $width x $height", async (viewport) => {
  const page = await browser.newPage({ viewport });
  await page.addInitScript(watchShifts);
  await page.goto(server.url);
  await page.getByRole("slider", { name: "Drive", exact: true }).waitFor();
  await waitForLevels(page);
  const oversampling = page.getByRole("button", { name: /^Oversampling/ });
  for (const changed of CHANGES) {
    await setByProtocol(page, server.url, changed);
    await expect
      .poll(() => oversampling.getAttribute("aria-label"))
      .toContain(`Oversampling ${changed.oversampling.replace("x", "\u00d7")},`);
    // What comes with the meters has come by then.
    await waitForLevels(page);
  }
  expect(await shiftsOf(page)).toEqual([]);
  await page.close();
});

test("every meter moves while the sound does, from frame to frame", async () => {
  const folder = await mkdtemp(join(tmpdir(), "wavecraft-frames-"));
  const noise = join(folder, "noise.wav");
  await writeWav(noise, [swellingNoise(1), swellingNoise(1.5)]);
  const noisy = await DevServer.start(await freePort(), ["--input", noise, "--output", "none"]);
  const page = await openStrip(browser, noisy.url);
  await waitForLevels(page);
  const { frames, changed } = await page.evaluate(watchMeters, 2_000);
  expect(changed).toHaveLength(2);
  // In every frame, but where others have the processor and levels come late. How many frames there are, the bench measures.
  for (const count of changed) expect(count).toBeGreaterThan(0.6 * frames);
  await page.close();
  await noisy.stop();
  await rm(folder, { recursive: true });
});

/** Counts the frames within so many milliseconds, and those of them in which each meter looks otherwise than in the one before. */
async function watchMeters(durationMs: number) {
  const canvases = [...document.querySelectorAll<HTMLCanvasElement>("[role=meter] canvas")];
  const pixelsOf = (canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
    return new Uint32Array(data?.buffer ?? new ArrayBuffer(0));
  };
  const before = canvases.map(pixelsOf);
  const changed = canvases.map(() => 0);
  let frames = 0;
  const started = performance.now();
  await new Promise<void>((resolve) => {
    const look = () => {
      frames += 1;
      canvases.forEach((canvas, index) => {
        const pixels = pixelsOf(canvas);
        const isSame = pixels.every((pixel, at) => pixel === before[index]?.[at]);
        if (!isSame) changed[index] = (changed[index] ?? 0) + 1;
        before[index] = pixels;
      });
      if (performance.now() - started < durationMs) requestAnimationFrame(look);
      else resolve();
    };
    requestAnimationFrame(look);
  });
  return { frames, changed };
}
