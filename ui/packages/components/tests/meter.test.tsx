import "./dom.ts";
import { act, render, screen } from "@testing-library/react";
import { type MeterInfo, type MeterUpdate, WavecraftClient } from "@wavecraft/core";
import { WavecraftProvider } from "@wavecraft/core/react";
import { Profiler } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakePlugin } from "../../core/tests/fake-plugin.ts";
import { Meter, type MeterProps } from "../src/index.ts";

const REDUCTION: MeterInfo = {
  id: "gr",
  name: "Reduction",
  kind: "gainReduction",
  channels: 1,
  unit: "dB",
  min: -24,
  max: 0,
};
const DRIVE: MeterInfo = {
  id: "drive",
  name: "Drive",
  kind: "level",
  channels: 2,
  unit: "dB",
  min: -60,
  max: 6,
};
const PHASE: MeterInfo = { id: "phase", name: "Phase", kind: "value", channels: 1, min: 0, max: 1 };

let plugin: FakePlugin;
let time_us = 0;
beforeEach(() => {
  vi.useFakeTimers({
    toFake: [
      "requestAnimationFrame",
      "cancelAnimationFrame",
      "performance",
      "setTimeout",
      "clearTimeout",
      "Date",
    ],
  });
  plugin = FakePlugin.automatic();
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => act(() => void vi.advanceTimersByTime(ms));

function tell(values: MeterUpdate["values"]) {
  time_us += 16_667;
  const silence = { left_peak: 0, left_rms: 0, right_peak: 0, right_rms: 0 };
  const before = { input_left_peak: 0, input_left_rms: 0, input_right_peak: 0, input_right_rms: 0 };
  act(() => plugin.tell("meterUpdate", { timestamp_us: time_us, ...silence, ...before, values }));
}

function show(props: MeterProps, meters = [REDUCTION, DRIVE, PHASE]) {
  const client = new WavecraftClient({ transport: plugin });
  let renders = 0;
  const view = render(
    <WavecraftProvider client={client}>
      <Profiler id="meter" onRender={() => (renders += 1)}>
        <Meter {...props} />
      </Profiler>
    </WavecraftProvider>,
  );
  const answer = {
    name: "Gain",
    vendor: "W",
    version: "1.0.0",
    protocol: 1,
    host: "plugin",
    meters,
    signals: [],
    midi_input: false,
    host_menu: false,
    controllers: false,
  } as const;
  act(() => plugin.answer("getInfo", { ...answer, meters: [...meters], signals: [] }));
  pass(20);
  return { ...view, renders: () => renders };
}

const meter = (name: string) => screen.getByRole("meter", { name });
const readout = () => document.querySelector(".wc-meter-readout")?.textContent;

test("gain reduction has its name, its range, and the deepest of late in numbers", () => {
  show({ id: "gr" });
  expect(meter("Reduction").getAttribute("aria-valuemin")).toBe("-24");
  expect(meter("Reduction").getAttribute("aria-valuemax")).toBe("0");
  pass(600);
  tell({ gr: [-9.5] });
  pass(20);
  for (let frame = 0; frame < 40; frame += 1) {
    tell({ gr: [-3] });
    pass(16);
  }
  expect(meter("Reduction").getAttribute("aria-valuetext")).toBe("\u22123.0 dB");
  expect(meter("Reduction").getAttribute("aria-valuenow")).toBe("-3");
  expect(readout()).toBe("\u22129.5 dB");
  for (let frame = 0; frame < 120; frame += 1) {
    tell({ gr: [-3] });
    pass(16);
  }
  expect(readout()).toBe("\u22123.0 dB");
});

test("levels have a bar for each channel, in decibels of their linear values", () => {
  show({ id: "drive", label: "Into the drive" });
  pass(600);
  tell({ drive: [0.5, 0.25] });
  pass(20);
  expect(meter("Into the drive").getAttribute("aria-valuetext")).toBe("\u22126.0 dB, \u221212.0 dB");
  expect(readout()).toBe("\u22126.0 dB");
});

test("an update without the meter leaves it as it is, and without any it is said to be nothing", () => {
  show({ id: "phase" });
  pass(600);
  tell({ phase: [0.25] });
  tell({});
  pass(20);
  expect(meter("Phase").getAttribute("aria-valuetext")).toBe("0.25");
  pass(1_000);
  expect(meter("Phase").getAttribute("aria-valuetext")).toBe("nothing measured");
  expect(readout()).toBe("–");
});

test("values render nothing, and a meter that shows what it is told asks for no frame", () => {
  const { renders } = show({ id: "gr" });
  const before = renders();
  for (let frame = 0; frame < 30; frame += 1) {
    tell({ gr: [-frame / 4] });
    pass(16);
  }
  expect(renders()).toBe(before);
  // The number is written last.
  pass(300);
  const frames = vi.spyOn(globalThis, "requestAnimationFrame");
  tell({ gr: [-29 / 4] });
  tell({ gr: [-29 / 4] });
  expect(frames).not.toHaveBeenCalled();
});

test("scale and numbers may be left out", () => {
  show({ id: "gr", scale: false, readout: false });
  expect(document.querySelector(".wc-meter-scale")).toBeNull();
  expect(readout()).toBeUndefined();
});

test("a meter that the plugin does not have is a sentence", () => {
  show({ id: "typo" });
  expect(screen.getByRole("alert").textContent).toBe("The plugin has no meter `typo`.");
});

test("another build's meter takes its place", () => {
  show({ id: "gr" }, [PHASE]);
  expect(screen.getByRole("alert")).toBeTruthy();
  act(() => plugin.tell("parametersChanged", {}));
  act(() =>
    plugin.answer("getInfo", {
      name: "Gain",
      vendor: "W",
      version: "1.0.1",
      protocol: 1,
      host: "devServer",
      meters: [REDUCTION],
      signals: [],
      midi_input: false,
      host_menu: false,
      controllers: false,
    }),
  );
  expect(meter("Reduction")).toBeTruthy();
});
