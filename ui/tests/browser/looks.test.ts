import type { Browser, BrowserContextOptions, Page, WebSocketRoute } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { axeViolations } from "./stage/axe.ts";
import { startBrowser } from "./stage/browser.ts";
import { DevServer, freePort } from "./stage/dev-server.ts";
import { differenceFromKept, expectKeptPicture, sideBySide } from "./stage/pictures.ts";
import { openStrip, SIZES, setByProtocol, waitForLevels } from "./stage/strip.ts";

/** What a strip at work is set to: as much of it is on as can be. */
const AT_WORK = {
  input_gain: "3",
  low_cut_slope: "24",
  low_cut_freq: "110",
  high_cut_slope: "12",
  high_cut_freq: "9k",
  drive: "14",
  character: "tube",
  drive_channels: "mid/side",
  mix: "80",
  output_gain: "-2",
};

/** What the page is seen in. */
type State = {
  /** What the strip is set to, beside the defaults. */
  texts?: Record<string, string>;
  /** Whether it has no audio. */
  isSilent?: boolean;
  /** Whether its messages come through this test, which can end them, and delays them while it compares pictures. */
  canBeCutOff?: boolean;
  options?: BrowserContextOptions;
  /** What is done on the page first. */
  prepare?(page: Page): Promise<void>;
  /** Where the pointer is, at every size. */
  point?(page: Page): Promise<void>;
};

const STATES: Record<string, State> = {
  default: {},
  "at-work": { texts: AT_WORK },
  delta: { texts: { ...AT_WORK, auto_gain: "On", delta: "On" } },
  bypassed: { texts: { ...AT_WORK, bypass: "On" } },
  clipped: {
    texts: { input_gain: "16" },
    async prepare(page) {
      await page.getByRole("button", { name: /^Output level, peak .*has clipped: clear$/ }).waitFor();
    },
  },
  disconnected: {
    texts: AT_WORK,
    canBeCutOff: true,
    async prepare(page) {
      await disconnect(page);
      await page.getByText("No plugin to talk to").waitFor();
      // The meters fall by themselves.
      const meter = page.getByRole("meter", { name: "Input level" });
      await expect
        .poll(() => meter.getAttribute("aria-valuetext"), { timeout: 10_000 })
        .toBe("nothing measured");
    },
  },
  "no-audio": { isSilent: true },
  hover: {
    texts: AT_WORK,
    async point(page) {
      await page.locator(".filter-graph .graph-plot").evaluate((plot) => {
        const { left, top, width, height } = plot.getBoundingClientRect();
        const place = { clientX: left + 0.75 * width, clientY: top + 0.6 * height };
        plot.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, ...place }));
      });
    },
  },
  menu: {
    async prepare(page) {
      await page.getByRole("button", { name: "Menu", exact: true }).click();
    },
  },
  presets: {
    async prepare(page) {
      await page.getByRole("button", { name: /^Presets, now/ }).click();
      await page.locator(".wc-preset", { hasText: "Warm Vocal" }).waitFor();
    },
  },
  "forced-colours": { texts: AT_WORK, options: { forcedColors: "active" } },
};

let browser: Browser;
let sounding: DevServer;
let silent: DevServer;

beforeAll(async () => {
  browser = await startBrowser();
  // A steady tone, of which each block is like the one before, at 64 frames a turn: the meters stand still, so that pictures
  // can be compared.
  sounding = await DevServer.start(await freePort(), ["--input", "sine:750", "--output", "none"]);
  silent = await DevServer.start(await freePort(), ["--no-audio"]);
  // In every state there is something to undo.
  for (const { url } of [sounding, silent]) {
    const page = await openStrip(browser, url);
    await setByProtocol(page, url, { drive: "1" });
    await setByProtocol(page, url, { drive: "0" });
    await page.close();
  }
});
afterAll(async () => {
  await sounding.stop();
  await silent.stop();
  await browser.close();
});

/** The page in a state, at the usual size. */
async function openIn(state: State): Promise<Page> {
  const { texts = {}, isSilent = false, canBeCutOff = false, options = {}, prepare } = state;
  const { url } = isSilent ? silent : sounding;
  const viewport = { width: 960, height: 600 };
  const page = await browser.newPage({ viewport, reducedMotion: "reduce", ...options });
  if (canBeCutOff) {
    await page.routeWebSocket(/.*/, (socket) => {
      if (gone.has(page)) {
        socket.close();
        return;
      }
      socket.connectToServer();
      sockets.set(page, [...(sockets.get(page) ?? []), socket]);
    });
  }
  await page.goto(url);
  await page.getByRole("slider", { name: "Drive", exact: true }).waitFor();
  await page.evaluate(() => document.fonts.ready);
  await setByProtocol(page, url, { ...DEFAULTS, ...texts });
  if (!isSilent) await waitForLevels(page);
  // What was clipped or held before is not seen.
  for (const clear of await page.locator(".wc-meter-clip").all()) await clear.click();
  await page.mouse.move(0, 0);
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  // The tone's RMS lies between two numbers, its spectrum trembles by a pixel, and a caret blinks.
  const content = `
    .wc-meter-reading .wc-meter-number, .wc-spectrum canvas { visibility: hidden }
    input { caret-color: transparent }`;
  await page.addStyleTag({ content });
  await prepare?.(page);
  await page.waitForTimeout(2_000);
  return page;
}

const sockets = new Map<Page, WebSocketRoute[]>();
const gone = new Set<Page>();

/** Cuts a page off, for good. */
async function disconnect(page: Page): Promise<void> {
  gone.add(page);
  for (const socket of sockets.get(page) ?? []) await socket.close();
}

/** What the strip is set to where a state says nothing else. */
const DEFAULTS = {
  bypass: "Off",
  input_gain: "0",
  low_cut_slope: "Off",
  low_cut_freq: "20",
  high_cut_slope: "Off",
  high_cut_freq: "20k",
  drive: "0",
  character: "soft",
  drive_channels: "left/right",
  mix: "100",
  output_gain: "0",
  auto_gain: "Off",
  delta: "Off",
};

/** What is photographed: every size, and the smallest on a screen of twice the density. */
const SCREENS = [...SIZES.map((size) => ({ ...size, density: 1 })), { width: 640, height: 400, density: 2 }];

test.each(Object.entries(STATES))(
  "%s: it looks as it should, and axe finds nothing to complain of",
  async (name, state) => {
    const page = await openIn(state);
    const violations = await axeViolations(page);
    const screen = await page.context().newCDPSession(page);
    const differences: string[] = [];
    for (const { width, height, density } of SCREENS) {
      await screen.send("Emulation.setDeviceMetricsOverride", {
        ...{ width, height, deviceScaleFactor: density, mobile: false },
      });
      await page.waitForTimeout(500);
      await state.point?.(page);
      const shoot = async () => {
        const { data } = await screen.send("Page.captureScreenshot", { format: "png" });
        return Buffer.from(data, "base64");
      };
      const picture = `${name}-${width}x${height}${density === 1 ? "" : `-${density}x`}`;
      await expectKeptPicture(picture, shoot).catch((error: Error) => differences.push(error.message));
    }
    await page.close();
    expect(violations).toEqual([]);
    expect(differences).toEqual([]);
  },
);

test("a picture without one of its labels is another picture", async () => {
  const page = await openIn({});
  await expectKeptPicture("default-960x600", () => page.screenshot());
  for (const [label, nth] of [
    [".graph-label-left", 1],
    [".wc-meter-mark", 2],
    [".wc-knob .wc-name", 0],
    [".wc-panel-title", 0],
  ] as const) {
    const element = page.locator(label).nth(nth);
    await element.evaluate((shown: HTMLElement) => {
      shown.style.visibility = "hidden";
    });
    expect(await differenceFromKept("default-960x600", await page.screenshot()), label).not.toBe(null);
    await element.evaluate((shown: HTMLElement) => {
      shown.style.visibility = "";
    });
  }
  await page.close();
});

/** What the input is set to in a film of the drive's display, in dB: the tone goes from far below its bend to far beyond. */
const FILM_GAINS_DB = [-18, -9, 0, 6, 12];

test("the drive's display follows the level, in a film of five frames", async () => {
  const page = await openIn({ texts: { drive: "18", character: "tube" }, options: { deviceScaleFactor: 2 } });
  const display = page.locator(".drive-graph");
  const film = async () => {
    const frames: Buffer[] = [];
    for (const gainDb of FILM_GAINS_DB) {
      await setByProtocol(page, sounding.url, { input_gain: String(gainDb) });
      // Until the dot and the numbers stand. They fall more slowly than they rise.
      await page.waitForTimeout(gainDb === FILM_GAINS_DB[0] ? 5_000 : 1_500);
      frames.push(await display.screenshot());
    }
    return sideBySide(frames);
  };
  await expectKeptPicture("drive-display", film);
  await page.close();
});
