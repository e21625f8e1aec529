import { readFile } from "node:fs/promises";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startBrowser } from "./stage/browser.ts";
import { DevServer, freePort } from "./stage/dev-server.ts";
import { type Preset, SessionModel, type Shown } from "./stage/session-model.ts";

/** How many things the musician does in a row. */
const DEEDS = 50;

/** Controls, and what is typed into them. */
const TYPED: [string, string[]][] = [
  ["Drive", ["0.0 dB", "3.5 dB", "12.0 dB", "36.0 dB"]],
  ["Mix", ["0 %", "25 %", "100 %"]],
];
const CHARACTERS = ["Soft", "Tape", "Tube", "Hard"];
const FACTORY = ["Default", "Warm Vocal", "Bass Grit", "Square Fuzz"];

let browser: Browser;
let server: DevServer;
let pages: [Page, Page];

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  server = await DevServer.start(await freePort(), ["--no-audio"]);
  pages = await Promise.all([openPage(), openPage()]);
});
afterEach(async () => {
  await Promise.all(pages.map((page) => page.close()));
  await server.stop();
});

test.each([1, 2])(
  "whatever a musician does on one of two pages, both show it, and it can all be undone: %i",
  async (seed) => {
    const random = generator(seed);
    const one = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
    const { values: initial } = await read(pages[0]);
    const model = new SessionModel(initial);
    const factory = new Map<string, Preset>();
    const own = new Map<string, Preset>();
    let saved = 0;

    const loaded = async (page: Page, name: string) => {
      await choose(page, name);
      await expect.poll(async () => (await read(page)).preset).toBe(name);
      const preset = own.get(name) ?? factory.get(name) ?? { name, given: (await readAtRest(page)).values };
      if (!own.has(name)) factory.set(name, preset);
      model.load(preset);
    };
    const deeds: Record<string, (page: Page) => Promise<void>> = {
      async turn(page) {
        const [parameter, texts] = one(TYPED);
        const text = one(texts.filter((text) => text !== model.shown.values[parameter]));
        await page.getByRole("slider", { name: parameter, exact: true }).press("Enter");
        await page.getByRole("textbox").fill(text);
        await page.keyboard.press("Enter");
        model.set(parameter, text);
      },
      async switch(page) {
        const character = one(CHARACTERS.filter((character) => character !== model.shown.values.Character));
        await page.getByRole("radio", { name: character, exact: true }).click();
        model.set("Character", character);
      },
      async undo(page) {
        if (model.shown.undo === null) return;
        await (one([true, false])
          ? page.keyboard.press("Control+z")
          : page.getByRole("button", { name: /^Undo/ }).click());
        model.undo();
      },
      async redo(page) {
        if (model.shown.redo === null) return;
        await page.getByRole("button", { name: /^Redo/ }).click();
        model.redo();
      },
      async select(page) {
        const slot = model.shown.slot === "A" ? "B" : "A";
        await page.getByRole("button", { name: slot, exact: true }).click();
        model.select(slot);
      },
      async copy(page) {
        await page.getByRole("button", { name: /^Copy/ }).click();
        model.copy();
      },
      async load(page) {
        await openPresets(page);
        await loaded(page, one([...FACTORY, ...own.keys()]));
        await page.keyboard.press("Escape");
      },
      async save(page) {
        saved += 1;
        await save(page, `Mine ${saved}`);
        own.set(`Mine ${saved}`, model.save(`Mine ${saved}`));
        await page.keyboard.press("Escape");
      },
      async replace(page) {
        const [name] = own.keys();
        if (name === undefined) return;
        await save(page, name);
        await page.getByText(`There is a preset named ${name} already.`).waitFor();
        await page.getByRole("button", { name: "Replace" }).click();
        await page.getByText(`Saved ${name}.`).waitFor();
        own.set(name, model.save(name));
        await page.keyboard.press("Escape");
      },
      async rename(page) {
        const [name] = own.keys();
        const preset = name === undefined ? undefined : own.get(name);
        if (name === undefined || preset === undefined) return;
        saved += 1;
        await act(page, name, "Rename");
        await page.getByLabel(`New name of ${name}`).fill(`Ours ${saved}`);
        await page.keyboard.press("Enter");
        await row(page, `Ours ${saved}`).waitFor();
        own.delete(name);
        own.set(`Ours ${saved}`, { ...preset, name: `Ours ${saved}` });
        model.rename(name, `Ours ${saved}`);
        await page.keyboard.press("Escape");
      },
      async removeAndImport(page) {
        const [name] = own.keys();
        if (name === undefined) return;
        const downloading = page.waitForEvent("download");
        await act(page, name, "Export");
        const path = await (await downloading).path();
        expect(await readFile(path, "utf8")).toContain(`name = "${name}"`);
        await page.getByRole("button", { name: "Delete…" }).click();
        await page.getByRole("button", { name: "Delete", exact: true }).click();
        await row(page, name).waitFor({ state: "detached" });
        await page.getByLabel("Preset file").setInputFiles(path);
        await row(page, name).waitFor();
        await page.keyboard.press("Escape");
      },
      async comeBack(page) {
        await page.reload();
        await page.getByRole("slider", { name: "Drive", exact: true }).waitFor();
      },
    };
    const likely = [..."turn turn turn turn switch undo undo undo redo redo select select".split(" ")];
    const log: string[] = [];
    const compare = async () => {
      for (const page of pages) {
        await expect.poll(() => read(page), { message: log.slice(-8).join(", ") }).toEqual(model.shown);
      }
    };
    const all = [...likely, ...likely, ...Object.keys(deeds)];
    for (let deed = 0; deed < DEEDS; deed += 1) {
      const name = one(all);
      log.push(name);
      await deeds[name]?.(one(pages));
      await compare();
    }

    for (const slot of ["A", "B"] as const) {
      await pages[0].getByRole("button", { name: slot, exact: true }).click();
      model.select(slot);
      for (const [walk, label] of [
        ["undo", () => model.shown.undo],
        ["redo", () => model.shown.redo],
      ] as const) {
        while (label() !== null) {
          await pages[0].getByRole("button", { name: walk === "undo" ? /^Undo/ : /^Redo/ }).click();
          model[walk]();
          await expect.poll(() => read(pages[0])).toEqual(model.shown);
        }
      }
      await compare();
    }
  },
);

test("favourites of one page are the other's, and next goes through them alone", async () => {
  const [one, other] = pages;
  await openPresets(one);
  for (const name of ["Telephone", "Bass Grit"]) {
    await one.getByRole("button", { name: `Favourite: ${name}` }).click();
  }
  await openPresets(other);
  await other.getByRole("button", { name: "Favourites only" }).click();
  await expect
    .poll(() => other.locator(".wc-preset .wc-preset-text").allTextContents())
    .toEqual(["Bass Grit", "Telephone"]);
  await other.keyboard.press("Escape");
  for (const name of ["Bass Grit", "Telephone", "Bass Grit"]) {
    await other.getByRole("button", { name: "Next preset of your favourites" }).click();
    await one.getByRole("button", { name: `Presets, now ${name}` }).waitFor();
  }
  // The search is for any of its words, by keys alone.
  await one.getByLabel("Search presets").fill("telephone carbon");
  await one.keyboard.press("ArrowDown");
  await one.keyboard.press("Enter");
  await other.getByRole("button", { name: "Presets, now Telephone" }).waitFor();
});

/** What a page shows of the session. */
/** What a page shows once its controls have said their values, which they do after a moment of rest. */
async function readAtRest(page: Page): Promise<Shown> {
  for (let last = await read(page); ; ) {
    await page.waitForTimeout(300);
    const next = await read(page);
    if (JSON.stringify(next) === JSON.stringify(last)) return next;
    last = next;
  }
}

async function read(page: Page): Promise<Shown> {
  return page.evaluate(
    (parameters) => {
      const button = (name: string) =>
        [...document.querySelectorAll<HTMLButtonElement>(".wc-session-button")].find((button) =>
          button.ariaLabel?.startsWith(name),
        );
      const step = (name: string) => {
        const found = button(name);
        return found === undefined || found.disabled ? null : (found.ariaLabel?.slice(name.length + 1) ?? "");
      };
      const values: Record<string, string> = {};
      for (const slider of document.querySelectorAll("[role=slider]")) {
        const name = slider.ariaLabel ?? "";
        if (parameters.includes(name)) values[name] = slider.getAttribute("aria-valuetext") ?? "";
      }
      const checked = document.querySelector('[aria-label="Character"] [aria-checked="true"]');
      values.Character = checked?.ariaLabel ?? "";
      return {
        values,
        slot: document.querySelector('.wc-session-slot[aria-pressed="true"]')?.textContent ?? "",
        preset: button("Presets, now ")?.ariaLabel?.slice("Presets, now ".length) ?? "",
        undo: step("Undo"),
        redo: step("Redo"),
      };
    },
    TYPED.map(([parameter]) => parameter),
  );
}

async function openPage(): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 960, height: 600 } });
  await page.goto(server.url);
  await page.getByRole("slider", { name: "Drive", exact: true }).waitFor();
  return page;
}

/** Opens the browser of presets. */
async function openPresets(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Presets, now/ }).click();
  await page.getByLabel("Search presets").waitFor();
}

/** The row of a preset, by its button that loads. */
function row(page: Page, name: string): Locator {
  return page.locator(".wc-preset", { has: page.getByText(name, { exact: true }) });
}

/** Loads a preset that is searched for. */
async function choose(page: Page, name: string): Promise<void> {
  await page.getByLabel("Search presets").fill(name);
  await row(page, name).click();
  await page.getByLabel("Search presets").fill("");
}

/** Saves under a name, with the browser open afterwards. */
async function save(page: Page, name: string): Promise<void> {
  await openPresets(page);
  await page.getByLabel("Name of the preset to save").fill(name);
  await page.keyboard.press("Enter");
}

/** Opens what can be done with a preset, and does one thing of it. */
async function act(page: Page, name: string, action: string): Promise<void> {
  await openPresets(page);
  await page.getByRole("button", { name: `More on ${name}`, exact: true }).click();
  await page.getByRole("button", { name: action, exact: true }).click();
}

/** Numbers in [0, 1) that are the same for the same seed: mulberry32. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
