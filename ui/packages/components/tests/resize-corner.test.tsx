import "./dom.ts";
import { act, fireEvent, render, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { ResizeCorner, type ResizeCornerProps } from "../src/index.ts";

const onResize = vi.fn<ResizeCornerProps["onResize"]>();
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["requestAnimationFrame", "cancelAnimationFrame"] });
  onResize.mockClear();
  window.innerWidth = 960;
  window.innerHeight = 600;
});

function showCorner(props: Partial<ResizeCornerProps> = {}) {
  const limits = { minWidth: 640, minHeight: 400, maxWidth: 1600, maxHeight: 1000 };
  const view = render(<ResizeCorner onResize={onResize} {...limits} {...props} />);
  return { ...view, corner: screen.getByRole("button", { name: /resize/i }) };
}

const frame = () => act(() => void vi.advanceTimersToNextFrame());
const press = (corner: Element) =>
  fireEvent.pointerDown(corner, { pointerId: 1, button: 0, clientX: 950, clientY: 590 });
const moveTo = (corner: Element, clientX: number, clientY: number) =>
  fireEvent.pointerMove(corner, { pointerId: 1, clientX, clientY });

test("many movements in a frame ask once, for the last of them", () => {
  const { corner } = showCorner();
  press(corner);
  for (let px = 1; px <= 20; px += 1) {
    moveTo(corner, 950 + px, 590 + 2 * px);
  }
  expect(onResize).not.toHaveBeenCalled();
  frame();
  expect(onResize.mock.calls).toEqual([[980, 640]]);
  moveTo(corner, 1000, 630);
  frame();
  expect(onResize.mock.calls).toEqual([
    [980, 640],
    [1010, 640],
  ]);
});

test("the size stays within the limits, and beyond them nothing more is asked", () => {
  const { corner } = showCorner();
  press(corner);
  moveTo(corner, 5000, 5000);
  frame();
  moveTo(corner, 6000, 6000);
  frame();
  expect(onResize.mock.calls).toEqual([[1600, 1000]]);
});

test("going back to where the drag began asks for that size, however late the window follows", () => {
  const { corner } = showCorner();
  press(corner);
  moveTo(corner, 990, 590);
  frame();
  moveTo(corner, 950, 590);
  frame();
  expect(onResize.mock.calls).toEqual([
    [1000, 600],
    [960, 600],
  ]);
});

test("the proportion is kept if asked to", () => {
  const { corner } = showCorner({ keepAspect: true });
  press(corner);
  moveTo(corner, 1046, 590);
  frame();
  expect(onResize.mock.calls).toEqual([[1056, 660]]);
});

test("arrow keys move it, by less with shift, and a held key goes on", () => {
  const { corner } = showCorner();
  fireEvent.keyDown(corner, { key: "ArrowRight" });
  frame();
  fireEvent.keyDown(corner, { key: "ArrowRight", repeat: true });
  frame();
  expect(onResize.mock.calls).toEqual([
    [980, 600],
    [1000, 600],
  ]);
  fireEvent.keyDown(corner, { key: "ArrowUp", shiftKey: true });
  frame();
  expect(onResize.mock.lastCall).toEqual([960, 599]);
});

test("a corner that goes away asks for nothing more", () => {
  const { corner, unmount } = showCorner();
  press(corner);
  moveTo(corner, 1000, 600);
  unmount();
  expect(vi.getTimerCount()).toBe(0);
  expect(onResize).not.toHaveBeenCalled();
});
