import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { build, createServer, type InlineConfig, type Plugin } from "vite";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { startBrowser } from "./stage/browser.ts";
import { DevServer, freePort } from "./stage/dev-server.ts";

const ROOT = fileURLToPath(new URL("../packages/project", import.meta.url));

/** The page fails before anything of it is rendered. */
const failing: Plugin = {
  name: "failing",
  enforce: "pre",
  transform: (code, id) => (id.endsWith("/app.tsx") ? `throw new Error("no gain");\n${code}` : null),
};

const SETTINGS: InlineConfig = { root: ROOT, plugins: [failing], logLevel: "warn" };

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

test("a built page that fails says why in a browser", async () => {
  const folder = await mkdtemp(join(tmpdir(), "wavecraft-page-error-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await build({ ...SETTINGS, build: { outDir: join(folder, "dist"), emptyOutDir: true } });
  const server = await DevServer.start(await freePort(), ["--no-audio", "--ui-dir", folder]);
  onTestFinished(() => server.stop());
  await expectWords(server.url);
});

test("a page that fails while it is developed says why in a browser", async () => {
  const port = await freePort();
  const vite = await createServer({ ...SETTINGS, server: { port, strictPort: true } });
  onTestFinished(() => vite.close());
  await vite.listen();
  await expectWords(`http://127.0.0.1:${port}/`);
});

test("a page that works has no such words", async () => {
  const port = await freePort();
  const vite = await createServer({ ...SETTINGS, plugins: [], server: { port, strictPort: true } });
  onTestFinished(() => vite.close());
  await vite.listen();
  const page = await open(`http://127.0.0.1:${port}/`);
  await page.getByRole("main").waitFor();
  expect(await page.getByText("This page could not be shown").count()).toBe(0);
});

async function expectWords(url: string): Promise<void> {
  const page = await open(url);
  const message = page.getByRole("alert").filter({ hasText: "This page could not be shown" });
  await message.waitFor();
  expect(await message.textContent()).toContain("Error: no gain");
}

async function open(url: string): Promise<Page> {
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  await page.goto(url);
  return page;
}
