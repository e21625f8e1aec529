import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { usePointerDrag } from "../control/use-pointer-drag.ts";
import { limitProportionally, limitSize, type WindowSize } from "./window-size.ts";

/** What a resize corner takes. Sizes are in logical pixels. */
export type ResizeCornerProps = {
  /** Asks for another size of the window, in whole logical pixels: at most once in each animation frame. */
  onResize(width: number, height: number): void;
  /** The smallest width. */
  minWidth: number;
  /** The smallest height. */
  minHeight: number;
  /** The largest width. */
  maxWidth: number;
  /** The largest height. */
  maxHeight: number;
  /** Whether width and height keep the proportion that they had when the drag began. */
  keepAspect?: boolean;
};

/** How far an arrow key moves the corner, and how far with shift, in logical pixels. */
const KEY_PX = 20;
const FINE_KEY_PX = 1;

/** The corner at the lower right by which the user drags the window larger and smaller. */
export function ResizeCorner({ onResize, keepAspect = false, ...limits }: ResizeCornerProps) {
  const limiter = useOncePerFrame(onResize);
  const start = useRef<WindowSize>({ width: 1, height: 1 });
  const moved = useRef({ xPx: 0, yPx: 0 });

  const begin = () => {
    start.current = { width: window.innerWidth, height: window.innerHeight };
    moved.current = { xPx: 0, yPx: 0 };
    limiter.begin(start.current);
  };
  const move = (deltaXPx: number, deltaYPx: number) => {
    moved.current = { xPx: moved.current.xPx + deltaXPx, yPx: moved.current.yPx + deltaYPx };
    const size = {
      width: start.current.width + moved.current.xPx,
      height: start.current.height + moved.current.yPx,
    };
    limiter.request(keepAspect ? limitProportionally(size, start.current, limits) : limitSize(size, limits));
  };
  const { dragging, handlers } = usePointerDrag({
    onStart() {
      begin();
      return true;
    },
    onMove: move,
    onEnd() {},
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = DIRECTIONS[event.key];
    if (direction === undefined || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    event.preventDefault();
    // A held key goes on from what was asked for, which the window may not have reached yet.
    if (!event.repeat) {
      begin();
    }
    const px = event.shiftKey ? FINE_KEY_PX : KEY_PX;
    move(direction.x * px, direction.y * px);
  };
  return (
    <button
      type="button"
      className="wc-resize"
      data-dragging={dragging}
      aria-label="Resize the window with the arrow keys"
      {...handlers}
      onKeyDown={onKeyDown}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M14 5L5 14M14 9.5L9.5 14" />
      </svg>
    </button>
  );
}

const DIRECTIONS: Record<string, { x: number; y: number } | undefined> = {
  ArrowRight: { x: 1, y: 0 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowDown: { x: 0, y: 1 },
  ArrowUp: { x: 0, y: -1 },
};

/** Passes on the newest size once in each animation frame, and only if it is another one than before. */
function useOncePerFrame(onResize: ResizeCornerProps["onResize"]) {
  const newest = useRef(onResize);
  useLayoutEffect(() => {
    newest.current = onResize;
  });
  const [limiter] = useState(() => {
    let frame: number | null = null;
    let asked: WindowSize = { width: 0, height: 0 };
    let wanted = asked;
    return {
      /** Begins with the size that the window has. */
      begin(size: WindowSize) {
        asked = size;
        wanted = size;
      },
      request(size: WindowSize) {
        wanted = size;
        frame ??= requestAnimationFrame(() => {
          frame = null;
          if (wanted.width !== asked.width || wanted.height !== asked.height) {
            asked = wanted;
            newest.current(wanted.width, wanted.height);
          }
        });
      },
      cancel() {
        if (frame !== null) {
          cancelAnimationFrame(frame);
          frame = null;
        }
      },
    };
  });
  useEffect(() => limiter.cancel, [limiter]);
  return limiter;
}
