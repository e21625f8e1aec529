import "./dom.ts";
import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Knob, ParameterControl, PluginPage } from "../src/index.ts";
import { pageOf } from "./page-of-plugin.tsx";
import { BYPASS, CHARACTER, GAIN, useRecordedControl } from "./recorded-control.ts";

const PAGE = (
  <PluginPage title="Strip">
    <ParameterControl id="gain" />
    <ParameterControl id="character" />
    <ParameterControl id="bypass" />
  </PluginPage>
);

function show(info: Parameters<ReturnType<typeof pageOf>["load"]>[1] = {}) {
  const page = pageOf(PAGE);
  page.load([GAIN, CHARACTER, BYPASS], info);
  return { ...page, knob: screen.getByRole("slider", { name: "Gain" }) };
}

const lines = () => screen.getAllByRole("menuitem").map((line) => line.textContent);
const rightClick = (element: Element) =>
  fireEvent.contextMenu(element, { button: 2, clientX: 40, clientY: 50 });
const choose = (name: RegExp | string) => act(() => screen.getByRole("menuitem", { name }).click());

/** What the page has of the system's clipboard. */
const giveClipboard = (clipboard: object | undefined) =>
  Object.defineProperty(navigator, "clipboard", { value: clipboard, configurable: true });

beforeEach(() => void giveClipboard(undefined));

describe("a control's menu opens", () => {
  it("by the right button, on a knob, its value, a selector, a switch", () => {
    const { knob } = show();
    for (const [element, name] of [
      [knob, "Gain"],
      [screen.getByText("0.0 dB"), "Gain"],
      [screen.getByRole("radio", { name: "Tube" }), "Character"],
      [screen.getByRole("switch"), "Bypass"],
    ] as const) {
      expect(rightClick(element)).toBe(false);
      expect(screen.getByRole("menu", { name })).toBeDefined();
    }
  });

  it.each([{ key: "ContextMenu" }, { key: "F10", shiftKey: true }])("by the key %o", async (key) => {
    const { knob } = show();
    act(() => knob.focus());
    fireEvent.keyDown(knob, key);
    const menu = screen.getByRole("menu", { name: "Gain" });
    const { left } = menu.style;
    // As WebKit does after the key.
    expect(rightClick(knob)).toBe(false);
    expect(menu.style.left).toBe(left);
    await userEvent.keyboard("{Escape}");
    expect(screen.queryByRole("menu")).toBeNull();
    expect(document.activeElement).toBe(knob);
  });

  it("by a finger that rests, which ends its drag, and not by one that moves", () => {
    vi.useFakeTimers();
    const { knob, plugin } = show();
    const finger = { pointerId: 3, pointerType: "touch", button: 0 };
    fireEvent.pointerDown(knob, { ...finger, clientX: 10, clientY: 10 });
    fireEvent.pointerMove(knob, { ...finger, clientX: 10, clientY: 30 });
    act(() => void vi.advanceTimersByTime(600));
    expect(screen.queryByRole("menu")).toBeNull();
    fireEvent.pointerUp(knob, finger);

    fireEvent.pointerDown(knob, { ...finger, clientX: 10, clientY: 10 });
    fireEvent.pointerMove(knob, { ...finger, clientX: 12, clientY: 11 });
    act(() => void vi.advanceTimersByTime(499));
    expect(screen.queryByRole("menu")).toBeNull();
    act(() => void vi.advanceTimersByTime(1));
    expect(screen.getByRole("menu", { name: "Gain" })).toBeDefined();
    expect(plugin.log("beginGesture", "endGesture")).toEqual([
      "beginGesture",
      "endGesture",
      "beginGesture",
      "endGesture",
    ]);
  });

  it("nowhere else, and not on a disabled control", () => {
    const page = pageOf(
      <PluginPage title="Strip">
        <ParameterControl id="gain" disabled />
        <input aria-label="Notes" />
      </PluginPage>,
    );
    page.load([GAIN]);
    rightClick(screen.getByRole("slider"));
    expect(rightClick(screen.getByLabelText("Notes"))).toBe(true);
    expect(rightClick(screen.getByRole("heading"))).toBe(true);
    expect(screen.queryByRole("menu")).toBeNull();
  });
});

describe("a control's menu", () => {
  it("types a value, in a field in its place", async () => {
    const { knob, plugin } = show();
    rightClick(knob);
    choose("Type a value…");
    const field = screen.getByRole("textbox", { name: "Value of Gain" });
    expect(document.activeElement).toBe(field);
    await userEvent.type(field, "12{Enter}");
    await act(async () => plugin.answer("parseParameter", { value: 0.75 }));
    await act(async () => plugin.answer("setParameter", {}));
    await waitFor(() => expect(screen.queryByRole("textbox")).toBeNull());
    expect(plugin.log("setParameter")).toEqual(["setParameter 0.75"]);
    expect(document.activeElement).toBe(knob);
  });

  it("goes back to the default, and says which that is", () => {
    const { knob, plugin } = show();
    rightClick(knob);
    act(() => plugin.answer("formatParameter", { text: "0.0 dB" }));
    expect(lines()).toEqual(["Type a value…", "Reset to default0.0 dB", "Copy value0.0 dB", "Paste value"]);
    choose(/Reset/);
    expect(plugin.log("beginGesture", "setParameter", "endGesture")).toEqual([
      "beginGesture",
      "setParameter 0.5",
      "endGesture",
    ]);
  });

  it("does to a control what the control does, not to its parameter past it", async () => {
    const recording: (string | number)[] = [];
    function Wrapped() {
      return <Knob control={useRecordedControl(GAIN, recording)} />;
    }
    const page = pageOf(
      <PluginPage title="Strip">
        <Wrapped />
      </PluginPage>,
    );
    page.load([GAIN]);
    rightClick(screen.getByRole("slider"));
    choose(/Reset/);
    expect(recording).toEqual(["reset"]);
  });

  it("copies and pastes without the system's clipboard", async () => {
    const { knob, asked } = show();
    rightClick(knob);
    choose(/Copy/);
    rightClick(knob);
    choose("Paste value");
    await waitFor(() =>
      expect(asked("parseParameter")).toEqual([{ id: "gain", text: "0.0 dB", clamp: true }]),
    );
  });

  it("pastes what the system's clipboard has, and asks again when it is no value", async () => {
    giveClipboard({ readText: async () => " loud\n" });
    const { knob, plugin } = show();
    rightClick(knob);
    choose("Paste value");
    await waitFor(() => expect(plugin.open("parseParameter")).toHaveLength(1));
    await act(async () => plugin.refuse("parseParameter"));
    expect(await screen.findByRole("alert")).toHaveProperty(
      "textContent",
      "Gain cannot be “loud”. Type another value, or press Escape to keep 0.0 dB.",
    );
  });

  it("has nothing of controllers and of the host where neither is", () => {
    rightClick(show().knob);
    expect(lines()).toHaveLength(4);
  });

  it("gives axe nothing to complain of", async () => {
    rightClick(show({ host_menu: true }).knob);
    const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
    expect(violations).toEqual([]);
  });
});

describe("the host's menu", () => {
  it("opens at the place of the click", () => {
    const { knob, asked } = show({ host_menu: true });
    rightClick(knob);
    choose("Host’s menu");
    expect(asked("openHostMenu")).toEqual([{ id: "gain", x: 40, y: 50 }]);
  });

  it("is not offered again by a host that does not know the question", async () => {
    const { knob, plugin } = show({ host_menu: true });
    rightClick(knob);
    choose("Host’s menu");
    await act(async () => plugin.refuse("openHostMenu", -32601));
    rightClick(knob);
    expect(lines()).not.toContain("Host’s menu");
  });
});

describe("MIDI controllers", () => {
  it("are learnt, shown while they are, and stopped by Escape", () => {
    const { knob, plugin, tie, asked } = show({ controllers: true });
    tie();
    rightClick(knob);
    choose("Learn MIDI controller");
    expect(asked("learnController")).toEqual([{ id: "gain" }]);
    act(() => plugin.tell("controllersChanged", { learning: "gain", controllers: [] }));
    expect(knob.dataset.learning).toBe("true");
    expect(
      screen.getByText("Move a MIDI controller to tie it to Gain. Escape stops.", { selector: "[role]" }),
    );
    fireEvent.keyDown(document.body, { key: "Escape" });
    expect(plugin.log("stopLearning")).toHaveLength(1);
    act(() => plugin.tell("controllersChanged", { learning: null, controllers: [] }));
    expect(knob.dataset.learning).toBeUndefined();
  });

  it("are forgotten", () => {
    const { knob, tie, asked } = show({ controllers: true });
    tie({ controllers: [{ id: "gain", channel: 1, controller: 74 }] });
    rightClick(knob);
    choose("Forget controller 74");
    expect(asked("forgetController")).toEqual([{ id: "gain" }]);
  });

  it("have no lines where a host says that it has them, and does not know the question", () => {
    const { knob, plugin } = show({ controllers: true });
    act(() => plugin.refuse("getControllers", -32601));
    rightClick(knob);
    expect(lines()).toHaveLength(4);
  });
});

it("a control without a page around it has no menu", () => {
  function Alone() {
    return <Knob control={useRecordedControl(GAIN, [])} />;
  }
  render(<Alone />);
  rightClick(screen.getByRole("slider"));
  expect(screen.queryByRole("menu")).toBeNull();
});
