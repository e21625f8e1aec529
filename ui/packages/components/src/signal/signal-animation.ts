import type { SignalListener } from "@wavecraft/core";
import { CanvasAnimation } from "../canvas/canvas-animation.ts";
import { RareWriter } from "../canvas/rare-writer.ts";

/** Where a picture of a signal finds its values. */
export type SignalSource = {
  /** Calls `listener` with the newest values, until the function that it returns is called. */
  readonly follow: (listener: SignalListener) => () => void;
};

/** The shortest time between two pictures for those who want less motion, in milliseconds. */
const CALM_PAUSE_MS = 500;

/** Draws a signal on the animation frame after each news. */
export class SignalAnimation extends CanvasAnimation {
  readonly #source: SignalSource;
  readonly #onPaint: (values: readonly number[] | null) => void;
  #newest: readonly number[] | null = null;
  #taken: readonly number[] | null = null;

  constructor(source: SignalSource, onPaint: (values: readonly number[] | null) => void) {
    super("signals");
    this.#source = source;
    this.#onPaint = onPaint;
  }

  protected subscribe(listener: () => void): () => void {
    const onNews = (values: readonly number[] | null) => {
      this.#newest = values;
      listener();
    };
    if (!window.matchMedia("(prefers-reduced-motion: reduce)").matches) return this.#source.follow(onNews);
    const calm = new RareWriter(onNews, CALM_PAUSE_MS);
    const unfollow = this.#source.follow((values) => calm.update(values));
    return () => {
      unfollow();
      calm.stop();
    };
  }

  protected take(): boolean {
    const hasNews = this.#newest !== this.#taken;
    this.#taken = this.#newest;
    return hasNews;
  }

  protected advance(): void {}

  protected paint(): void {
    this.#onPaint(this.#taken);
  }

  /** The plugin's side moves it. */
  protected get atRest(): boolean {
    return true;
  }
}
