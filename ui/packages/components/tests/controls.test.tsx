import "./dom.ts";
import { act, fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ParameterInfo } from "@wavecraft/core";
import { beforeEach, describe, expect, test, vi } from "vitest";
import {
  SegmentedSelector,
  type SegmentedSelectorProps,
  Slider,
  type SliderProps,
  Switch,
  type SwitchProps,
} from "../src/index.ts";
import { BYPASS, CHARACTER, GAIN, type Recording, useRecordedControl } from "./recorded-control.ts";

let recording: Recording;
beforeEach(() => {
  recording = [];
});

function RecordedSlider(props: Omit<SliderProps, "control">) {
  return <Slider control={useRecordedControl(GAIN, recording)} {...props} />;
}

function RecordedSwitch(props: Omit<SwitchProps, "control">) {
  return <Switch control={useRecordedControl(BYPASS, recording)} {...props} />;
}

function RecordedSelector({
  info = CHARACTER,
  ...props
}: Omit<SegmentedSelectorProps, "control"> & { info?: ParameterInfo }) {
  return <SegmentedSelector control={useRecordedControl(info, recording)} {...props} />;
}

describe("Slider", () => {
  const drag = (slider: Element, deltaX: number, deltaY: number) => {
    fireEvent.pointerDown(slider, { pointerId: 1, button: 0, clientX: 50, clientY: 50 });
    fireEvent.pointerMove(slider, { pointerId: 1, clientX: 50 + deltaX, clientY: 50 + deltaY });
    fireEvent.pointerUp(slider, { pointerId: 1 });
  };

  test.each([
    ["horizontal", [20, 0]],
    ["vertical", [0, -20]],
  ] as const)("a %s one follows the pointer along its rail", (orientation, [deltaX, deltaY]) => {
    render(<RecordedSlider orientation={orientation} />);
    const slider = screen.getByRole("slider", { name: "Gain" });
    const rail = slider.querySelector(".wc-slider-rail");
    Object.assign(rail ?? {}, { getBoundingClientRect: () => new DOMRect(0, 0, 200, 200) });
    drag(slider, deltaX, deltaY);
    expect(recording).toEqual(["begin", 0.6, "end"]);
    expect(slider.getAttribute("aria-orientation")).toBe(orientation);
  });

  test("a horizontal one does not care for movements across", () => {
    render(<RecordedSlider />);
    drag(screen.getByRole("slider"), 0, -40);
    expect(recording).toEqual(["begin", "end"]);
  });

  test("it has the keys of a knob", () => {
    render(<RecordedSlider />);
    fireEvent.keyDown(screen.getByRole("slider"), { key: "End" });
    fireEvent.keyUp(screen.getByRole("slider"), { key: "End" });
    expect(recording).toEqual(["begin", 1, "end"]);
  });
});

describe("Switch", () => {
  test("a click turns it on, another one off", async () => {
    render(<RecordedSwitch />);
    const control = screen.getByRole("switch", { name: "Bypass" });
    expect(control.getAttribute("aria-checked")).toBe("false");
    await userEvent.click(control);
    expect(control.getAttribute("aria-checked")).toBe("true");
    await userEvent.click(control);
    expect(recording).toEqual([1, 0]);
  });

  test("so does the space bar", async () => {
    render(<RecordedSwitch label="Listen" />);
    await userEvent.tab();
    expect(document.activeElement).toBe(screen.getByRole("switch", { name: "Listen" }));
    await userEvent.keyboard(" ");
    expect(recording).toEqual([1]);
  });

  test("disabled, it stays as it is", async () => {
    render(<RecordedSwitch disabled />);
    await userEvent.click(screen.getByRole("switch"));
    expect(recording).toEqual([]);
  });
});

describe("SegmentedSelector", () => {
  const chosen = () =>
    screen
      .getAllByRole("radio")
      .filter((radio) => radio.getAttribute("aria-checked") === "true")
      .map((radio) => radio.getAttribute("aria-label"));

  test("it is a group of radio buttons, one of them in the tab order", () => {
    render(<RecordedSelector />);
    expect(screen.getByRole("radiogroup", { name: "Character" })).toBeTruthy();
    expect(chosen()).toEqual(["Soft"]);
    expect(screen.getAllByRole("radio").map((radio) => radio.tabIndex)).toEqual([0, -1, -1, -1]);
  });

  test("a click chooses, in one change; a click on what is chosen does nothing", async () => {
    render(<RecordedSelector />);
    await userEvent.click(screen.getByRole("radio", { name: "Tube" }));
    await userEvent.click(screen.getByRole("radio", { name: "Tube" }));
    expect(recording).toEqual([0.666667]);
    expect(chosen()).toEqual(["Tube"]);
  });

  test("arrows choose and carry the focus, round the ends as well", async () => {
    render(<RecordedSelector />);
    await userEvent.tab();
    await userEvent.keyboard("{ArrowRight}");
    expect(document.activeElement).toBe(screen.getByRole("radio", { name: "Tape" }));
    await userEvent.keyboard("{ArrowLeft}{ArrowLeft}{Home}{End}");
    expect(recording).toEqual([0.333333, 0, 1, 0, 1]);
    expect(document.activeElement).toBe(screen.getByRole("radio", { name: "Hard" }));
  });

  test("the wheel goes through them, in one gesture for each turn", () => {
    vi.useFakeTimers();
    render(<RecordedSelector />);
    const group = screen.getByRole("radiogroup");
    fireEvent.wheel(group, { deltaY: -120 });
    fireEvent.wheel(group, { deltaY: -120 });
    act(() => void vi.advanceTimersByTime(300));
    expect(recording).toEqual(["begin", 0.333333, 0.666667, "end"]);
  });

  test("a double click goes back to the default", () => {
    render(<RecordedSelector info={{ ...CHARACTER, value: 1 }} />);
    fireEvent.doubleClick(screen.getByRole("radio", { name: "Hard" }));
    expect(recording).toEqual(["reset"]);
  });

  test("short texts are seen, full ones are heard", () => {
    render(<RecordedSelector shortVariants={["S", "T", "Tb", "H"]} />);
    expect(screen.getByRole("radio", { name: "Tube" }).textContent).toBe("Tb");
  });

  test("disabled, it stays as it is", async () => {
    render(<RecordedSelector disabled />);
    await userEvent.click(screen.getByRole("radio", { name: "Tube" }));
    fireEvent.keyDown(screen.getByRole("radiogroup"), { key: "ArrowRight" });
    fireEvent.wheel(screen.getByRole("radiogroup"), { deltaY: -120 });
    fireEvent.doubleClick(screen.getByRole("radiogroup"));
    expect(recording).toEqual([]);
  });

  test("a parameter with one variant chooses nothing impossible", () => {
    render(<RecordedSelector info={{ ...CHARACTER, variants: ["Only"], steps: 0 }} />);
    expect(chosen()).toEqual(["Only"]);
    fireEvent.keyDown(screen.getByRole("radiogroup"), { key: "ArrowRight" });
    expect(recording).toEqual([]);
  });
});
