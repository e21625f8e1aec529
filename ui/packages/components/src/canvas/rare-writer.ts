/**
 * Hands on the newest of many values seldom enough for whoever reads them. The last one is never lost, and none is handed on
 * twice in a row: a text that is written anew is painted anew, even if it is the same.
 */
export class RareWriter<T> {
  readonly #write: (value: T) => void;
  readonly #pause_ms: number;
  #waiting: { value: T } | null = null;
  #written: { value: T } | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** Calls `write` at once, and then not again before `pause_ms` have passed. */
  constructor(write: (value: T) => void, pause_ms: number) {
    this.#write = write;
    this.#pause_ms = pause_ms;
  }

  /** Takes the newest value. */
  update(value: T): void {
    this.#waiting = { value };
    if (this.#timer === null) {
      this.#next();
    }
  }

  /** Writes no more. */
  stop(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
  }

  #next(): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    this.#timer = null;
    if (waiting === null || (this.#written !== null && Object.is(this.#written.value, waiting.value))) return;
    this.#written = waiting;
    this.#write(waiting.value);
    this.#timer = setTimeout(() => this.#next(), this.#pause_ms);
  }
}
