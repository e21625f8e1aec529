import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBrowser } from "./stage/browser.ts";
import { DevServer, freePort } from "./stage/dev-server.ts";
import { FIRST_BUILD_LIMIT_MS, PluginSources } from "./stage/plugin-sources.ts";

/** Longer than a build takes that has one change, in milliseconds. */
const BUILD_LIMIT_MS = 50_000;

/** A parameter more, in front of the output's gain. */
const NEW_PARAMETER = [
  [
    "src/dsp.rs",
    "    pub output_gain_db: f32,",
    "    /// In dB.\n    pub trim_db: f32,\n    pub output_gain_db: f32,",
  ],
  ["src/dsp.rs", "output_gain_db: 0.0,", "trim_db: 0.0,\n output_gain_db: 0.0,"],
  [
    "src/params.rs",
    '    #[parameter(id = "output_gain"',
    '    #[parameter(id = "trim", decibels("Trim", -12.0..=12.0, 0.0))]\n    trim_db: Decibels,\n    #[parameter(id = "output_gain"',
  ],
] as const;

let sources: PluginSources;
let browser: Browser;
let server: DevServer;
let folder: string;
let page: Page;
/** What has happened to the page's connections and to the page itself. */
const events: string[] = [];

beforeAll(async () => {
  sources = await PluginSources.copy();
  folder = await mkdtemp(join(tmpdir(), "wavecraft-page-"));
  const options = ["--input", "sine:1000", "--output", join(folder, "heard.wav")];
  options.push(...sources.serverOptions(join(folder, "copies")));
  server = await DevServer.start(await freePort(), options, sources.environment);
  browser = await startBrowser();
  page = await browser.newPage({ viewport: { width: 960, height: 600 } });
  page.on("websocket", (socket) => {
    events.push("connected");
    socket.on("close", () => events.push("disconnected"));
  });
  page.on("framenavigated", () => events.push("loaded"));
  page.on("pageerror", (error) => events.push(error.message));
  await page.goto(server.url);
  await slider("Drive").waitFor();
}, FIRST_BUILD_LIMIT_MS);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true });
});

test("what is saved comes to the page that is open, and what does not compile is told there", async () => {
  await slider("Drive").press("End");
  await expect.poll(() => slider("Drive").getAttribute("aria-valuetext")).toBe("36.0 dB");
  expect(await slider("Trim").count()).toBe(0);

  for (const [file, from, to] of NEW_PARAMETER) await sources.edit(file, from, to);
  await slider("Trim").waitFor({ timeout: BUILD_LIMIT_MS });
  expect(await slider("Drive").getAttribute("aria-valuetext")).toBe("36.0 dB");
  // The new control works at once.
  await slider("Trim").press("End");
  await expect.poll(() => slider("Trim").getAttribute("aria-valuetext")).toBe("12.0 dB");

  await sources.edit("src/params.rs", '"Trim", -12.0..', '"Trim", -12.0 12.0..');
  const notice = page.getByRole("alert");
  await notice.waitFor({ timeout: BUILD_LIMIT_MS });
  expect(await notice.textContent()).toContain("Build failed");
  expect(await notice.locator("pre").textContent()).toMatch(/expected.*params\.rs/s);
  // Meanwhile all goes on as before.
  await slider("Trim").press("Home");
  await expect.poll(() => slider("Trim").getAttribute("aria-valuetext")).toMatch(/^.12\.0 dB$/);

  await page.getByRole("button", { name: "Dismiss" }).click();
  await expect.poll(() => notice.count()).toBe(0);
  await sources.edit("src/params.rs", '"Trim", -12.0 12.0..', '"Trim", -12.0 24.0..');
  await notice.waitFor({ timeout: BUILD_LIMIT_MS });

  await sources.edit("src/params.rs", 'decibels("Trim", -12.0 24.0..=12.0', 'decibels("Shift", -12.0..=12.0');
  await slider("Shift").waitFor({ timeout: BUILD_LIMIT_MS });
  await expect.poll(() => notice.count()).toBe(0);
  expect(await slider("Trim").count()).toBe(0);
  expect(await slider("Drive").getAttribute("aria-valuetext")).toBe("36.0 dB");
  expect(await slider("Shift").getAttribute("aria-valuetext")).toMatch(/^.12\.0 dB$/);

  expect(events).toEqual(["loaded", "connected"]);
});

function slider(name: string) {
  return page.getByRole("slider", { name, exact: true });
}
