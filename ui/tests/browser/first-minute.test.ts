import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, test } from "vitest";
import { startBrowser } from "./stage/browser.ts";
import { DevServer, freePort } from "./stage/dev-server.ts";
import { CONTROLS } from "./stage/functions/controls.ts";
import { PAGE } from "./stage/functions/page.ts";
import { SESSION } from "./stage/functions/session.ts";
import { type Hands, keyboardHands, mouseHands, touchHands } from "./stage/hands.ts";
import { ServerConnection } from "./stage/server-connection.ts";
import { openStrip, waitForLevels } from "./stage/strip.ts";

let browser: Browser;
let devServer: DevServer;
let server: ServerConnection;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  // Its user's presets are in a folder of its own.
  devServer = await DevServer.start(await freePort(), ["--input", "sine:440", "--output", "none"]);
  server = await ServerConnection.open(browser, devServer.url);
});
afterEach(async () => {
  await server.close();
  await devServer.stop();
});

const KINDS: [kind: string, hands: (page: Page) => Hands | Promise<Hands>, hasTouch: boolean][] = [
  ["the mouse", mouseHands, false],
  ["the keyboard", keyboardHands, false],
  ["touch", touchHands, true],
];

test.each(KINDS)(
  "all that the page can do is done by %s alone",
  { timeout: 180_000 },
  async (_, handsOf, hasTouch) => {
    const page = await openStrip(browser, devServer.url, {
      hasTouch,
      permissions: ["clipboard-read", "clipboard-write"],
    });
    await waitForLevels(page);
    const hands = await handsOf(page);
    for (const [name, run] of [...CONTROLS, ...SESSION, ...PAGE]) {
      await run({ page, hands, server }).catch((cause: unknown) => {
        throw new Error(name, { cause });
      });
    }
    await page.context().close();
  },
);
