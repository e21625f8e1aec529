import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { axeViolations } from "./stage/axe.ts";
import { startBrowser } from "./stage/browser.ts";
import { DevServer, freePort } from "./stage/dev-server.ts";
import { expectKeptPicture } from "./stage/pictures.ts";

const SIZES = [
  { width: 640, height: 400 },
  { width: 960, height: 600 },
  { width: 1600, height: 1000 },
];

/** What a strip at work is set to; it shows more of the page than the defaults do. */
const AT_WORK = {
  input_gain: "3",
  low_cut_slope: "24",
  low_cut_freq: "110",
  high_cut_slope: "12",
  high_cut_freq: "9k",
  drive: "14",
  character: "tube",
  mix: "80",
  output_gain: "-2",
};

let browser: Browser;
let server: DevServer;

beforeAll(async () => {
  browser = await startBrowser();
  // A steady tone: the meters stand still, so that pictures can be compared.
  server = await DevServer.start(await freePort(), ["--input", "sine:440", "--output", "none"]);
  const page = await openPage(960, 600);
  for (const [id, text] of Object.entries(AT_WORK)) await setByProtocol(page, id, text);
  await page.close();
});
afterAll(async () => {
  await server.stop();
  await browser.close();
});

test.each(SIZES)("the page looks as it should at $width x $height", async ({ width, height }) => {
  const page = await openPage(width, height);
  await waitForLevels(page);
  await expectKeptPicture(`strip-${width}x${height}`, await page.screenshot());
  await page.close();
});

test.each(SIZES)(
  "nothing overflows or overlaps the window at $width x $height",
  async ({ width, height }) => {
    const page = await openPage(width, height);
    const overflowing = await page.evaluate(() => {
      const isOutside = (element: Element) => {
        const { left, top, right, bottom } = element.getBoundingClientRect();
        return left < -0.5 || top < -0.5 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5;
      };
      const shown = document.querySelectorAll("main [role], main h1, main h2, main canvas, main label");
      return [...shown]
        .filter((element) => element.checkVisibility() && isOutside(element))
        .map((element) => `${element.tagName} ${element.getAttribute("aria-label") ?? element.textContent}`);
    });
    expect(overflowing).toEqual([]);
    await page.close();
  },
);

test("nothing moves and nothing flashes while the page loads", async () => {
  const page = await browser.newPage({ viewport: { width: 960, height: 600 } });
  await page.addInitScript(() => {
    type Shift = PerformanceEntry & { value: number; sources: { node: Element | null }[] };
    const shifts: string[] = [];
    Object.assign(globalThis, { layoutShifts: shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Shift[]) {
        const moved = entry.sources.map(({ node }) => node?.className ?? "something");
        shifts.push(`${moved.join(", ")} by ${entry.value}`);
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(server.url, { waitUntil: "commit" });
  const background = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  expect(background).toBe("rgb(19, 18, 16)");
  await waitForLevels(page);
  const shifts = await page.evaluate(
    () => (globalThis as unknown as { layoutShifts: string[] }).layoutShifts,
  );
  expect(shifts).toEqual([]);
  await page.close();
});

test("axe finds nothing to complain of", async () => {
  const page = await openPage(960, 600);
  expect(await axeViolations(page)).toEqual([]);
  await page.close();
});

test("sixty frames a second with every meter moving", async () => {
  const page = await openPage(960, 600);
  await waitForLevels(page);
  const busy = await page.evaluate(async () => {
    const long: number[] = [];
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) long.push(entry.duration);
    });
    observer.observe({ type: "longtask" });
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    observer.disconnect();
    return long;
  });
  // No task of the page's own is longer than 50 ms: the browser can draw at its pace.
  expect(busy).toEqual([]);
  await page.close();
});

async function openPage(width: number, height: number): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height }, reducedMotion: "reduce" });
  await page.goto(server.url);
  await page.getByRole("slider", { name: "Drive", exact: true }).waitFor();
  await page.evaluate(() => document.fonts.ready);
  return page;
}

/** Waits until the meters have risen to where the steady tone holds them. */
async function waitForLevels(page: Page): Promise<void> {
  const meter = page.getByRole("meter", { name: "Output level" });
  await expect.poll(async () => Number(await meter.getAttribute("aria-valuenow"))).toBeGreaterThan(-40);
  await page.waitForTimeout(600);
}

/** Sets a parameter to what a user would type, through the protocol and past the page under test. */
async function setByProtocol(page: Page, id: string, text: string): Promise<void> {
  await page.evaluate(
    ([url, id, text]) =>
      new Promise<void>((resolve, reject) => {
        const socket = new WebSocket(url);
        const call = (method: string, params: object) =>
          socket.send(JSON.stringify({ jsonrpc: "2.0", id: method, method, params }));
        socket.onopen = () => call("parseParameter", { id, text });
        socket.onmessage = ({ data }) => {
          const message = JSON.parse(data);
          if (message.error !== undefined) reject(new Error(`${id} = ${text}: ${message.error.message}`));
          if (message.id === "parseParameter") call("setParameter", { id, value: message.result.value });
          if (message.id === "setParameter") {
            socket.close();
            resolve();
          }
        };
      }),
    [server.url.replace("http", "ws"), id, text] as const,
  );
}
