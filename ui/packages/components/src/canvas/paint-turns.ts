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
  return typeof navigator !== "undefined" && /Linux.* AppleWebKit\/(?!.*Chrome\/)/.test(navigator.userAgent);
}

/** How long a turn waits between its frames, in milliseconds. */
export type PaintPauses = Readonly<Record<PaintTurn, number>>;

/**
 * The pauses in WebKitGTK, half a frame shorter than the times that come of them at 60 frames a second: levels 30 times a second,
 * signals 15 times, texts 5 times. A frame costs a millisecond of two processes before anything is in it, and each frame that is
 * asked for some of that.
 */
const WEBKIT_GTK_PAUSES: PaintPauses = { levels: 25, signals: 58, texts: 192 };

/** Hands out animation frames: each to all that wait, or in turns. */
export class PaintTurns {
  readonly #pauses: PaintPauses | null;
  /** In the order in which they began to wait. */
  readonly #waiting = new Map<PaintTurn, Set<FrameCallback>>();
  /** When a turn may have its next frame, by the clock of animation frames. */
  readonly #due_ms = new Map<PaintTurn, number>();
  #frame: number | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** With pauses each turn has frames of its own, no more often than these say; without, all are painted together. */
  constructor(pauses: PaintPauses | null = isWebKitGtk() ? WEBKIT_GTK_PAUSES : null) {
    this.#pauses = pauses;
  }

  /** Calls `callback` once on a frame of that turn, however often it was asked for. */
  request(turn: PaintTurn, callback: FrameCallback): void {
    const callbacks = this.#waiting.get(turn);
    if (callbacks !== undefined) {
      callbacks.add(callback);
      return;
    }
    this.#waiting.set(turn, new Set([callback]));
    this.#schedule();
  }

  /** Does not call `callback` after all. */
  cancel(turn: PaintTurn, callback: FrameCallback): void {
    const callbacks = this.#waiting.get(turn);
    if (callbacks?.delete(callback) && callbacks.size === 0) this.#waiting.delete(turn);
    if (this.#waiting.size === 0) this.#unschedule();
  }

  /** Asks for a frame as soon as the first of those that wait may have one. */
  #schedule(): void {
    if (this.#frame !== null) return;
    const first_ms = Math.min(...[...this.#waiting.keys()].map((turn) => this.#due_ms.get(turn) ?? 0));
    const wait_ms = first_ms - performance.now();
    this.#unschedule();
    if (wait_ms > 0) this.#timer = setTimeout(this.#askForFrame, wait_ms);
    else this.#askForFrame();
  }

  #unschedule(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    [this.#timer, this.#frame] = [null, null];
  }

  readonly #askForFrame = (): void => {
    this.#timer = null;
    this.#frame = requestAnimationFrame(this.#onFrame);
  };

  readonly #onFrame = (now_ms: number): void => {
    this.#frame = null;
    const due = this.#take(now_ms);
    if (this.#waiting.size > 0) this.#schedule();
    callAll(
      due.flatMap(([, callbacks]) => [...callbacks]),
      now_ms,
    );
  };

  /** Takes those whose frame this is: all, or of the turns that are due the one that would be due again first. */
  #take(now_ms: number): [PaintTurn, Set<FrameCallback>][] {
    const waiting = [...this.#waiting];
    const pauses = this.#pauses;
    if (pauses === null) {
      this.#waiting.clear();
      return waiting;
    }
    const due_ms = (turn: PaintTurn) => this.#due_ms.get(turn) ?? 0;
    const dueAgain_ms = ([turn]: [PaintTurn, unknown]) => due_ms(turn) + pauses[turn];
    const [first] = waiting
      .filter(([turn]) => due_ms(turn) <= now_ms)
      .sort((one, other) => dueAgain_ms(one) - dueAgain_ms(other));
    if (first === undefined) return [];
    this.#waiting.delete(first[0]);
    this.#due_ms.set(first[0], now_ms + pauses[first[0]]);
    return [first];
  }
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
