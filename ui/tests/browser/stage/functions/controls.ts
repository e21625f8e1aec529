import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import {
  button,
  expectDefault,
  expectText,
  HANDLES,
  KNOBS,
  knob,
  OVERSAMPLING,
  type PageFunction,
  pressInMenu,
  turn,
} from "./trial.ts";

/** A parameter that is chosen from a few: the parameter, its control, one of its choices, and the default. */
type Choice = { id: string; find(page: Page): Locator; item: string; text: string; usual: string };

const group = (name: string) => (page: Page) => page.getByRole("radiogroup", { name, exact: true });
const toggle = (name: string) => (page: Page) => page.getByRole("switch", { name, exact: true });

const SELECTORS: Choice[] = [
  { id: "low_cut_slope", find: group("Low cut slope"), item: "24 dB/oct", text: "24 dB/oct", usual: "Off" },
  { id: "high_cut_slope", find: group("High cut slope"), item: "48 dB/oct", text: "48 dB/oct", usual: "Off" },
  { id: "character", find: group("Character"), item: "Tube", text: "Tube", usual: "Soft" },
];
const MENUS: Choice[] = [
  { id: "oversampling", find: OVERSAMPLING, item: "8\u00d7", text: "8x", usual: "4x" },
  {
    ...{ id: "drive_channels", find: button(/^Drive channels/) },
    ...{ item: "Mid/side", text: "Mid/side", usual: "Left/right" },
  },
];
const SWITCHES = [
  { id: "bypass", find: toggle("Bypass") },
  { id: "auto_gain", find: toggle("Auto gain") },
  { id: "delta", find: toggle("Delta") },
];

/** Every parameter, by every control that it has. */
export const CONTROLS: PageFunction[] = [
  ...KNOBS.flatMap((slider): PageFunction[] => [
    [
      `the knob of ${slider.id} is turned, and taken back`,
      async (trial) => {
        await turn(trial, slider);
        await trial.hands.reset(slider.find(trial.page));
        await expectDefault(trial.server, slider.id);
      },
    ],
    [
      `a value of ${slider.id} is typed`,
      async (trial) => {
        await trial.hands.openField(slider.find(trial.page));
        await trial.page.getByRole("textbox").waitFor();
        await trial.hands.type(slider.text);
        await expectText(trial.server, slider.id, slider.text);
        await trial.hands.reset(slider.find(trial.page));
        await expectDefault(trial.server, slider.id);
      },
    ],
  ]),
  ...HANDLES.map(
    (slider): PageFunction => [
      `the handle of ${slider.id} is moved, and taken back`,
      async (trial) => {
        await turn(trial, slider);
        await trial.hands.reset(slider.find(trial.page));
        await expectDefault(trial.server, slider.id);
      },
    ],
  ),
  ...[...KNOBS, ...HANDLES].map(
    (slider, index): PageFunction => [
      `the menu of ${slider.id} at its ${index < KNOBS.length ? "knob" : "handle"} takes a value, and takes it back`,
      async (trial) => {
        const control = slider.find(trial.page);
        await pressInMenu(trial, slider.id, control, /^Type a value/);
        await trial.page.getByRole("textbox").waitFor();
        await trial.hands.type(slider.text);
        await expectText(trial.server, slider.id, slider.text);
        await pressInMenu(trial, slider.id, control, /^Reset to default/);
        await expectDefault(trial.server, slider.id);
      },
    ],
  ),
  ...SELECTORS.map(
    ({ id, find, item, text, usual }): PageFunction => [
      `${id} is chosen, and taken back by its menu`,
      async (trial) => {
        await trial.hands.press(find(trial.page).getByRole("radio", { name: item }));
        await expectText(trial.server, id, text);
        await pressInMenu(trial, id, find(trial.page), /^Reset to default/);
        await expectText(trial.server, id, usual);
      },
    ],
  ),
  ...MENUS.map(
    ({ id, find, item, text, usual }): PageFunction => [
      `${id} is chosen behind its button, and taken back by its menu`,
      async (trial) => {
        const { page, hands, server } = trial;
        await hands.press(find(page));
        await hands.press(page.getByRole("menuitemradio", { name: item }).first());
        await expectText(server, id, text);
        await pressInMenu(trial, id, find(page), /^Reset to default/);
        await expectText(server, id, usual);
      },
    ],
  ),
  [
    "offline oversampling is chosen, and as live again",
    async ({ page, hands, server }) => {
      for (const [item, text] of [
        ["2\u00d7", "2x"],
        ["As live", "As live"],
      ] as const) {
        await hands.press(OVERSAMPLING(page));
        const offline = page.getByRole("group", { name: "Offline oversampling" });
        await hands.press(offline.getByRole("menuitemradio", { name: item }));
        await expectText(server, "offline_oversampling", text);
      }
    },
  ],
  ...SWITCHES.map(
    ({ id, find }): PageFunction => [
      `${id} is switched on and off, and taken back by its menu`,
      async (trial) => {
        const { page, hands, server } = trial;
        for (const text of ["On", "Off", "On"]) {
          await hands.press(find(page));
          await expectText(server, id, text);
        }
        await pressInMenu(trial, id, find(page), /^Reset to default/);
        await expectText(server, id, "Off");
      },
    ],
  ),
  [
    "a value is copied and pasted by menus",
    async (trial) => {
      const { page, server } = trial;
      await server.set("input_gain", "7.5");
      await expect.poll(() => knob("Gain", "Input")(page).getAttribute("aria-valuetext")).toBe("7.5 dB");
      await pressInMenu(trial, "input_gain", knob("Gain", "Input")(page), /^Copy value/);
      await pressInMenu(trial, "drive", knob("Drive")(page), /^Paste value/);
      await expectText(server, "drive", "7.5 dB");
      for (const id of ["input_gain", "drive"]) await server.set(id, "0");
    },
  ],
  [
    "a MIDI controller is waited for, and no longer",
    async (trial) => {
      const { page, server } = trial;
      const learning = async () => (await server.request("getControllers")).learning;
      await pressInMenu(trial, "mix", knob("Mix")(page), /^Learn MIDI controller/);
      await expect.poll(learning).toBe("mix");
      await pressInMenu(trial, "mix", knob("Mix")(page), /^Stop learning/);
      await expect.poll(learning).toBeNull();
    },
  ],
];
