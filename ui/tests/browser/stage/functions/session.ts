import { readFile } from "node:fs/promises";
import type { Locator } from "playwright-core";
import { expect } from "vitest";
import type { ServerConnection } from "../server-connection.ts";
import { DRIVE, expectDefault, expectText, MIX, type PageFunction, type Trial, turn } from "./trial.ts";

const expectPreset = (server: ServerConnection, name: string) =>
  expect.poll(async () => (await server.request("getPreset")).preset?.name).toBe(name);
const presetNames = async (server: ServerConnection, bank: "factory" | "user") =>
  (await server.request("listPresets")).presets
    .filter((preset) => preset.bank === bank)
    .map(({ name }) => name);

/** Opens the browser of presets, does something in it, and closes it. */
async function inPresets({ page, hands }: Trial, act: (browser: Locator) => Promise<void>): Promise<void> {
  await hands.press(page.getByRole("button", { name: /^Presets, now/ }));
  const browser = page.getByRole("dialog", { name: "Presets" });
  await browser.waitFor();
  await act(browser);
  await hands.dismiss();
  await browser.waitFor({ state: "hidden" });
}

/** Searches for a preset, until it is the only one in the list. */
async function search({ hands }: Trial, browser: Locator, name: string): Promise<void> {
  await hands.fill(browser.getByLabel("Search presets"), name);
  await expect.poll(() => browser.locator(".wc-preset").count()).toBe(1);
}

/** Does something of what is behind the button beside a preset. */
async function onPreset(
  trial: Trial,
  name: string,
  action: string,
  act: (browser: Locator) => Promise<void>,
) {
  await inPresets(trial, async (browser) => {
    await trial.hands.press(browser.getByRole("button", { name: `More on ${name}`, exact: true }));
    await trial.hands.press(browser.getByRole("button", { name: action, exact: true }));
    await act(browser);
  });
}

/** History, slots and presets. */
export const SESSION: PageFunction[] = [
  [
    "what was done is undone and done again",
    async (trial) => {
      const { hands, server } = trial;
      const before = await server.valueOf("mix");
      await turn(trial, MIX);
      await expect.poll(async () => (await server.request("getHistory")).undo_label).toMatch(/^Mix/);
      const turned = await server.valueOf("mix");
      await hands.undo();
      await expect.poll(() => server.valueOf("mix")).toBe(before);
      await hands.redo();
      await expect.poll(() => server.valueOf("mix")).toBe(turned);
      await hands.undo();
      await expectDefault(server, "mix");
    },
  ],
  [
    "slots are compared, and one is copied to the other",
    async (trial) => {
      const { page, hands, server } = trial;
      const select = async (slot: "a" | "b") => {
        await hands.press(page.getByRole("button", { name: slot.toUpperCase(), exact: true }));
        await expect.poll(async () => (await server.request("getSlots")).selected).toBe(slot);
      };
      await select("b");
      await turn(trial, DRIVE);
      await select("a");
      await expectDefault(server, "drive");
      await select("b");
      await expect.poll(() => server.valueOf("drive")).toBeGreaterThan(0.05);
      await select("a");
      await hands.press(page.getByRole("button", { name: "Copy A to B" }));
      await select("b");
      await expectDefault(server, "drive");
      await select("a");
    },
  ],
  [
    "a preset is chosen, and those after and before it",
    async (trial) => {
      const { page, hands, server } = trial;
      const names = await presetNames(server, "factory");
      const at = names.indexOf("Bass Grit");
      await inPresets(trial, async (browser) => {
        await search(trial, browser, "Bass Grit");
        await hands.press(browser.locator(".wc-preset"));
        await expectPreset(server, "Bass Grit");
        await hands.fill(browser.getByLabel("Search presets"), "");
      });
      await expectText(server, "drive", "24.0 dB");
      await hands.press(page.getByRole("button", { name: "Next preset" }));
      await expectPreset(server, names[at + 1] ?? "");
      await hands.press(page.getByRole("button", { name: "Previous preset" }));
      await expectPreset(server, "Bass Grit");
    },
  ],
  [
    "a preset is made a favourite, and favourites alone are gone through",
    async (trial) => {
      const { page, hands, server } = trial;
      const favourites = async () =>
        (await server.request("listPresets")).presets
          .filter(({ favourite }) => favourite)
          .map(({ name }) => name);
      await inPresets(trial, async (browser) => {
        await search(trial, browser, "Bus Glue");
        await hands.press(browser.getByRole("button", { name: "Favourite: Bus Glue" }));
        await expect.poll(favourites).toEqual(["Bus Glue"]);
        await hands.fill(browser.getByLabel("Search presets"), "");
        await hands.press(browser.getByRole("button", { name: "Favourites only" }));
      });
      await hands.press(page.getByRole("button", { name: "Next preset of your favourites" }));
      await expectPreset(server, "Bus Glue");
      await inPresets(trial, async (browser) => {
        await hands.press(browser.getByRole("button", { name: "Favourite: Bus Glue" }));
        await expect.poll(favourites).toEqual([]);
        await hands.press(browser.getByRole("button", { name: "Favourites only" }));
      });
    },
  ],
  [
    "a preset is saved under a name, with what it says of itself",
    async (trial) => {
      const { hands, server } = trial;
      await inPresets(trial, async (browser) => {
        await hands.fill(browser.getByLabel("Name of the preset to save"), "Minute");
        await hands.press(browser.getByRole("button", { name: "Tags, author and description" }));
        await hands.fill(browser.getByRole("textbox", { name: "Tags" }), "first, short");
        await hands.press(browser.getByRole("button", { name: "Save", exact: true }));
        await expectPreset(server, "Minute");
      });
      const { presets } = await server.request("listPresets");
      expect(presets.find(({ name }) => name === "Minute")).toMatchObject({
        bank: "user",
        tags: ["first", "short"],
      });
    },
  ],
  [
    "the same name replaces it",
    async (trial) => {
      const { hands, server } = trial;
      await server.set("mix", "50");
      await expect.poll(async () => (await server.request("getPreset")).modified).toBe(true);
      await inPresets(trial, async (browser) => {
        await hands.press(browser.getByRole("button", { name: "Save", exact: true }));
        await hands.press(browser.getByRole("button", { name: "Replace", exact: true }));
        await expect.poll(async () => (await server.request("getPreset")).modified).toBe(false);
      });
      expect(await presetNames(server, "user")).toEqual(["Minute"]);
    },
  ],
  [
    "it is renamed",
    async (trial) => {
      const { hands, server } = trial;
      await onPreset(trial, "Minute", "Rename", async (browser) => {
        await hands.fill(browser.getByLabel("New name of Minute"), "Hour");
        await hands.press(browser.getByRole("button", { name: "Rename", exact: true }));
        await expect.poll(() => presetNames(server, "user")).toEqual(["Hour"]);
      });
    },
  ],
  [
    "it is exported, deleted, and imported again",
    async (trial) => {
      const { page, hands, server } = trial;
      const downloading = page.waitForEvent("download");
      let path = "";
      await onPreset(trial, "Hour", "Export", async (browser) => {
        path = await (await downloading).path();
        expect(await readFile(path, "utf8")).toContain('name = "Hour"');
        await hands.press(browser.getByRole("button", { name: "Delete…" }));
        await hands.press(browser.getByRole("button", { name: "Delete", exact: true }));
        await expect.poll(() => presetNames(server, "user")).toEqual([]);
        const choosing = page.waitForEvent("filechooser");
        await hands.press(browser.getByRole("button", { name: "Import a file…" }));
        await (await choosing).setFiles(path);
        await expect.poll(() => presetNames(server, "user")).toEqual(["Hour"]);
      });
    },
  ],
];
