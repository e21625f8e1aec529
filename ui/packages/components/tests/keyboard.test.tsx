import "./dom.ts";
import { act, fireEvent, render, screen } from "@testing-library/react";
import { type PluginInfo, WavecraftClient } from "@wavecraft/core";
import { WavecraftProvider } from "@wavecraft/core/react";
import axe from "axe-core";
import { describe, expect, it, vi } from "vitest";
import { FakePlugin } from "../../core/tests/fake-plugin.ts";
import { Keyboard, type KeyboardProps } from "../src/index.ts";

const SYNTH: PluginInfo = {
  ...{ name: "Synth", vendor: "W", version: "1.0.0", protocol: 1, host: "plugin" },
  meters: [],
  signals: [],
  midi_input: true,
  host_menu: false,
  controllers: false,
};

/** An octave of eight white keys, each 10 pixels wide, 100 pixels high. */
function show(props: KeyboardProps = { firstNote: 60, lastNote: 72 }, info = SYNTH) {
  const plugin = FakePlugin.automatic();
  const client = new WavecraftClient({ transport: plugin });
  vi.spyOn(Element.prototype, "getBoundingClientRect").mockReturnValue(new DOMRect(0, 0, 80, 100));
  const view = render(
    <WavecraftProvider client={client}>
      <Keyboard {...props} />
      <input aria-label="Name" />
      <select aria-label="Bank">
        <option>Factory</option>
      </select>
    </WavecraftProvider>,
  );
  act(() => plugin.answer("getInfo", info));
  let seen = 0;
  /** What was played since the last time. */
  const played = () => {
    const notes = plugin.sent.filter(({ method }) => method === "noteOn" || method === "noteOff");
    const news = notes.slice(seen).map(({ method, params }) => `${method.slice(4)} ${params.note}`);
    seen = notes.length;
    return news;
  };
  return { plugin, client, played, ...view };
}

const keyboard = () => screen.getByRole("group", { name: "Keyboard" });
const key = (name: string) => screen.getByRole("button", { name });
const held = () => screen.queryAllByRole("button", { pressed: true }).map((each) => each.dataset.note);

function pointer(
  type: "Down" | "Move" | "Up" | "Cancel",
  x: number,
  y = 90,
  more: PointerEventInit & { pointerId?: number } = {},
) {
  const init = { pointerId: 1, clientX: x, clientY: y, button: 0, buttons: 1, pointerType: "mouse", ...more };
  fireEvent[`pointer${type}`](keyboard(), init);
}

const down = (code: string, more: KeyboardEventInit = {}, on: Element | Window = window) =>
  fireEvent.keyDown(on, { code, ...more });
const up = (code: string) => fireEvent.keyUp(window, { code });

describe("a pointer", () => {
  it("plays the key under it, harder further down, until it is up", () => {
    const { plugin, played } = show();
    pointer("Down", 5, 100);
    expect(plugin.open("noteOn")[0]?.params).toEqual({ note: 60, velocity: 1, channel: 0 });
    expect(held()).toEqual(["60"]);
    pointer("Up", 5);
    pointer("Down", 75, 10);
    expect(plugin.open("noteOn")[1]?.params.velocity).toBeLessThan(0.4);
    pointer("Up", 75);
    expect(played()).toEqual(["On 60", "Off 60", "On 72", "Off 72"]);
    expect(held()).toEqual([]);
  });

  it("glides over the keys, and ends beside them", () => {
    const { played } = show();
    pointer("Down", 5);
    pointer("Move", 7);
    pointer("Move", 10, 10);
    pointer("Move", 15);
    pointer("Move", 15, 130);
    expect(played()).toEqual(["On 60", "Off 60", "On 61", "Off 61", "On 62", "Off 62"]);
    pointer("Move", 25);
    pointer("Up", 25);
    pointer("Move", 35);
    expect(played()).toEqual(["On 64", "Off 64"]);
  });

  it("is one of many: each finger plays, and a key with two is up with the last", () => {
    const { played } = show();
    const finger = (pointerId: number) => ({ pointerId, pointerType: "touch" });
    pointer("Down", 5, 90, finger(1));
    pointer("Down", 25, 90, finger(2));
    pointer("Down", 5, 50, finger(3));
    pointer("Up", 5, 90, finger(1));
    expect(played()).toEqual(["On 60", "On 64"]);
    pointer("Up", 5, 50, finger(3));
    pointer("Cancel", 25, 90, finger(2));
    expect(played()).toEqual(["Off 60", "Off 64"]);
  });

  it("leaves nothing hanging that is lost, wherever it went up", () => {
    const { played } = show();
    pointer("Down", 5);
    fireEvent.lostPointerCapture(keyboard(), { pointerId: 1 });
    expect(played()).toEqual(["On 60", "Off 60"]);
    pointer("Down", 5);
    pointer("Move", 5, 90, { buttons: 0 });
    expect(played()).toEqual(["On 60", "Off 60"]);
    pointer("Down", 5, 90, { button: 2 });
    expect(played()).toEqual([]);
  });
});

describe("what is held", () => {
  it.each([
    ["the window loses the focus", () => fireEvent.blur(window)],
    [
      "the page is hidden",
      () => {
        vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
        fireEvent(document, new Event("visibilitychange"));
      },
    ],
  ])("ends when %s, and comes back by itself no more", (_, leave) => {
    const { played } = show();
    pointer("Down", 5);
    down("KeyD");
    act(() => void leave());
    expect(played()).toEqual(["On 60", "On 64", "Off 60", "Off 64"]);
    pointer("Move", 15);
    down("KeyD", { repeat: true });
    up("KeyD");
    expect(played()).toEqual([]);
    expect(held()).toEqual([]);
  });

  it("ends when the keyboard goes away", () => {
    const { client, played, rerender } = show();
    pointer("Down", 5);
    down("KeyD");
    rerender(<WavecraftProvider client={client}>nothing</WavecraftProvider>);
    expect(played()).toEqual(["On 60", "On 64", "Off 60", "Off 64"]);
  });

  it("is nothing without a connection, and the keys wait for it", () => {
    const { plugin, played } = show();
    pointer("Down", 5);
    act(() => plugin.drop());
    expect(held()).toEqual([]);
    expect(keyboard().getAttribute("aria-disabled")).toBe("true");
    pointer("Move", 15);
    pointer("Up", 15);
    down("KeyA");
    expect(played()).toEqual(["On 60"]);
    act(() => plugin.connect());
    pointer("Down", 15);
    expect(played()).toEqual(["On 62"]);
  });
});

describe("the computer's keys", () => {
  it("play by where they lie, once for each press", () => {
    const { played } = show();
    down("KeyA", { key: "q" });
    down("KeyA", { key: "q", repeat: true });
    down("KeyW");
    up("KeyA");
    up("KeyW");
    down("KeyK");
    up("KeyK");
    expect(played()).toEqual(["On 60", "On 61", "Off 60", "Off 61", "On 72", "Off 72"]);
  });

  it("move by octaves within the keyboard, and a key that is down ends where it began", () => {
    const { played } = show({ firstNote: 48, lastNote: 84 });
    down("KeyA");
    down("KeyX");
    up("KeyA");
    down("KeyA");
    up("KeyA");
    expect(played()).toEqual(["On 60", "Off 60", "On 72", "Off 72"]);
    down("KeyX");
    for (let press = 0; press < 5; press += 1) down("KeyZ");
    down("KeyA");
    expect(played()).toEqual(["On 48"]);
  });

  it("are the field's own where letters are typed, and an input method's", () => {
    const { played } = show();
    down("KeyA", {}, screen.getByLabelText("Name"));
    down("KeyA", {}, screen.getByLabelText("Bank"));
    down("KeyA", { isComposing: true });
    down("KeyA", { keyCode: 229 });
    down("KeyA", { ctrlKey: true });
    down("KeyZ", { metaKey: true });
    expect(played()).toEqual([]);
  });

  it("go up with a command, as its keys tell of no end", () => {
    const { played } = show();
    down("KeyA");
    down("MetaLeft", { metaKey: true });
    expect(played()).toEqual(["On 60", "Off 60"]);
  });

  it("are kept from whoever else would take them, and those that play nothing are not", () => {
    show();
    expect(down("KeyA")).toBe(false);
    expect(down("KeyA", { repeat: true })).toBe(false);
    expect(down("KeyQ")).toBe(true);
    expect(down("Space")).toBe(true);
  });

  it("show their octave while the page has the keyboard", () => {
    const { container } = show({ firstNote: 48, lastNote: 84 });
    const marked = () =>
      [...container.querySelectorAll<HTMLElement>('[data-computer="true"]')].map((each) => each.dataset.note);
    expect(marked()).toEqual(Array.from({ length: 12 }, (_, index) => String(60 + index)));
    vi.mocked(document.hasFocus).mockReturnValue(false);
    act(() => void fireEvent.blur(window));
    expect(marked()).toEqual([]);
    vi.mocked(document.hasFocus).mockReturnValue(true);
    act(() => void fireEvent.focus(window));
    down("KeyZ");
    expect(marked()[0]).toBe("48");
  });

  it("play nothing where the page says so", () => {
    const { played } = show({ firstNote: 60, lastNote: 72, computerKeys: false });
    expect(down("KeyA")).toBe(true);
    expect(played()).toEqual([]);
  });
});

describe("the focus", () => {
  it("goes from key to key by the arrows, and plays by Space and Enter", () => {
    const { played } = show();
    expect(screen.getAllByRole("button").filter((each) => each.tabIndex === 0)).toEqual([key("C 4")]);
    act(() => key("C 4").focus());
    const press = (name: string) => fireEvent.keyDown(document.activeElement ?? window, { key: name });
    press("ArrowRight");
    expect(document.activeElement).toBe(key("C sharp 4"));
    press("End");
    press("ArrowRight");
    press("ArrowDown");
    expect(document.activeElement).toBe(key("C 4"));
    press(" ");
    fireEvent.keyDown(key("C 4"), { key: " ", repeat: true });
    fireEvent.keyUp(key("C 4"), { key: " " });
    press("Enter");
    press("ArrowRight");
    expect(played()).toEqual(["On 60", "Off 60", "On 60", "Off 60"]);
  });

  it("taps a key for a screen reader", () => {
    vi.useFakeTimers();
    const { played } = show();
    fireEvent.click(key("D 4"), { detail: 0 });
    expect(played()).toEqual(["On 62"]);
    act(() => void vi.advanceTimersByTime(300));
    expect(played()).toEqual(["Off 62"]);
  });
});

it("plays on another channel", () => {
  const { plugin } = show({ firstNote: 60, lastNote: 72, channel: 9 });
  pointer("Down", 5);
  pointer("Up", 5);
  expect(plugin.open("noteOn")[0]?.params.channel).toBe(9);
  expect(plugin.sent.at(-1)?.params.channel).toBe(9);
});

it("says so where the plugin takes no notes", () => {
  show({}, { ...SYNTH, midi_input: false, host_menu: false });
  expect(screen.getByRole("alert").textContent).toContain("takes no notes");
});

it("is accessible", async () => {
  const { container } = show();
  pointer("Down", 5);
  const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
  expect(violations).toEqual([]);
});
