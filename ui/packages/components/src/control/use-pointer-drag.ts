import { type PointerEvent as ReactPointerEvent, useEffect, useLayoutEffect, useRef, useState } from "react";

/** What happens in a drag. */
export type PointerDragEvents = {
  /** The pointer goes down. Returning false leaves it alone: no drag, no end. */
  onStart(event: ReactPointerEvent<Element>): boolean;
  /** The pointer has moved since the last event, in logical pixels to the right and downwards. */
  onMove(deltaXPx: number, deltaYPx: number, event: ReactPointerEvent<Element>): void;
  /** The drag is over, for whatever reason: exactly once for each start. */
  onEnd(): void;
};

/** What goes on the element that is dragged; it also needs `touch-action: none`. */
export type PointerDragHandlers = {
  onPointerDown(event: ReactPointerEvent<Element>): void;
  onPointerMove(event: ReactPointerEvent<Element>): void;
  onPointerUp(event: ReactPointerEvent<Element>): void;
  onPointerCancel(event: ReactPointerEvent<Element>): void;
  onLostPointerCapture(event: ReactPointerEvent<Element>): void;
};

/** A drag under way. */
type Drag = {
  pointerId: number;
  xPx: number;
  yPx: number;
  element: Element;
  /** Whether it is to go on beyond the screen's edge, and nobody has been asked for it yet. */
  isToLock: boolean;
};

/**
 * Drags with one pointer, which the element captures. The drag ends when the pointer is released, cancelled or lost,
 * when the window loses the focus, and when the element goes away or `disabled` becomes true.
 *
 * With `isEndless` a mouse is hidden and held in place from its first movement on, where the page may do that, and so meets no edge
 * of the screen; elsewhere it moves as it does.
 */
export function usePointerDrag(
  events: PointerDragEvents,
  disabled = false,
  isEndless = false,
): { dragging: boolean; handlers: PointerDragHandlers } {
  const [dragging, setDragging] = useState(false);
  const drag = useRef<Drag | null>(null);
  const newest = useRef(events);
  useLayoutEffect(() => {
    newest.current = events;
  });

  const [finish] = useState(() => () => {
    const { current } = drag;
    if (current === null) return;
    drag.current = null;
    current.element.removeEventListener("touchmove", keepFromBrowser);
    if (isLocked(current)) document.exitPointerLock();
    setDragging(false);
    newest.current.onEnd();
  });
  useEffect(() => {
    if (disabled) {
      return;
    }
    window.addEventListener("blur", finish);
    return () => {
      window.removeEventListener("blur", finish);
      finish();
    };
  }, [disabled, finish]);
  useEffect(() => {
    if (!isEndless) return;
    let wasLocked = false;
    const follow = () => {
      const isNow = drag.current !== null && isLocked(drag.current);
      // The user has freed the pointer, by Escape.
      if (wasLocked && !isNow) finish();
      wasLocked = isNow;
    };
    document.addEventListener("pointerlockchange", follow);
    return () => document.removeEventListener("pointerlockchange", follow);
  }, [isEndless, finish]);

  const finishIfOurs = (event: ReactPointerEvent<Element>) => {
    if (drag.current?.pointerId === event.pointerId) {
      finish();
    }
  };
  const handlers: PointerDragHandlers = {
    onPointerDown(event) {
      const taken = drag.current !== null || disabled || event.button !== 0;
      if (taken) {
        return;
      }
      // Before the start, because it throws when the pointer is already gone: then there is nothing to end either.
      event.currentTarget.setPointerCapture(event.pointerId);
      if (!events.onStart(event)) {
        event.currentTarget.releasePointerCapture(event.pointerId);
        return;
      }
      const { pointerId, clientX: xPx, clientY: yPx, currentTarget: element } = event;
      const isToLock = isEndless && event.pointerType === "mouse";
      drag.current = { pointerId, xPx, yPx, element, isToLock };
      element.addEventListener("touchmove", keepFromBrowser, { passive: false });
      setDragging(true);
    },
    onPointerMove(event) {
      const { current } = drag;
      if (current?.pointerId !== event.pointerId) {
        return;
      }
      // A mouse that moves without a button was released where nobody told us.
      if (event.pointerType === "mouse" && event.buttons === 0) {
        finish();
        return;
      }
      if (isLocked(current)) {
        events.onMove(event.movementX, event.movementY, event);
        return;
      }
      const deltaXPx = event.clientX - current.xPx;
      const deltaYPx = event.clientY - current.yPx;
      current.xPx = event.clientX;
      current.yPx = event.clientY;
      lock(current, () => drag.current === current);
      events.onMove(deltaXPx, deltaYPx, event);
    },
    onPointerUp: finishIfOurs,
    onPointerCancel: finishIfOurs,
    onLostPointerCapture(event) {
      // A pointer that is locked needs no capture, and loses it.
      if (drag.current === null || !isLocked(drag.current)) finishIfOurs(event);
    },
  };
  return { dragging, handlers };
}

/**
 * A finger's movement is the drag's alone. Without it Chromium takes a drag that ends swiftly for the throw of a page, although it scrolls
 * nothing, and the next tap for the one that halts it, which presses nothing.
 */
function keepFromBrowser(event: Event): void {
  if (event.cancelable) event.preventDefault();
}

function isLocked({ element }: Drag): boolean {
  return document.pointerLockElement === element;
}

/** Locks the pointer where the page may, once in a drag, and unless the drag is over by then. */
function lock(drag: Drag, isWanted: () => boolean): void {
  const { element, isToLock } = drag;
  if (!isToLock || typeof element.requestPointerLock !== "function") return;
  drag.isToLock = false;
  // Some browsers answer with a promise, others by events alone.
  Promise.resolve(element.requestPointerLock()).then(
    () => {
      if (!isWanted() && isLocked(drag)) document.exitPointerLock();
    },
    // Then the drag is as any other. WebKit refuses it for a movement, which leaves alone those pointers that cannot be held in
    // place: on a tablet, or in a remote desktop.
    () => {},
  );
}
