import "./dom.ts";
import { fireEvent, render, screen } from "@testing-library/react";
import { beforeEach, describe, expect, test } from "vitest";
import { usePointerDrag, useValueDrag } from "../src/index.ts";
import { GAIN, type Recording, useRecordedControl } from "./recorded-control.ts";

let recording: Recording;
beforeEach(() => {
  recording = [];
});

const handle = () => screen.getByTestId("handle");
const press = () => fireEvent.pointerDown(handle(), { pointerId: 1, button: 0, clientX: 10, clientY: 10 });
const moveTo = (clientX: number, clientY: number) =>
  fireEvent.pointerMove(handle(), { pointerId: 1, clientX, clientY });

/** An element that writes down what happens to it. */
function Handle({ disabled = false, refuse = false }) {
  const { dragging, handlers } = usePointerDrag(
    {
      onStart() {
        recording.push("start");
        return !refuse;
      },
      onMove: (deltaXPx, deltaYPx) => void recording.push(deltaXPx, deltaYPx),
      onEnd: () => void recording.push("end"),
    },
    disabled,
  );
  return <div data-testid="handle" data-dragging={dragging} {...handlers} />;
}

/** The handle of a curve: across it moves one parameter, along it another. */
function CurveHandle({ other }: { other: Recording }) {
  const across = useValueDrag(useRecordedControl(GAIN, recording), {
    direction: "horizontal",
    travelPx: 100,
  });
  const along = useValueDrag(useRecordedControl(GAIN, other), {
    direction: "vertical",
    travelPx: () => 50,
  });
  return (
    <div
      data-testid="handle"
      onPointerDown={(event) => {
        across.handlers.onPointerDown(event);
        along.handlers.onPointerDown(event);
      }}
      onPointerMove={(event) => {
        across.handlers.onPointerMove(event);
        along.handlers.onPointerMove(event);
      }}
      onPointerUp={(event) => {
        across.handlers.onPointerUp(event);
        along.handlers.onPointerUp(event);
      }}
    />
  );
}

describe("usePointerDrag", () => {
  test("tells what has moved since the last event", () => {
    render(<Handle />);
    press();
    expect(handle().getAttribute("data-dragging")).toBe("true");
    moveTo(13, 8);
    moveTo(14, 8);
    fireEvent.pointerUp(handle(), { pointerId: 1 });
    expect(recording).toEqual(["start", 3, -2, 1, 0, "end"]);
    expect(handle().getAttribute("data-dragging")).toBe("false");
  });

  test("a start that is refused has no end, and frees the pointer", () => {
    render(<Handle refuse />);
    press();
    moveTo(20, 20);
    fireEvent.pointerUp(handle(), { pointerId: 1 });
    expect(recording).toEqual(["start"]);
    expect(handle().hasPointerCapture(1)).toBe(false);
  });

  test("an element that goes away, or is disabled, ends the drag once", () => {
    const { rerender, unmount } = render(<Handle />);
    press();
    rerender(<Handle disabled />);
    expect(recording).toEqual(["start", "end"]);
    rerender(<Handle />);
    press();
    unmount();
    expect(recording).toEqual(["start", "end", "start", "end"]);
  });
});

describe("useValueDrag", () => {
  test("two of them on one handle move two parameters, each by its own direction", () => {
    const other: Recording = [];
    render(<CurveHandle other={other} />);
    press();
    moveTo(20, 5);
    fireEvent.pointerUp(handle(), { pointerId: 1 });
    expect(recording).toEqual(["begin", 0.6, "end"]);
    expect(other).toEqual(["begin", 0.6, "end"]);
  });
});
