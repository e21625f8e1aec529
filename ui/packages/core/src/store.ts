/** A value that changes, to read and to follow. Both functions can be passed about on their own. */
export type Readable<T> = {
  /** The value now: the same object for as long as nothing has changed. */
  readonly read: () => T;
  /** Calls `listener` after every change, until the function that it returns is called. */
  readonly subscribe: (listener: () => void) => () => void;
};

/** A `Readable` for whoever owns the value. */
export class Store<T> implements Readable<T> {
  readonly #listeners = new Set<() => void>();
  #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  readonly read = (): T => this.#value;

  readonly subscribe = (listener: () => void): (() => void) => {
    // An entry of its own for each subscription, so that one function can follow twice.
    const entry = () => listener();
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  };

  /** Replaces the value and tells the listeners, unless it is the same. */
  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of this.#listeners) listener();
  }
}
