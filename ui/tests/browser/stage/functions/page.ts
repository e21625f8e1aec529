import type { Page } from "playwright-core";
import { expect } from "vitest";
import { expectDefault, expectText, KNOBS, knob, type PageFunction, type Trial } from "./trial.ts";

/** Presses a line of the page's menu. */
async function inPageMenu(
  { page, hands }: Trial,
  role: "menuitem" | "menuitemradio",
  name: string,
): Promise<void> {
  await hands.press(page.getByRole("button", { name: "Menu", exact: true }));
  await hands.press(page.getByRole("menu", { name: "Menu" }).getByRole(role, { name, exact: true }));
}

const output = (page: Page) => page.getByRole("region", { name: "Output" });

/** The menu of the whole page, the state of the audio, and the meters. */
export const PAGE: PageFunction[] = [
  [
    "all parameters are reset",
    async (trial) => {
      const { server } = trial;
      expect(await server.textOf("mix")).toBe("50 %");
      await inPageMenu(trial, "menuitem", "Reset all parameters");
      for (const { id } of KNOBS) await expectDefault(server, id);
    },
  ],
  [
    "the state is copied as text, and pasted",
    async (trial) => {
      const { page, hands, server } = trial;
      await server.set("drive", "9");
      await expect.poll(() => knob("Drive")(page).getAttribute("aria-valuetext")).toBe("9.0 dB");
      await inPageMenu(trial, "menuitem", "Copy state as text");
      await page.getByText("All parameters are in the clipboard").waitFor();
      const { parameters } = await server.request("getAllParameters");
      const text = await page.evaluate(() => navigator.clipboard.readText());
      for (const { id, text: value } of parameters) expect(text).toContain(`${id} = "${value}"`);
      await server.set("drive", "0");
      await inPageMenu(trial, "menuitem", "Paste state…");
      const dialog = page.getByRole("dialog", { name: "Paste state" });
      await hands.press(dialog.getByRole("button", { name: "Apply" }));
      await expectText(server, "drive", "9.0 dB");
      await dialog.waitFor({ state: "detached" });
      await server.set("drive", "0");
    },
  ],
  [
    "keys and gestures are shown, and what the plugin is",
    async (trial) => {
      const { page, hands, server } = trial;
      const { name, version } = await server.request("getInfo");
      for (const [line, title, words] of [
        ["Keys and gestures…", "Keys and gestures", "Type a value"],
        [`About ${name}…`, name, `Version ${version}`],
      ] as const) {
        await inPageMenu(trial, "menuitem", line);
        const dialog = page.getByRole("dialog", { name: title });
        await dialog.getByText(words).waitFor();
        await hands.press(dialog.getByRole("button", { name: "Close" }));
        await dialog.waitFor({ state: "detached" });
      }
    },
  ],
  [
    "the page is made smaller, and as large as it was",
    async (trial) => {
      const { page } = trial;
      const zoom = () => page.evaluate(() => document.documentElement.style.zoom);
      await inPageMenu(trial, "menuitemradio", "75 %");
      await expect.poll(zoom).toBe("75%");
      await inPageMenu(trial, "menuitemradio", "100 %");
      await expect.poll(zoom).toBe("");
    },
  ],
  [
    "how the audio runs is told in full",
    async ({ page, hands, server }) => {
      const { status } = await server.request("getAudioStatus");
      const badge = page.locator("button.wc-badge");
      const panel = page.locator(".wc-audio-panel");
      await hands.press(badge);
      await panel.getByText(`${status?.sample_rate?.toLocaleString("en")} Hz`).waitFor();
      await hands.dismiss();
      await panel.waitFor({ state: "hidden" });
    },
  ],
  [
    "a meter's peak is cleared",
    async ({ page, hands, server }) => {
      const clear = output(page).locator(".wc-meter-clip");
      const peakDb = async () =>
        Number(((await clear.locator(".wc-meter-number").textContent()) ?? "").replace("\u2212", "-"));
      const levelDb = async () =>
        Number(await page.getByRole("meter", { name: "Output level" }).getAttribute("aria-valuenow"));
      await server.set("output_gain", "18");
      await expect.poll(peakDb).toBeGreaterThan(5.5);
      // It is said later than it is shown: without this, the level from before would be taken for the one that has fallen.
      await expect.poll(levelDb, { timeout: 5_000 }).toBeGreaterThan(0);
      await server.set("output_gain", "0");
      await expect.poll(levelDb, { timeout: 5_000 }).toBeLessThan(-11);
      expect(await peakDb()).toBeGreaterThan(5.5);
      await hands.press(clear);
      await expect.poll(peakDb).toBeCloseTo(-12, 0);
    },
  ],
  [
    "a meter has another scale, and another measure of loudness",
    async ({ page, hands }) => {
      const marks = () => output(page).locator(".wc-meter-mark").count();
      expect(await marks()).toBe(8);
      await hands.press(output(page).getByRole("button", { name: /: scale from/ }));
      await expect.poll(marks).toBe(7);
      const reading = output(page).locator(".wc-meter-reading");
      await hands.press(reading);
      await expect.poll(() => reading.textContent()).toContain("LUFS");
    },
  ],
];
