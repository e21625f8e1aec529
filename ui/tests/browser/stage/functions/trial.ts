import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import type { Hands, Turn } from "../hands.ts";
import type { ServerConnection } from "../server-connection.ts";

/** What a function is tried with. */
export type Trial = { page: Page; hands: Hands; server: ServerConnection };

/** Something that the page can do: its name, and what does it and looks whether the server has it. */
export type PageFunction = [name: string, run: (trial: Trial) => Promise<void>];

/** A knob, or a handle on a curve: the parameter, where it is, how it is turned, and a text to type. */
export type Slider = { id: string; find(page: Page): Locator; turn: Turn; text: string };

/** The control of a value, by its name and its section. */
export const knob = (name: string, section?: string) => (page: Page) =>
  (section === undefined ? page : page.getByRole("region", { name: section })).getByRole("slider", {
    name,
    exact: true,
  });
const handle = (name: string) => knob(`${name}, on the curve`);
const UP: Turn = { byX: 0, byY: -60, key: "PageUp" };
const DOWN: Turn = { byX: 0, byY: 60, key: "PageDown" };
const RIGHT: Turn = { byX: 60, byY: 0, key: "PageUp" };
const LEFT: Turn = { byX: -60, byY: 0, key: "PageDown" };

export const DRIVE: Slider = { id: "drive", find: knob("Drive"), turn: UP, text: "12.0 dB" };
export const MIX: Slider = { id: "mix", find: knob("Mix"), turn: DOWN, text: "25 %" };

/** All knobs. */
export const KNOBS: Slider[] = [
  { id: "input_gain", find: knob("Gain", "Input"), turn: UP, text: "-6.0 dB" },
  { id: "low_cut_freq", find: knob("Low cut"), turn: UP, text: "80.0 Hz" },
  { id: "high_cut_freq", find: knob("High cut"), turn: DOWN, text: "5.00 kHz" },
  DRIVE,
  MIX,
  { id: "output_gain", find: knob("Gain", "Output"), turn: UP, text: "-6.0 dB" },
];

/** All handles on curves. */
export const HANDLES: Slider[] = [
  { id: "low_cut_freq", find: handle("Low cut"), turn: RIGHT, text: "80.0 Hz" },
  { id: "high_cut_freq", find: handle("High cut"), turn: LEFT, text: "5.00 kHz" },
  // The dot goes to the left for more drive.
  { id: "drive", find: handle("Drive"), turn: { ...LEFT, key: "PageUp" }, text: "12.0 dB" },
];

/** A button, by its name. */
export const button = (name: RegExp) => (page: Page) => page.getByRole("button", { name });
/** The button of the oversampling menu. */
export const OVERSAMPLING = button(/^Oversampling/);

/** Waits until the server has a parameter so. */
export const expectText = (server: ServerConnection, id: string, text: string) =>
  expect.poll(() => server.textOf(id), { message: id }).toBe(text);

/** Opens the context menu of a control, and presses a line of it. */
export async function pressInMenu(
  { page, hands, server }: Trial,
  id: string,
  control: Locator,
  line: RegExp,
) {
  const before = await server.valueOf(id);
  const menu = page.getByRole("menu");
  await hands.openMenu(control, menu);
  await menu.waitFor();
  // To open it turns nothing.
  expect(await server.valueOf(id)).toBe(before);
  await hands.press(menu.getByRole("menuitem", { name: line }));
  await menu.waitFor({ state: "detached" });
}

async function defaultOf(server: ServerConnection, id: string): Promise<number> {
  const { parameters } = await server.request("getAllParameters");
  return parameters.find((parameter) => parameter.id === id)?.default ?? Number.NaN;
}

/** Turns a knob or a handle, and waits until the server has it turned. */
export async function turn({ page, hands, server }: Trial, { id, find, turn }: Slider): Promise<void> {
  const before = await server.valueOf(id);
  await hands.turn(find(page), turn);
  const isUpwards = turn.key === "PageUp";
  const moved = async () => ((await server.valueOf(id)) - before) * (isUpwards ? 1 : -1);
  await expect.poll(moved, { message: id }).toBeGreaterThan(0.01);
}

/** Waits until the server has a parameter at its default. */
export async function expectDefault(server: ServerConnection, id: string): Promise<void> {
  await expect.poll(() => server.valueOf(id), { message: id }).toBe(await defaultOf(server, id));
}
