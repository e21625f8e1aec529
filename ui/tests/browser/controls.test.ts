import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { axeViolations } from "./stage/axe.ts";
import { startBrowser } from "./stage/browser.ts";
import { DevServer, freePort } from "./stage/dev-server.ts";

let browser: Browser;
let server: DevServer;
beforeAll(async () => {
  browser = await startBrowser();
  server = await DevServer.start(await freePort(), ["--no-audio"]);
});
afterAll(async () => {
  await server?.stop();
  await browser?.close();
});

let page: Page;
afterEach(() => page.context().close());

async function openPage(options: BrowserContextOptions = {}): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 960, height: 600 }, ...options });
  page = await context.newPage();
  await page.goto(server.url);
  await drive().waitFor();
  await drive().press("Delete");
  await expect.poll(() => shownBy(drive())).toBe("0.0 dB");
}

const drive = () => page.getByRole("slider", { name: "Drive", exact: true });
const mix = () => page.getByRole("slider", { name: "Mix" });
const menu = (name: string) => page.getByRole("menu", { name, exact: true });
const shownBy = (control: Locator) => control.getAttribute("aria-valuetext");

async function middleOf(control: Locator): Promise<{ x: number; y: number }> {
  const box = await control.boundingBox();
  if (box === null) throw new Error("the control is not shown");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

describe("a knob that is dragged", () => {
  test("holds the pointer, goes on beyond the page's edge, and lets the pointer go", async () => {
    await openPage();
    const { x, y } = await middleOf(drive());
    await page.mouse.move(x, y);
    await page.mouse.down();
    // Further up than the page reaches: two turns of 300 pixels.
    await page.mouse.move(x, y - 10, { steps: 2 });
    await expect.poll(() => page.evaluate(() => document.pointerLockElement?.ariaLabel)).toBe("Drive");
    await page.mouse.move(x, y - 600, { steps: 20 });
    await page.mouse.up();
    await expect.poll(() => shownBy(drive())).toBe("36.0 dB");
    expect(await page.evaluate(() => document.pointerLockElement)).toBeNull();
    await page.getByRole("button", { name: "Undo Drive 36.0 dB" }).waitFor();
  });

  test("does not jump when shift is pressed or released on the way", async () => {
    await openPage();
    const { x, y } = await middleOf(drive());
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, y - 100, { steps: 10 });
    await page.keyboard.down("Shift");
    await page.mouse.move(x, y - 200, { steps: 10 });
    await page.keyboard.up("Shift");
    await page.mouse.move(x, y - 250, { steps: 10 });
    await page.mouse.up();
    // 100, then a tenth of 100, then 50 of 300 pixels.
    await expect.poll(() => shownBy(drive())).toBe("19.2 dB");
  });
});

describe("a control's menu", () => {
  test("copies by the right button and pastes by the keyboard", async () => {
    await openPage({ permissions: ["clipboard-read", "clipboard-write"] });
    await drive().press("End");
    await expect.poll(() => shownBy(drive())).toBe("36.0 dB");
    await drive().click({ button: "right" });
    await menu("Drive").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole("menuitem", { name: /^Copy value/ }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("36.0 dB");

    const output = page.getByRole("region", { name: "Output" }).getByRole("slider", { name: "Gain" });
    await output.focus();
    await page.keyboard.press("Shift+F10");
    await menu("Output").waitFor();
    await page.keyboard.press("p");
    await page.keyboard.press("Enter");
    // Its range ends before.
    await expect.poll(() => shownBy(output)).toBe("24.0 dB");
    expect(await output.evaluate((knob) => knob === document.activeElement)).toBe(true);
    await output.press("Delete");
  });

  test("opens by a finger that rests, within the page, and types a value", async () => {
    await openPage({ hasTouch: true });
    const touch = await page.context().newCDPSession(page);
    const { x, y } = await middleOf(mix());
    await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x, y }] });
    await menu("Mix").waitFor();
    await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    const box = await menu("Mix").boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 1_000)).toBeLessThanOrEqual(960);
    expect((box?.y ?? 0) + (box?.height ?? 1_000)).toBeLessThanOrEqual(600);
    await page.getByRole("menuitem", { name: "Type a value…" }).tap();
    await page.getByRole("textbox", { name: "Value of Mix" }).fill("25");
    await page.keyboard.press("Enter");
    await expect.poll(() => shownBy(mix())).toBe("25 %");
    // The finger has moved nothing.
    await page.getByRole("button", { name: "Undo Mix 25 %" }).waitFor();
    await mix().press("Delete");
  });
});

describe("the page's menu", () => {
  const choose = async (name: string, role: "menuitem" | "menuitemradio" = "menuitem") => {
    await page.getByRole("button", { name: "Menu", exact: true }).click();
    await page.getByRole(role, { name, exact: true }).click();
  };

  test("resets all parameters in one step", async () => {
    await openPage();
    await drive().press("End");
    await page.getByRole("radio", { name: "Tube" }).click();
    await mix().press("Home");
    await expect.poll(() => shownBy(mix())).toBe("0 %");
    await choose("Reset all parameters");
    await expect.poll(() => Promise.all([shownBy(drive()), shownBy(mix())])).toEqual(["0.0 dB", "100 %"]);
    await page.getByRole("button", { name: "Undo 3 parameters" }).click();
    await expect.poll(() => Promise.all([shownBy(drive()), shownBy(mix())])).toEqual(["36.0 dB", "0 %"]);
    expect(await page.getByRole("radio", { name: "Tube" }).isChecked()).toBe(true);
    await choose("Reset all parameters");
  });

  test("zooms the page, whose menus stay where they belong, and the browser remembers it", async () => {
    await openPage();
    await choose("75 %", "menuitemradio");
    await expect.poll(() => page.evaluate(() => document.documentElement.style.zoom)).toBe("75%");
    const { x, y } = await middleOf(drive());
    await page.mouse.click(x, y, { button: "right" });
    const box = await menu("Drive").boundingBox();
    expect(Math.abs((box?.x ?? 0) - x)).toBeLessThan(2);
    await page.keyboard.press("Escape");
    await choose("150 %", "menuitemradio");
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(1_440);
    await page.reload();
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(1_440);
    await choose("100 %", "menuitemradio");
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(960);
  });

  test("has dialogues that axe finds nothing wrong with, and the keyboard comes back from them", async () => {
    await openPage();
    await page.getByRole("button", { name: "Menu", exact: true }).focus();
    await page.keyboard.press("ArrowDown");
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.type("keys");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Keys and gestures" }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Keys and gestures" }).waitFor({ state: "hidden" });
    expect(await page.evaluate(() => document.activeElement?.ariaLabel)).toBe("Menu");
  });
});

test("the hover line says what the pointer is on, what that does, and its default", async () => {
  await openPage();
  const line = page.locator(".wc-hover-line");
  await drive().hover();
  await expect.poll(() => line.textContent()).toMatch(/^Drive0\.0 dB.+\.Default 0\.0 dB$/);
  await page.getByRole("radio", { name: "Hard" }).hover();
  await expect.poll(() => line.textContent()).toMatch(/^CharacterSoft.+\.Default Soft$/);
  await page.getByRole("slider", { name: "Low cut", exact: true }).hover();
  await expect.poll(() => line.textContent()).toMatch(/^Low cutOff.+\.Default Off$/);
  // Beside everything, what the keyboard is on.
  await page.mouse.move(2, 598);
  await expect.poll(() => line.textContent()).toMatch(/^Drive0\.0 dB/);
  await drive().blur();
  await expect.poll(() => line.textContent()).toBe("");
  await mix().focus();
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => line.textContent()).toMatch(/^Mix99 %/);
  await mix().press("Delete");
});
