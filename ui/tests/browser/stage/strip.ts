import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** The sizes that the page is drawn for: its smallest, its usual and its largest one. */
export const SIZES = [
  { width: 640, height: 400 },
  { width: 960, height: 600 },
  { width: 1600, height: 1000 },
];

/** Opens the strip's page, and waits until it is connected and has its parameters. */
export async function openStrip(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const page = await browser.newPage({
    viewport: { width: 960, height: 600 },
    reducedMotion: "reduce",
    ...options,
  });
  await page.goto(url);
  await page.getByRole("slider", { name: "Drive", exact: true }).waitFor();
  await page.evaluate(() => document.fonts.ready);
  return page;
}

/** Waits until the meters have risen to where the steady tone holds them. */
export async function waitForLevels(page: Page): Promise<void> {
  const meter = page.getByRole("meter", { name: "Input level" });
  await expect.poll(async () => Number(await meter.getAttribute("aria-valuenow"))).toBeGreaterThan(-40);
  await page.waitForTimeout(600);
}

/** Sets parameters to what a user would type, through the protocol and past the page under test. */
export function setByProtocol(page: Page, url: string, texts: Record<string, string>): Promise<void> {
  return page.evaluate(
    ([url, texts]) =>
      new Promise<void>((resolve, reject) => {
        const socket = new WebSocket(url);
        const send = (id: string, method: string, params: object) =>
          socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
        const waiting = new Set(texts.map(([id]) => id));
        socket.onopen = () => {
          for (const [id, text] of texts) send(id, "parseParameter", { id, text });
        };
        socket.onmessage = ({ data }) => {
          const { id, error, result } = JSON.parse(data);
          if (id === undefined) return;
          if (error !== undefined) reject(new Error(`${id}: ${error.message}`));
          else if ("value" in result) send(id, "setParameter", { id, value: result.value });
          else waiting.delete(id);
          if (waiting.size > 0) return;
          socket.close();
          resolve();
        };
      }),
    [url.replace("http", "ws"), Object.entries(texts)] as const,
  );
}

/** The middle of something that is shown, in the page's pixels. */
export async function middleOf(shown: Locator): Promise<{ x: number; y: number }> {
  const box = await shown.boundingBox();
  if (box === null) throw new Error("it is not shown");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** What a control tells of its value. */
export function textOf(control: Locator): Promise<string | null> {
  return control.getAttribute("aria-valuetext");
}

/** How a hand drags: the mouse, or a finger on a screen. */
export type Hand = "mouse" | "touch";

/** Drags from one place by so many pixels, in steps as a hand does. */
export async function drag(
  page: Page,
  hand: Hand,
  from: { x: number; y: number },
  byX: number,
  byY: number,
): Promise<void> {
  const STEPS = 10;
  const at = (step: number) => ({ x: from.x + (byX * step) / STEPS, y: from.y + (byY * step) / STEPS });
  if (hand === "mouse") {
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(at(STEPS).x, at(STEPS).y, { steps: STEPS });
    await page.mouse.up();
    return;
  }
  const session = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: { x: number; y: number }[]) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints });
  await touch("touchStart", [from]);
  for (let step = 1; step <= STEPS; step += 1) await touch("touchMove", [at(step)]);
  await touch("touchEnd", []);
  await session.detach();
}
