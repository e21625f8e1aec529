import { useEffect, useEffectEvent } from "react";
import { controlAround, type FoundControl } from "../control/control-element.ts";

/** A finger that rests so long opens the menu, in milliseconds. */
const LONG_PRESS_MS = 500;
/** A finger that moves further than this drags, in logical pixels. */
const REST_PX = 8;

/** The finger that goes up presses nothing: what is below it by now is the menu. */
function refuse(event: Event): void {
  event.preventDefault();
}

/** Where a menu is wanted, in logical pixels of the window. */
export type MenuPlace = { x: number; y: number };

/**
 * Calls `onRequest` when the user asks for a control's menu: by the right button, a finger that rests on it, the Menu key or
 * Shift+F10. What the finger or button held is let go.
 */
export function useMenuRequests(onRequest: (control: FoundControl, place: MenuPlace) => void): void {
  const request = useEffectEvent((target: EventTarget | null, place: MenuPlace | null) => {
    const control = controlAround(target);
    if (control === null || control.element.ariaDisabled === "true") return false;
    const { left, bottom } = control.element.getBoundingClientRect();
    onRequest(control, place ?? { x: left, y: bottom });
    return true;
  });
  useEffect(() => {
    let press: { timer: ReturnType<typeof setTimeout>; pointerId: number; place: MenuPlace } | null = null;
    /** Whether a key has asked since the last press: some webviews tell of it once more, as if of a button. */
    let isByKey = false;
    const forget = () => {
      if (press !== null) clearTimeout(press.timer);
      press = null;
    };
    const onPointerDown = ({ target, pointerId, pointerType, clientX: x, clientY: y }: PointerEvent) => {
      forget();
      isByKey = false;
      if (pointerType !== "touch") return;
      const timer = setTimeout(() => {
        press = null;
        // Its control takes it as the end of the drag.
        target?.dispatchEvent(new PointerEvent("pointercancel", { pointerId, pointerType, bubbles: true }));
        if (request(target, { x, y }))
          document.addEventListener("touchend", refuse, { passive: false, once: true });
      }, LONG_PRESS_MS);
      press = { timer, pointerId, place: { x, y } };
    };
    const onPointerMove = ({ pointerId, clientX, clientY }: PointerEvent) => {
      if (press?.pointerId !== pointerId) return;
      if (Math.hypot(clientX - press.place.x, clientY - press.place.y) > REST_PX) forget();
    };
    const onContextMenu = (event: MouseEvent) => {
      if (controlAround(event.target) === null) return;
      event.preventDefault();
      // Of keys and of fingers it has been heard already.
      if (event.button === 2 && !isByKey) request(event.target, { x: event.clientX, y: event.clientY });
    };
    const onKeyDown = (event: KeyboardEvent) => {
      const isMenuKey = event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
      if (!isMenuKey || !request(event.target, null)) return;
      isByKey = true;
      event.preventDefault();
    };
    document.addEventListener("pointerdown", onPointerDown, true);
    document.addEventListener("pointermove", onPointerMove, true);
    for (const name of ["pointerup", "pointercancel"] as const) document.addEventListener(name, forget, true);
    document.addEventListener("contextmenu", onContextMenu);
    document.addEventListener("keydown", onKeyDown);
    return () => {
      forget();
      document.removeEventListener("pointerdown", onPointerDown, true);
      document.removeEventListener("pointermove", onPointerMove, true);
      for (const name of ["pointerup", "pointercancel"] as const) {
        document.removeEventListener(name, forget, true);
      }
      document.removeEventListener("contextmenu", onContextMenu);
      document.removeEventListener("keydown", onKeyDown);
    };
  }, []);
}
