/** What is painted together, where not everything is painted at once: meters and what they light, signals, or texts. */
export type PaintTurn = "levels" | "signals" | "texts";

/** What runs on an animation frame, at a time in milliseconds. */
type FrameCallback = (now_ms: number) => void;

/**
 * Whether this page is in WebKitGTK: Safari's engine under X11 or Wayland. Without a GPU it paints the rectangle around all that
 * has changed in a frame if that is more than ten rectangles, counted in rows, or a quarter of it. A page whose meters, signals
 * and texts change in frames of their own is painted where it has changed, which is a small part of that.
 */
function isWebKitGtk(): boolean {
  return typeof navigator !== "undefined" && /Linux.* AppleWebKit\/(?!.* Chrome\/)/.test(navigator.userAgent);
}

/** Hands out animation frames: each to all that wait, or in turns. */
export class PaintTurns {
  readonly #areApart: boolean;
  /** In the order in which they began to wait. */
  readonly #waiting = new Map<PaintTurn, Set<FrameCallback>>();
  #frame: number | null = null;

  /** With `areApart` each turn has frames of its own. */
  constructor(areApart = isWebKitGtk()) {
    this.#areApart = areApart;
  }

  /** Calls `callback` once on a frame of that turn, however often it was asked for. */
  request(turn: PaintTurn, callback: FrameCallback): void {
    const callbacks = this.#waiting.get(turn) ?? new Set();
    this.#waiting.set(turn, callbacks);
    callbacks.add(callback);
    this.#frame ??= requestAnimationFrame(this.#onFrame);
  }

  /** Does not call `callback` after all. */
  cancel(turn: PaintTurn, callback: FrameCallback): void {
    const callbacks = this.#waiting.get(turn);
    if (callbacks?.delete(callback) && callbacks.size === 0) this.#waiting.delete(turn);
    if (this.#waiting.size > 0 || this.#frame === null) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = null;
  }

  readonly #onFrame = (now_ms: number): void => {
    this.#frame = null;
    const waiting = [...this.#waiting];
    const due = this.#areApart ? waiting.slice(0, 1) : waiting;
    for (const [turn] of due) this.#waiting.delete(turn);
    if (this.#waiting.size > 0) this.#frame = requestAnimationFrame(this.#onFrame);
    callAll(
      due.flatMap(([, callbacks]) => [...callbacks]),
      now_ms,
    );
  };
}

/** Calls each, whatever the others throw. */
function callAll([first, ...others]: readonly FrameCallback[], now_ms: number): void {
  if (first === undefined) return;
  try {
    first(now_ms);
  } finally {
    callAll(others, now_ms);
  }
}

/** The turns of this page. */
export const paintTurns = new PaintTurns();
