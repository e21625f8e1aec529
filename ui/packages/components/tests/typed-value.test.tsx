import "./dom.ts";
import { act, fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { Parameter } from "@wavecraft/core";
import { beforeEach, expect, test, vi } from "vitest";
import { Knob } from "../src/index.ts";
import { GAIN, type Recording, useRecordedControl } from "./recorded-control.ts";

let recording: Recording;
beforeEach(() => {
  recording = [];
});

function RecordedKnob({ enter }: { enter?: Parameter["enter"] }) {
  const control = useRecordedControl(GAIN, recording);
  return (
    <>
      <Knob control={enter === undefined ? control : { ...control, enter }} />
      <button type="button">elsewhere</button>
    </>
  );
}

const field = () => screen.getByRole("textbox", { name: "Value of Gain" });
const valueText = () => screen.getByRole("button", { name: /type a value for Gain/ });

test("Enter on the knob opens the field, with the value selected", async () => {
  render(<RecordedKnob />);
  await userEvent.tab();
  await userEvent.keyboard("{Enter}");
  expect(document.activeElement).toBe(field());
  expect(field()).toHaveProperty("value", "at 0.500");
  expect(field()).toHaveProperty("selectionEnd", "at 0.500".length);
});

test("a value that the plugin reads is entered once, and the keyboard goes back to the knob", async () => {
  render(<RecordedKnob />);
  await userEvent.click(valueText());
  await userEvent.keyboard("-3{Enter}");
  expect(recording).toEqual(["enter -3"]);
  expect(screen.queryByRole("textbox")).toBeNull();
  expect(document.activeElement).toBe(screen.getByRole("slider"));
});

test("a value that it cannot read leaves the field open, marked and explained", async () => {
  render(<RecordedKnob />);
  await userEvent.click(valueText());
  expect(field().getAttribute("aria-invalid")).toBe("false");
  await userEvent.keyboard("loud{Enter}");
  expect(field().getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByRole("alert").textContent).toMatch(/Gain cannot be “loud”/);
  expect(field().getAttribute("aria-describedby")).toBe(screen.getByRole("alert").id);
  await userEvent.keyboard("6{Enter}");
  expect(recording).toEqual(["enter loud", "enter 6"]);
  expect(screen.queryByRole("textbox")).toBeNull();
});

test("each refusal is seen to be another one", async () => {
  render(<RecordedKnob />);
  await userEvent.click(valueText());
  await userEvent.keyboard("loud{Enter}");
  const first = field().getAttribute("data-shake");
  await userEvent.keyboard("{Enter}");
  expect(field().getAttribute("data-shake")).not.toBe(first);
});

test("Escape changes nothing", async () => {
  render(<RecordedKnob />);
  await userEvent.click(valueText());
  await userEvent.keyboard("-3{Escape}");
  expect(recording).toEqual([]);
  expect(screen.queryByRole("textbox")).toBeNull();
  expect(document.activeElement).toBe(screen.getByRole("slider"));
});

// Safari and WebKitGTK have ended the composition when the key comes, and tell of it by the code alone.
test.each([
  { isComposing: true, keyCode: 13 },
  { isComposing: false, keyCode: 229 },
])("keys that an input method takes are its own: $isComposing, $keyCode", async (composition) => {
  render(<RecordedKnob />);
  await userEvent.click(valueText());
  await userEvent.keyboard("\uff13");
  for (const key of ["Enter", "Escape"]) {
    expect(fireEvent.keyDown(field(), { key, ...composition })).toBe(true);
  }
  expect(recording).toEqual([]);
  expect(field()).toHaveProperty("value", "\uff13");
  await userEvent.keyboard("{Enter}");
  expect(recording).toEqual(["enter \uff13"]);
});

test("the text as it stood is no new value", async () => {
  render(<RecordedKnob />);
  await userEvent.click(valueText());
  await userEvent.keyboard("{Enter}");
  expect(recording).toEqual([]);
  expect(screen.queryByRole("textbox")).toBeNull();
});

test("moving on applies what was typed", async () => {
  render(<RecordedKnob />);
  await userEvent.click(valueText());
  await userEvent.keyboard("-3");
  await userEvent.click(screen.getByRole("button", { name: "elsewhere" }));
  expect(recording).toEqual(["enter -3"]);
  expect(screen.queryByRole("textbox")).toBeNull();
});

test("another window in front leaves the field as it is", async () => {
  render(<RecordedKnob />);
  await userEvent.click(valueText());
  await userEvent.keyboard("-3");
  vi.mocked(document.hasFocus).mockReturnValue(false);
  act(() => field().blur());
  expect(recording).toEqual([]);
  expect(field()).toHaveProperty("value", "-3");
});

test("a plugin that cannot be reached counts as a refusal", async () => {
  render(<RecordedKnob enter={() => Promise.reject(new Error("the connection was lost"))} />);
  await userEvent.click(valueText());
  await userEvent.keyboard("-3{Enter}");
  expect(field().getAttribute("aria-invalid")).toBe("true");
});

test("a second Enter waits for the answer to the first", async () => {
  const asked: string[] = [];
  let answer = (_accepted: boolean) => {};
  const enter = (text: string) => {
    asked.push(text);
    return new Promise<boolean>((resolve) => {
      answer = resolve;
    });
  };
  render(<RecordedKnob enter={enter} />);
  await userEvent.click(valueText());
  await userEvent.keyboard("-3{Enter}{Enter}");
  expect(asked).toEqual(["-3"]);
  await act(async () => answer(true));
  expect(screen.queryByRole("textbox")).toBeNull();
});
