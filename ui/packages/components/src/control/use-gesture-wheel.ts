import { type RefObject, useEffect } from "react";
import { wheelNotches } from "./position.ts";
import type { ValueGesture } from "./value-gesture.ts";

/** A wheel that has rested for so long has been let go. */
const PAUSE_MS = 250;
/** The wheel, among those that may hold a gesture. */
const HOLDER = "wheel";

/** Moves a parameter by the wheel over an element: a burst of wheel events is one gesture, and the page never scrolls. */
export function useGestureWheel(
  element: RefObject<HTMLElement | null>,
  gesture: ValueGesture,
  disabled: boolean,
): void {
  useEffect(() => {
    const { current } = element;
    if (current === null || disabled) {
      return;
    }
    let pause: ReturnType<typeof setTimeout> | undefined;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      clearTimeout(pause);
      pause = setTimeout(() => gesture.release(HOLDER), PAUSE_MS);
      gesture.hold(HOLDER);
      gesture.moveByNotches(wheelNotches(event), event.shiftKey);
    };
    // React registers wheel listeners as passive ones, which cannot keep the page from scrolling.
    current.addEventListener("wheel", onWheel, { passive: false });
    return () => {
      current.removeEventListener("wheel", onWheel);
      clearTimeout(pause);
      gesture.release(HOLDER);
    };
  }, [element, gesture, disabled]);
}
