import "./dom.ts";
import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ParameterControl, PluginPage } from "../src/index.ts";
import { stateText, valuesInText } from "../src/page/state-text.ts";
import { pageOf } from "./page-of-plugin.tsx";
import { BYPASS, CHARACTER, GAIN } from "./recorded-control.ts";

const LOUD = { ...GAIN, value: 0.75, text: "12.0 dB" };
const HARD = { ...CHARACTER, value: 1, text: "Hard" };
const BYPASSED = { ...BYPASS, value: 1, text: "On", recalled_by: "nothing" } as const;

function show(info: Parameters<ReturnType<typeof pageOf>["load"]>[1] = {}) {
  const page = pageOf(
    <PluginPage title="Strip" usualSize={{ width: 800, height: 500 }}>
      <ParameterControl id="gain" />
    </PluginPage>,
  );
  page.load([LOUD, HARD, BYPASSED], info);
  return page;
}

const open = async () => void fireEvent.click(screen.getByLabelText("Menu"));
const choose = async (name: string, role = "menuitem") => {
  await open();
  await userEvent.click(screen.getByRole(role, { name }));
};

beforeEach(() => {
  localStorage.clear();
  Object.defineProperty(navigator, "clipboard", { value: undefined, configurable: true });
});
afterEach(() => {
  document.documentElement.style.zoom = "";
});

describe("the size", () => {
  const sizes = () =>
    screen.getAllByRole("menuitemradio").map((line) => `${line.textContent} ${line.ariaChecked}`);

  it("is asked of the window, within what it may have", async () => {
    const { asked, plugin } = show();
    await open();
    expect(sizes()).toEqual([
      "75 % false",
      "100 % false",
      "125 % false",
      "150 % false",
      "175 % false",
      "200 % false",
    ]);
    await userEvent.click(screen.getByRole("menuitemradio", { name: "150 %" }));
    expect(asked("requestResize")).toEqual([{ width: 1200, height: 750 }]);
    await act(async () => plugin.answer("requestResize", { accepted: true }));
    expect(document.documentElement.style.zoom).toBe("");
    vi.stubGlobal("innerWidth", 1200);
    fireEvent(window, new Event("resize"));
    await open();
    expect(sizes()).toContain("150 % true");
    vi.unstubAllGlobals();
  });

  it("zooms the page where the window does not change, and is remembered", async () => {
    const { plugin } = show({ host: "devServer" });
    await choose("75 %", "menuitemradio");
    await act(async () => plugin.answer("requestResize", { accepted: false }));
    expect(document.documentElement.style.zoom).toBe("75%");
    expect(localStorage.getItem("wavecraft.zoom")).toBe("75");
    await open();
    expect(sizes()).toContain("75 % true");
  });
});

describe("all parameters", () => {
  it("go back to their defaults in gestures that overlap, but for what nothing recalls", async () => {
    const { plugin } = show();
    await choose("Reset all parameters");
    expect(plugin.log("beginGesture", "setParameter", "endGesture")).toEqual([
      "beginGesture",
      "beginGesture",
      "setParameter 0.5",
      "setParameter 0",
      "endGesture",
      "endGesture",
    ]);
  });

  it("are copied as a preset's values, and pasted in one step", async () => {
    const { plugin, asked } = show();
    await choose("Copy state as text");
    expect(await screen.findByText("All parameters are in the clipboard, as text.")).toBeDefined();
    await choose("Paste state…");
    const field = await screen.findByRole("textbox", { name: "State as text" });
    expect(field).toHaveProperty(
      "value",
      '# Strip 1.2.3\n[values]\ngain = "12.0 dB"\ncharacter = "Hard"\nbypass = "On"\n',
    );
    await userEvent.click(screen.getByRole("button", { name: "Apply" }));
    expect(asked("parseParameter").map(({ text }) => text)).toEqual(["12.0 dB", "Hard", "On"]);
    await act(async () => {
      plugin.answer("parseParameter", { value: 0.75 });
      plugin.answer("parseParameter", { value: 1 });
      plugin.answer("parseParameter", { value: 1 });
    });
    await waitFor(() => expect(screen.queryByRole("textbox", { name: "State as text" })).toBeNull());
    expect(plugin.log("beginGesture", "endGesture")).toEqual([
      ...Array(3).fill("beginGesture"),
      ...Array(3).fill("endGesture"),
    ]);
  });

  it("that a pasted text has wrong are named, and the others are set", async () => {
    const { plugin } = show();
    await choose("Paste state…");
    const field = await screen.findByRole("textbox", { name: "State as text" });
    fireEvent.change(field, { target: { value: "gain = 3\nwarmth = 11" } });
    await userEvent.click(screen.getByRole("button", { name: "Apply" }));
    await act(async () => plugin.answer("parseParameter", { value: 0.6 }));
    expect(await screen.findByText("Not used: warmth.")).toBeDefined();
    expect(plugin.log("setParameter")).toEqual(["setParameter 0.6"]);
  });

  it("a text without any is said to be none", async () => {
    show();
    await choose("Paste state…");
    fireEvent.change(await screen.findByRole("textbox", { name: "State as text" }), {
      target: { value: "loud" },
    });
    await userEvent.click(screen.getByRole("button", { name: "Apply" }));
    expect(await screen.findByText("There is no value of a parameter in this text.")).toBeDefined();
  });
});

it("keys and gestures, and what the plugin is, are dialogues that Escape closes", async () => {
  show();
  await choose("Keys and gestures…");
  expect(screen.getByRole("dialog", { name: "Keys and gestures" }).textContent).toContain("Type a value");
  await userEvent.click(screen.getByRole("button", { name: "Close" }));
  expect(screen.queryByRole("dialog", { name: "Keys and gestures" })).toBeNull();
  await choose("About Strip…");
  const about = screen.getByRole("dialog", { name: "Strip" });
  expect(about.textContent).toContain("Version 1.2.3, by Example.");
  fireEvent(about, new Event("cancel"));
  expect(screen.queryByRole("dialog", { name: "Strip" })).toBeNull();
});

describe("a state as text", () => {
  it("is read with and without quotes, and past what is no value", () => {
    const text = 'name = "Warm"\n[values]\n\ngain = "1.5 dB" # loud\n  mix=30 % # dry\r\nnonsense';
    expect([...valuesInText(text)]).toEqual([
      ["name", "Warm"],
      ["gain", "1.5 dB"],
      ["mix", "30 %"],
    ]);
  });

  it("has the values of now, not those of the last load", () => {
    const { client, plugin } = show();
    act(() => plugin.tell("parameterChanged", { id: "gain", value: 0.5 }));
    act(() => plugin.answer("formatParameter", { text: "0.0 dB" }));
    const info = client.pluginInfo.read();
    expect(info && stateText(info, client.parameters)).toContain('gain = "0.0 dB"');
  });
});

describe("what the user has to know", () => {
  it("is that page and plugin speak different versions of the protocol", () => {
    show({ protocol: 2 });
    expect(screen.getByRole("alert").textContent).toContain(
      "The page speaks version 1 of the protocol, the plugin version 2.",
    );
  });

  it("is that the parameters could not be loaded, with another attempt", async () => {
    const { plugin } = pageOf(<PluginPage title="Strip" />);
    act(() => plugin.refuse("getAllParameters"));
    expect(screen.getByRole("alert").textContent).toContain(
      "The parameters could not be loaded: getAllParameters is refused.",
    );
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    act(() => plugin.answer("getAllParameters", { parameters: [GAIN] }));
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("is that the presets could not be loaded", async () => {
    const { plugin } = show();
    act(() => plugin.answer("getPreset", { preset: null, modified: false }));
    act(() => plugin.answer("getHistory", { can_undo: false, can_redo: false }));
    act(() => plugin.refuse("listPresets"));
    await userEvent.click(screen.getByRole("button", { name: /Presets/ }));
    expect(screen.getByRole("alert").textContent).toContain("The presets could not be loaded");
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    act(() => plugin.answer("listPresets", { presets: [] }));
    expect(screen.queryByRole("alert")).toBeNull();
    expect(screen.getByText("There are no presets yet.")).toBeDefined();
  });
});
