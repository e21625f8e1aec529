import type { KeyboardEvent as ReactKeyboardEvent } from "react";
import type { ValueGesture } from "./value-gesture.ts";

/** Keys, among those that may hold a gesture: each key by itself. */
const HOLDER = "key ";

/** What goes on the element that has the focus. */
export type GestureKeyHandlers = {
  onKeyDown(event: ReactKeyboardEvent<Element>): void;
  onKeyUp(event: ReactKeyboardEvent<Element>): void;
  onBlur(): void;
};

/**
 * Moves a parameter by keys: a held key is one gesture. Arrows move by a hundredth (by a thousandth with shift) or by a
 * step, PageUp and PageDown by a tenth, Home and End all the way, Delete and Backspace to the default; Enter calls
 * `onType`.
 */
export function gestureKeys(gesture: ValueGesture, onType: () => void): GestureKeyHandlers {
  return {
    onKeyDown(event) {
      // Shortcuts are the host's business.
      if (event.ctrlKey || event.altKey || event.metaKey) {
        return;
      }
      if (event.key === "Enter") {
        onType();
      } else if (event.key === "Delete" || event.key === "Backspace") {
        gesture.reset();
      } else {
        const move = movement(gesture, event.key, event.shiftKey);
        if (move === undefined) {
          return;
        }
        gesture.hold(HOLDER + event.key);
        move();
      }
      event.preventDefault();
    },
    onKeyUp(event) {
      // macOS does not tell of the release of keys that are let go while Meta is held.
      gesture.releaseAll(event.key === "Meta" ? HOLDER : HOLDER + event.key);
    },
    onBlur() {
      gesture.releaseAll(HOLDER);
    },
  };
}

function movement(gesture: ValueGesture, key: string, fine: boolean): (() => void) | undefined {
  switch (key) {
    case "ArrowUp":
    case "ArrowRight":
      return () => gesture.moveByArrow(1, fine);
    case "ArrowDown":
    case "ArrowLeft":
      return () => gesture.moveByArrow(-1, fine);
    case "PageUp":
      return () => gesture.moveByPage(1);
    case "PageDown":
      return () => gesture.moveByPage(-1);
    case "Home":
      return () => gesture.moveTo(0);
    case "End":
      return () => gesture.moveTo(1);
    default:
      return undefined;
  }
}
