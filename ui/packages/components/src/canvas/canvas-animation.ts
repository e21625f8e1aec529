import { type PaintTurn, paintTurns } from "./paint-turns.ts";

/** Moves a picture on animation frames of its own: it wakes at news and sleeps again as soon as nothing moves. */
export abstract class CanvasAnimation {
  readonly #turn: PaintTurn;
  #unsubscribe: (() => void) | null = null;
  #lastFrame_ms: number | null = null;

  /** With whom it is painted. */
  constructor(turn: PaintTurn) {
    this.#turn = turn;
  }

  /** Calls `listener` whenever `take` has news, until the function that it returns is called. */
  protected abstract subscribe(listener: () => void): () => void;
  /** Takes what is new. Whether it changes what shows. */
  protected abstract take(): boolean;
  /** Lets time go by. */
  protected abstract advance(elapsed_s: number): void;
  /** Draws; called at most once in each animation frame. */
  protected abstract paint(): void;
  /** Whether nothing moves until there is news. */
  protected abstract get atRest(): boolean;

  /** Listens to the source and shows what it has. */
  start(): void {
    this.#unsubscribe = this.subscribe(this.#onNews);
    this.repaint();
  }

  /** Listens no more. */
  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    paintTurns.cancel(this.#turn, this.#onFrame);
  }

  /** Draws at the next frame even if nothing has moved: size or colours are others. */
  repaint(): void {
    paintTurns.request(this.#turn, this.#onFrame);
  }

  /** News that changes nothing, on a picture at rest, is seen by nobody. */
  readonly #onNews = (): void => {
    if (this.take() || !this.atRest) this.repaint();
  };

  readonly #onFrame = (now_ms: number): void => {
    const elapsed_s = this.#lastFrame_ms === null ? 0 : Math.max(0, now_ms - this.#lastFrame_ms) / 1000;
    this.advance(elapsed_s);
    this.take();
    this.paint();
    if (this.atRest) {
      this.#lastFrame_ms = null;
    } else {
      this.#lastFrame_ms = now_ms;
      this.repaint();
    }
  };
}
