import "./dom.ts";
import { act, render, screen } from "@testing-library/react";
import { type SignalInfo, WavecraftClient } from "@wavecraft/core";
import { WavecraftProvider } from "@wavecraft/core/react";
import { Profiler, type ReactNode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakePlugin } from "../../core/tests/fake-plugin.ts";
import { Scope, Spectrum } from "../src/index.ts";

const BEFORE: SignalInfo = {
  id: "before",
  name: "Before",
  kind: "spectrum",
  channels: 1,
  min_hz: 20,
  max_hz: 20_000,
};
const SWING: SignalInfo = { id: "swing", name: "Swing", kind: "waveform", channels: 2, duration_ms: 20 };

/** A canvas of 100 by 50 pixels that notes where paths go. */
const points: [number, number][] = [];
let isPathOpen = false;
const context = {
  setTransform() {},
  clearRect: () => points.splice(0),
  fillRect() {},
  beginPath: () => (isPathOpen = true),
  lineTo: (x: number, y: number) => isPathOpen && points.push([x, y]),
  closePath: () => (isPathOpen = false),
  stroke() {},
  fill() {},
};

/** Tells at once that the picture has a size. */
class SizedObserver implements ResizeObserver {
  readonly #callback: ResizeObserverCallback;

  constructor(callback: ResizeObserverCallback) {
    this.#callback = callback;
  }

  observe(): void {
    this.#callback([{ contentRect: { width: 100, height: 50 } } as ResizeObserverEntry], this);
  }

  unobserve(): void {}
  disconnect(): void {}
}

let plugin: FakePlugin;
let hidden = false;
beforeEach(() => {
  vi.useFakeTimers({
    toFake: ["requestAnimationFrame", "cancelAnimationFrame", "performance", "setTimeout", "clearTimeout"],
  });
  plugin = FakePlugin.automatic();
  hidden = false;
  vi.spyOn(document, "visibilityState", "get").mockImplementation(() => (hidden ? "hidden" : "visible"));
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(context as never);
  vi.stubGlobal("ResizeObserver", SizedObserver);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const pass = (ms: number) => act(() => void vi.advanceTimersByTime(ms));

function show(children: ReactNode, signals = [BEFORE, SWING]) {
  const client = new WavecraftClient({ transport: plugin });
  let renders = 0;
  const page = (shown: ReactNode) => (
    <WavecraftProvider client={client}>
      <Profiler id="signal" onRender={() => (renders += 1)}>
        {shown}
      </Profiler>
    </WavecraftProvider>
  );
  const view = render(page(children));
  const answer = { name: "Gain", vendor: "W", version: "1.0.0", protocol: 1, host: "plugin" } as const;
  act(() =>
    plugin.answer("getInfo", {
      ...answer,
      meters: [],
      signals,
      midi_input: false,
      host_menu: false,
      controllers: false,
    }),
  );
  pass(20);
  return { leave: () => view.rerender(page(null)), renders: () => renders };
}

const tell = (id: string, values: number[]) =>
  act(() => plugin.tell("signalUpdate", { id, timestamp_us: 1, values }));

const asked = () =>
  plugin.sent
    .filter(({ method }) => method.endsWith("Signal"))
    .map(({ method, params }) => [method, params.id, params.resolution].filter(Boolean).join(" "));

test("a spectrum is asked for, drawn at its frequencies and levels, and given up with its component", () => {
  const { leave } = show(<Spectrum id="before" resolution={16} scale={false} />);
  expect(asked()).toEqual(["subscribeSignal before 16"]);
  expect(screen.getByRole("img", { name: "Before" })).toBeTruthy();
  // 0 dB is the top and -90 dB the bottom; what is below lies right below.
  tell("before", [-9, -45, -120]);
  pass(20);
  expect(points.slice(0, 3).map(([x, y]) => [Math.round(x), Math.round(y)])).toEqual([
    [0, 5],
    [50, 25],
    [100, 52],
  ]);
  leave();
  expect(asked()).toEqual(["subscribeSignal before 16", "unsubscribeSignal before"]);
});

test("a scope of two channels has the left above the right", () => {
  show(<Scope id="swing" label="Out" />);
  expect(screen.getByRole("img", { name: "Out" })).toBeTruthy();
  tell("swing", [0, 1, 0, 1, -1, 0, -1, 0]);
  pass(20);
  expect(points.map(([, y]) => y)).toEqual([0, 0, 12.5, 12.5, 37.5, 37.5, 50, 50]);
});

test("values render nothing, and draw once in a frame", () => {
  const { renders } = show(<Spectrum id="before" />);
  const before = renders();
  const frames = vi.spyOn(globalThis, "requestAnimationFrame");
  for (let update = 0; update < 30; update += 1) {
    tell("before", [-update, -update]);
    tell("before", [-update - 1, -update]);
    pass(33);
  }
  expect(renders()).toBe(before);
  expect(frames).toHaveBeenCalledTimes(30);
});

test("a page that nobody sees asks for nothing and shows nothing", () => {
  show(<Spectrum id="before" resolution={16} />);
  tell("before", [-6, -6]);
  pass(20);
  expect(points.length).toBeGreaterThan(0);
  hidden = true;
  act(() => void document.dispatchEvent(new Event("visibilitychange")));
  pass(20);
  expect(asked()).toEqual(["subscribeSignal before 16", "unsubscribeSignal before"]);
  expect(points).toEqual([]);
  hidden = false;
  act(() => void document.dispatchEvent(new Event("visibilitychange")));
  expect(asked().at(-1)).toBe("subscribeSignal before 16");
});

test("who wants less motion gets two pictures a second, and the last one", () => {
  const plain = window.matchMedia;
  vi.spyOn(window, "matchMedia").mockImplementation((query) =>
    Object.assign(plain(query), { matches: query.includes("reduced-motion") }),
  );
  show(<Spectrum id="before" />);
  const frames = vi.spyOn(globalThis, "requestAnimationFrame");
  for (let update = 0; update < 30; update += 1) {
    tell("before", [-update, -update]);
    pass(33);
  }
  pass(600);
  expect(frames).toHaveBeenCalledTimes(3);
  expect(points[0]?.[1]).toBeCloseTo((29 / 90) * 50);
});

test("a signal that the plugin does not have, or not of this kind, is a sentence", () => {
  show(
    <>
      <Spectrum id="typo" />
      <Scope id="before" />
    </>,
  );
  expect(screen.getAllByRole("alert").map((alert) => alert.textContent)).toEqual([
    "The plugin has no signal `typo`.",
    "The plugin's signal `before` is a spectrum.",
  ]);
});
