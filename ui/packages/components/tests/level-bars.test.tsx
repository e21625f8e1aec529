import "./dom.ts";
import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { MeterUpdate } from "@wavecraft/core";
import { Profiler } from "react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { LevelBars } from "../src/index.ts";

/** A source whose news the test tells. */
class ToldSource {
  newest: MeterUpdate | null = null;
  listeners = new Set<() => void>();
  read = () => this.newest;
  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  tell(update: MeterUpdate | null) {
    this.newest = update;
    for (const listener of this.listeners) {
      listener();
    }
  }
}

let time_us = 0;
function levels(output: number, input = 0): MeterUpdate {
  time_us += 16_667;
  return {
    timestamp_us: time_us,
    left_peak: output,
    left_rms: output / 2,
    right_peak: output / 2,
    right_rms: output / 4,
    input_left_peak: input,
    input_left_rms: input / 2,
    input_right_peak: input,
    input_right_rms: input / 2,
    values: {},
  };
}

let source: ToldSource;
beforeEach(() => {
  vi.useFakeTimers({
    toFake: ["requestAnimationFrame", "cancelAnimationFrame", "performance", "setTimeout", "clearTimeout"],
  });
  source = new ToldSource();
});
afterEach(() => {
  vi.useRealTimers();
});

const meter = () => screen.getByRole("meter", { name: "Output" });
const pass = (ms: number) => act(() => void vi.advanceTimersByTime(ms));
const tell = (update: MeterUpdate | null) => act(() => source.tell(update));

function showMeter() {
  const view = render(<LevelBars source={source} channel="output" label="Output" />);
  pass(20);
  return view;
}

describe("what a screen reader finds", () => {
  test("nothing measured is said to be nothing", () => {
    showMeter();
    expect(meter().getAttribute("aria-valuetext")).toBe("nothing measured");
    expect(meter().getAttribute("aria-valuenow")).toBe("-60");
  });

  test("levels in decibels, the louder channel as the value", () => {
    showMeter();
    pass(600);
    tell(levels(0.5));
    pass(20);
    expect(meter().getAttribute("aria-valuenow")).toBe("-6");
    expect(meter().getAttribute("aria-valuetext")).toBe("left \u22126.0 dB, right \u221212.0 dB");
  });

  test("at most two changes a second, and the last one is not lost", () => {
    showMeter();
    pass(600);
    const changes: (string | null)[] = [];
    const before = Element.prototype.setAttribute;
    vi.spyOn(meter(), "setAttribute").mockImplementation(function spy(this: Element, name, value) {
      if (name === "aria-valuenow") {
        changes.push(value);
      }
      before.call(this, name, value);
    });
    for (let frame = 0; frame < 60; frame += 1) {
      tell(levels(0.1 + frame / 100));
      pass(16);
    }
    expect(changes.length).toBeGreaterThanOrEqual(2);
    expect(changes.length).toBeLessThanOrEqual(3);
    tell(null);
    pass(1000);
    expect(meter().getAttribute("aria-valuetext")).toBe("nothing measured");
  });

  test("the input's levels are the input's", () => {
    render(<LevelBars source={source} channel="input" label="Input" />);
    pass(600);
    tell(levels(1, 0.25));
    pass(20);
    expect(screen.getByRole("meter").getAttribute("aria-valuetext")).toBe(
      "left \u221212.0 dB, right \u221212.0 dB",
    );
  });
});

describe("work", () => {
  test("at rest no animation frame is asked for, whatever silence is told", () => {
    showMeter();
    expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
    pass(600);
    expect(vi.getTimerCount()).toBe(0);
    tell(levels(0));
    pass(600);
    tell(levels(0));
    expect(vi.getTimerCount()).toBe(0);
  });

  test("sound wakes it, and it sleeps again when the last peak has fallen", () => {
    showMeter();
    tell(levels(0.5));
    expect(vi.getTimerCount()).toBeGreaterThan(0);
    pass(8000);
    expect(vi.getTimerCount()).toBe(0);
    expect(meter().getAttribute("aria-valuetext")).toBe("left silent, right silent");
  });

  test("levels do not render anything", () => {
    let renders = 0;
    render(
      <Profiler id="meter" onRender={() => (renders += 1)}>
        <LevelBars source={source} channel="output" label="Output" />
      </Profiler>,
    );
    const before = renders;
    for (let frame = 0; frame < 30; frame += 1) {
      tell(levels(frame / 40));
      pass(16);
    }
    expect(renders).toBe(before);
  });

  test("a meter that goes away listens no more", () => {
    const { unmount } = showMeter();
    tell(levels(0.5));
    unmount();
    expect(source.listeners.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("clip light", () => {
  const lit = () => document.querySelectorAll('.wc-meter-clip [data-lit="true"]').length;

  test("full scale lights it for its channel, and it stays lit until it is clicked", async () => {
    showMeter();
    tell(levels(0.99));
    expect(screen.getByRole("button", { name: "Output has not clipped" })).toBeTruthy();
    tell(levels(1));
    expect(lit()).toBe(1);
    pass(10_000);
    tell(null);
    const light = screen.getByRole("button", { name: "Output has clipped: clear" });
    vi.useRealTimers();
    await userEvent.click(light);
    expect(lit()).toBe(0);
  });

  test("a second channel joins the first", () => {
    showMeter();
    tell(levels(1));
    tell(levels(2.5));
    expect(lit()).toBe(2);
  });
});
