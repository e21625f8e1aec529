import { cleanup } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";

/** What jsdom lacks of a browser, as little of it as the components need. Tests of components import this first. */

/** Elements that have captured a pointer, as a browser remembers them. */
const captures = new Map<number, Element>();

Element.prototype.setPointerCapture = function setPointerCapture(pointerId: number) {
  captures.set(pointerId, this);
};
Element.prototype.releasePointerCapture = function releasePointerCapture(pointerId: number) {
  captures.delete(pointerId);
};
Element.prototype.hasPointerCapture = function hasPointerCapture(pointerId: number) {
  return captures.get(pointerId) === this;
};

/** Nothing has a size in jsdom, so there is nothing to observe. */
class UnmovedResizeObserver implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
globalThis.ResizeObserver = UnmovedResizeObserver;

/** Nothing is anywhere, so there is nothing to scroll to. */
Element.prototype.scrollIntoView = () => {};

HTMLDialogElement.prototype.showModal = function showModal() {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close() {
  this.open = false;
};

window.matchMedia = (media: string) =>
  Object.assign(new EventTarget(), {
    media,
    matches: false,
    onchange: null,
    addListener() {},
    removeListener() {},
  });

beforeEach(() => {
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
});

afterEach(() => {
  cleanup();
  captures.clear();
  vi.useRealTimers();
  vi.restoreAllMocks();
});
