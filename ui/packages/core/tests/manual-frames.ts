import type { FrameScheduler } from "../src/index.ts";

/** Animation frames that come when the test says so. */
export class ManualFrames {
  readonly #callbacks = new Set<() => void>();

  readonly schedule: FrameScheduler = (callback) => {
    const entry = () => callback();
    this.#callbacks.add(entry);
    return () => this.#callbacks.delete(entry);
  };

  /** How many wait for the next frame. */
  get waiting(): number {
    return this.#callbacks.size;
  }

  /** One frame. */
  tick(): void {
    const callbacks = [...this.#callbacks];
    this.#callbacks.clear();
    for (const callback of callbacks) callback();
  }
}
