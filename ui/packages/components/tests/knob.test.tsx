import "./dom.ts";
import { act, createEvent, fireEvent, render, screen } from "@testing-library/react";
import type { ParameterInfo } from "@wavecraft/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Knob, type KnobProps, Slider, TravelContext } from "../src/index.ts";
import { arcPath } from "../src/knob/arc.ts";
import { CHARACTER, GAIN, type Recording, useRecordedControl } from "./recorded-control.ts";

let recording: Recording;
beforeEach(() => {
  recording = [];
});

type RecordedKnobProps = Omit<KnobProps, "control"> & { info?: ParameterInfo };

function RecordedKnob({ info = GAIN, ...props }: RecordedKnobProps) {
  return <Knob control={useRecordedControl(info, recording)} {...props} />;
}

function RecordedSlider() {
  return <Slider control={useRecordedControl(GAIN, recording)} />;
}

function showKnob(props: RecordedKnobProps = {}) {
  const view = render(<RecordedKnob {...props} />);
  return { ...view, dial: screen.getByRole("slider") };
}

/** A pointer that moves in whole pixels from (100, 300). */
function pressed(dial: Element) {
  fireEvent.pointerDown(dial, { pointerId: 1, pointerType: "mouse", button: 0, clientX: 100, clientY: 300 });
  return (upPx: number, init: object = {}) =>
    fireEvent.pointerMove(dial, { pointerId: 1, clientX: 100, clientY: 300 - upPx, ...init });
}

describe("what a screen reader finds", () => {
  test("a slider with name, range, position and text", () => {
    const { dial } = showKnob();
    expect(dial.getAttribute("aria-label")).toBe("Gain");
    expect(dial.getAttribute("aria-valuemin")).toBe("0");
    expect(dial.getAttribute("aria-valuemax")).toBe("100");
    expect(dial.getAttribute("aria-valuenow")).toBe("50");
    expect(dial.getAttribute("aria-valuetext")).toBe("at 0.500");
    expect(dial.tabIndex).toBe(0);
  });

  test("its new value once it has come to rest, with its text, and nothing on the way", () => {
    vi.useFakeTimers();
    const { dial } = showKnob();
    const spoken = () => [dial.getAttribute("aria-valuenow"), dial.getAttribute("aria-valuetext")];
    fireEvent.keyDown(dial, { key: "ArrowUp" });
    act(() => void vi.advanceTimersByTime(100));
    fireEvent.keyDown(dial, { key: "ArrowUp", repeat: true });
    act(() => void vi.advanceTimersByTime(149));
    expect(spoken()).toEqual(["50", "at 0.500"]);
    act(() => void vi.advanceTimersByTime(1));
    expect(spoken()).toEqual(["52", "at 0.520"]);
  });

  test("the label stands for the parameter's name", () => {
    showKnob({ label: "Trim" });
    expect(screen.getByRole("slider", { name: "Trim" })).toBeTruthy();
    expect(screen.getByText("Trim")).toBeTruthy();
  });
});

describe("drag", () => {
  test("300 pixels are the whole travel, in one gesture", () => {
    const { dial } = showKnob();
    const moveTo = pressed(dial);
    moveTo(30);
    moveTo(75);
    fireEvent.pointerUp(dial, { pointerId: 1 });
    fireEvent.lostPointerCapture(dial, { pointerId: 1 });
    expect(recording).toEqual(["begin", 0.6, 0.75, "end"]);
  });

  test("the travel is a prop of one knob, and a setting of all", () => {
    const { dial, unmount } = showKnob({ travelPx: 100 });
    pressed(dial)(10);
    expect(recording).toEqual(["begin", 0.6]);
    unmount();
    recording.length = 0;
    render(
      <TravelContext value={200}>
        <RecordedKnob />
      </TravelContext>,
    );
    pressed(screen.getByRole("slider"))(20);
    expect(recording).toEqual(["begin", 0.6]);
  });

  test("the knob captures the pointer", () => {
    const { dial } = showKnob();
    pressed(dial);
    expect(dial.hasPointerCapture(1)).toBe(true);
  });

  test("to the right is up as well, half as fast", () => {
    const { dial } = showKnob();
    pressed(dial);
    fireEvent.pointerMove(dial, { pointerId: 1, clientX: 160, clientY: 300 });
    expect(recording).toEqual(["begin", 0.6]);
  });

  test("shift makes it ten times finer, and pressing or releasing it jumps nowhere", () => {
    const { dial } = showKnob();
    const moveTo = pressed(dial);
    moveTo(30);
    moveTo(30, { shiftKey: true });
    moveTo(60, { shiftKey: true });
    moveTo(60);
    moveTo(90);
    expect(recording).toEqual(["begin", 0.6, 0.61, 0.71]);
  });

  test("a stepped parameter moves in steps", () => {
    const { dial } = showKnob({ info: CHARACTER });
    const moveTo = pressed(dial);
    moveTo(49);
    moveTo(51);
    moveTo(149);
    moveTo(151);
    expect(recording).toEqual(["begin", 0.333333, 0.666667]);
  });

  test("other buttons and a second pointer do nothing", () => {
    const { dial } = showKnob();
    fireEvent.pointerDown(dial, { pointerId: 1, button: 2 });
    expect(recording).toEqual([]);
    pressed(dial);
    fireEvent.pointerDown(dial, { pointerId: 2, button: 0, clientX: 0, clientY: 0 });
    fireEvent.pointerMove(dial, { pointerId: 2, clientX: 0, clientY: -100 });
    fireEvent.pointerUp(dial, { pointerId: 2 });
    expect(recording).toEqual(["begin"]);
  });

  test.each(["ctrlKey", "altKey", "metaKey"])("a press with %s goes to the default", (modifier) => {
    const { dial } = showKnob();
    fireEvent.pointerDown(dial, { pointerId: 1, button: 0, [modifier]: true });
    fireEvent.pointerMove(dial, { pointerId: 1, clientY: -100, [modifier]: true });
    fireEvent.pointerUp(dial, { pointerId: 1 });
    expect(recording).toEqual(["reset"]);
  });

  test("a double click goes to the default", () => {
    const { dial } = showKnob();
    fireEvent.doubleClick(dial);
    expect(recording).toEqual(["reset"]);
  });
});

describe("a pointer that the browser locks", () => {
  /** A browser that allows it or not, and says so as browsers do. */
  function browserThat(allows: boolean, answers = true) {
    const setLocked = (element: Element | null) => {
      Object.defineProperty(document, "pointerLockElement", { value: element, configurable: true });
      document.dispatchEvent(new Event("pointerlockchange"));
    };
    const requests: Element[] = [];
    Object.assign(Element.prototype, {
      requestPointerLock(this: Element) {
        requests.push(this);
        if (!answers) return undefined;
        return allows ? Promise.resolve() : Promise.reject(new Error("refused"));
      },
    });
    document.exitPointerLock = () => setLocked(null);
    return { setLocked, requests };
  }
  afterEach(() => {
    Object.assign(Element.prototype, { requestPointerLock: undefined });
    Object.defineProperty(document, "pointerLockElement", { value: null, configurable: true });
  });
  const move = (dial: Element, init: object) =>
    fireEvent.pointerMove(dial, { pointerId: 1, pointerType: "mouse", buttons: 1, ...init });
  /** jsdom has no movement of its own. */
  const moveLocked = (dial: Element, movementY: number) => {
    const event = createEvent.pointerMove(dial, { pointerId: 1, pointerType: "mouse", buttons: 1 });
    Object.defineProperties(event, { movementX: { value: 0 }, movementY: { value: movementY } });
    fireEvent(dial, event);
  };

  test("goes on where it meets the screen's edge, and is free again with the release", () => {
    const { setLocked, requests } = browserThat(true);
    const { dial } = showKnob();
    pressed(dial);
    expect(requests).toEqual([]);
    move(dial, { clientX: 100, clientY: 270 });
    expect(requests).toEqual([dial]);
    act(() => setLocked(dial));
    fireEvent.lostPointerCapture(dial, { pointerId: 1 });
    moveLocked(dial, -30);
    moveLocked(dial, -15);
    expect(recording).toEqual(["begin", 0.6, 0.7, 0.75]);
    fireEvent.pointerUp(dial, { pointerId: 1 });
    expect(recording.at(-1)).toBe("end");
    expect(document.pointerLockElement).toBeNull();
  });

  test("ends the drag when the user frees it", () => {
    const { setLocked } = browserThat(true);
    const { dial } = showKnob();
    pressed(dial);
    move(dial, { clientX: 100, clientY: 270 });
    act(() => setLocked(dial));
    act(() => setLocked(null));
    expect(recording).toEqual(["begin", 0.6, "end"]);
  });

  test.each([
    [false, true],
    [false, false],
  ])("is dragged as any other where it is refused", async (allows, answers) => {
    browserThat(allows, answers);
    const { dial } = showKnob();
    pressed(dial);
    move(dial, { clientX: 100, clientY: 270 });
    await act(async () => {});
    move(dial, { clientX: 100, clientY: 240 });
    expect(recording).toEqual(["begin", 0.6, 0.7]);
  });

  test("is asked for once in a drag", async () => {
    const { requests } = browserThat(false);
    const { dial } = showKnob();
    pressed(dial);
    move(dial, { clientX: 100, clientY: 270 });
    await act(async () => {});
    move(dial, { clientX: 100, clientY: 240 });
    expect(requests).toHaveLength(1);
  });

  test("is never that of a finger, nor of a control that stays under the pointer", () => {
    const { requests } = browserThat(true);
    const { dial, unmount } = showKnob();
    const finger = { pointerId: 1, pointerType: "touch", button: 0 };
    fireEvent.pointerDown(dial, { ...finger, clientX: 100, clientY: 300 });
    fireEvent.pointerMove(dial, { ...finger, clientX: 100, clientY: 270 });
    unmount();
    render(<RecordedSlider />);
    pressed(screen.getByRole("slider"));
    move(screen.getByRole("slider"), { clientX: 130, clientY: 300 });
    expect(requests).toEqual([]);
  });
});

describe("a drag ends exactly once", () => {
  test.each([
    ["is cancelled", (dial: Element) => fireEvent.pointerCancel(dial, { pointerId: 1 })],
    ["loses its capture", (dial: Element) => fireEvent.lostPointerCapture(dial, { pointerId: 1 })],
    ["loses the window", () => fireEvent.blur(window)],
    [
      "was released where nobody told of it",
      (dial: Element) => fireEvent.pointerMove(dial, { pointerId: 1, pointerType: "mouse", buttons: 0 }),
    ],
  ])("when it %s", (_, interrupt) => {
    const { dial } = showKnob();
    const moveTo = pressed(dial);
    moveTo(30);
    interrupt(dial);
    expect(recording).toEqual(["begin", 0.6, "end"]);
    fireEvent.pointerUp(dial, { pointerId: 1 });
    moveTo(90);
    expect(recording).toEqual(["begin", 0.6, "end"]);
  });

  test("when the knob goes away", () => {
    const { dial, unmount } = showKnob();
    pressed(dial)(30);
    unmount();
    expect(recording).toEqual(["begin", 0.6, "end"]);
  });

  test("when the knob is disabled", () => {
    const { dial, rerender } = showKnob();
    const moveTo = pressed(dial);
    moveTo(30);
    rerender(<RecordedKnob disabled />);
    moveTo(90);
    expect(recording).toEqual(["begin", 0.6, "end"]);
  });
});

describe("wheel", () => {
  test("a burst is one gesture of a hundredth for each notch, which ends after a pause", () => {
    vi.useFakeTimers();
    const { dial } = showKnob();
    fireEvent.wheel(dial, { deltaY: -120 });
    act(() => void vi.advanceTimersByTime(200));
    fireEvent.wheel(dial, { deltaY: -120 });
    fireEvent.wheel(dial, { deltaY: -120, shiftKey: true });
    act(() => void vi.advanceTimersByTime(249));
    expect(recording).toEqual(["begin", 0.51, 0.52, 0.521]);
    act(() => void vi.advanceTimersByTime(1));
    expect(recording).toEqual(["begin", 0.51, 0.52, 0.521, "end"]);
  });

  test("a notch is a step where there are steps", () => {
    const { dial } = showKnob({ info: CHARACTER });
    fireEvent.wheel(dial, { deltaY: -100 });
    expect(recording).toEqual(["begin", 0.333333]);
  });

  test("the page does not scroll", () => {
    const { dial } = showKnob();
    expect(fireEvent.wheel(dial, { deltaY: 120 })).toBe(false);
  });

  test("a knob that goes away ends the burst", () => {
    const { dial, unmount } = showKnob();
    fireEvent.wheel(dial, { deltaY: -120 });
    unmount();
    expect(recording).toEqual(["begin", 0.51, "end"]);
  });
});

describe("keys", () => {
  test("a held key is one gesture", () => {
    const { dial } = showKnob();
    fireEvent.keyDown(dial, { key: "ArrowUp" });
    fireEvent.keyDown(dial, { key: "ArrowUp", repeat: true });
    fireEvent.keyUp(dial, { key: "ArrowUp" });
    expect(recording).toEqual(["begin", 0.51, 0.52, "end"]);
  });

  test("a key that is held while the focus goes ends with it", () => {
    const { dial } = showKnob();
    fireEvent.keyDown(dial, { key: "ArrowDown" });
    fireEvent.blur(dial);
    expect(recording).toEqual(["begin", 0.49, "end"]);
    fireEvent.keyUp(dial, { key: "ArrowDown" });
    expect(recording).toEqual(["begin", 0.49, "end"]);
  });

  test("a key that is held while the knob goes away ends with it", () => {
    const { dial, unmount } = showKnob();
    fireEvent.keyDown(dial, { key: "ArrowDown" });
    unmount();
    expect(recording).toEqual(["begin", 0.49, "end"]);
  });

  test("a key whose release macOS does not tell, because Meta was held, ends with Meta", () => {
    const { dial } = showKnob();
    fireEvent.keyDown(dial, { key: "ArrowDown" });
    fireEvent.keyUp(dial, { key: "Meta" });
    expect(recording).toEqual(["begin", 0.49, "end"]);
  });

  test.each([
    ["ArrowRight", {}, 0.51],
    ["ArrowLeft", {}, 0.49],
    ["ArrowUp", { shiftKey: true }, 0.501],
    ["PageUp", {}, 0.6],
    ["PageDown", {}, 0.4],
    ["Home", {}, 0],
    ["End", {}, 1],
  ])("%s moves with %o to %d", (key, modifiers, value) => {
    const { dial } = showKnob();
    fireEvent.keyDown(dial, { key, ...modifiers });
    fireEvent.keyUp(dial, { key, ...modifiers });
    expect(recording).toEqual(["begin", value, "end"]);
  });

  test.each(["Delete", "Backspace"])("%s goes to the default", (key) => {
    const { dial } = showKnob();
    fireEvent.keyDown(dial, { key });
    expect(recording).toEqual(["reset"]);
  });

  test("shortcuts are left to the host, and other keys to the page", () => {
    const { dial } = showKnob();
    expect(fireEvent.keyDown(dial, { key: "ArrowUp", ctrlKey: true })).toBe(true);
    expect(fireEvent.keyDown(dial, { key: " " })).toBe(true);
    expect(recording).toEqual([]);
  });

  test("a key during a drag is part of it", () => {
    const { dial } = showKnob();
    const moveTo = pressed(dial);
    moveTo(30);
    fireEvent.keyDown(dial, { key: "ArrowUp" });
    fireEvent.keyUp(dial, { key: "ArrowUp" });
    fireEvent.pointerUp(dial, { pointerId: 1 });
    expect(recording).toEqual(["begin", 0.6, 0.61, "end"]);
  });
});

describe("disabled", () => {
  test("a disabled knob shows its value and takes no input", () => {
    const { dial } = showKnob({ disabled: true });
    pressed(dial)(30);
    fireEvent.wheel(dial, { deltaY: -120 });
    fireEvent.keyDown(dial, { key: "ArrowUp" });
    fireEvent.keyDown(dial, { key: "Enter" });
    fireEvent.doubleClick(dial);
    expect(recording).toEqual([]);
    expect(screen.queryByRole("textbox")).toBeNull();
    expect(dial.getAttribute("aria-disabled")).toBe("true");
    expect(dial.getAttribute("aria-valuetext")).toBe("at 0.500");
    expect(dial.tabIndex).toBe(-1);
  });
});

test.each([
  ["start", { min: 0, max: 10 }, {}, arcPath(0, 0.75, 45)],
  ["middle", { min: -10, max: 10 }, {}, arcPath(0.5, 0.75, 45)],
  ["default", { min: -60, max: 12, default: 0.8 }, {}, arcPath(0.75, 0.8, 45)],
  ["end", { min: 0, max: 10 }, { origin: "end" as const }, arcPath(0.75, 1, 45)],
])("the arc starts at the %s", (_, range, props, expected) => {
  const { container } = showKnob({ info: { ...GAIN, ...range, value: 0.75 }, ...props });
  expect(container.querySelector(".wc-knob-arc")?.getAttribute("d")).toBe(expected);
});
