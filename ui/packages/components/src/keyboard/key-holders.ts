/** What is told of keys. */
export type KeyEvents = {
  onNoteOn(note: number, velocity: number): void;
  onNoteOff(note: number): void;
};

/**
 * Which key each finger holds: pointers, keys of the computer, the focus. A key that several hold goes down with the first
 * and up with the last, so that each note begins once and ends once.
 */
export class KeyHolders {
  readonly #events: KeyEvents;
  readonly #notes = new Map<string, number>();

  constructor(events: KeyEvents) {
    this.#events = events;
  }

  /** `holder` presses a key; the one that it held goes up. */
  press(holder: string, note: number, velocity: number): void {
    if (this.#notes.get(holder) === note) return;
    this.release(holder);
    const isDown = this.#isDown(note);
    this.#notes.set(holder, note);
    if (!isDown) this.#events.onNoteOn(note, velocity);
  }

  /** `holder` lets go, if it held a key. */
  release(holder: string): void {
    const note = this.#notes.get(holder);
    if (note === undefined) return;
    this.#notes.delete(holder);
    if (!this.#isDown(note)) this.#events.onNoteOff(note);
  }

  /** All whose name begins so let go. */
  releaseAll(beginning = ""): void {
    for (const holder of [...this.#notes.keys()]) {
      if (holder.startsWith(beginning)) this.release(holder);
    }
  }

  #isDown(note: number): boolean {
    return [...this.#notes.values()].includes(note);
  }
}
