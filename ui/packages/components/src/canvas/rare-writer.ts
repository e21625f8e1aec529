import type { RefObject } from "react";
import { type PaintTurn, paintTurns } from "./paint-turns.ts";

/**
 * Hands on the newest of many values seldom enough for whoever reads them. The last one is never lost, and none is handed on
 * twice in a row: a text that is written anew is painted anew, even if it is the same.
 */
export class RareWriter<T> {
  readonly #write: (value: T) => void;
  readonly #pause_ms: number;
  readonly #turn: PaintTurn | null;
  #waiting: { value: T } | null = null;
  #written: { value: T } | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** Calls `write` at once, or on the next frame of a turn, and then not again before `pause_ms` have passed. */
  constructor(write: (value: T) => void, pause_ms: number, turn: PaintTurn | null = null) {
    this.#write = write;
    this.#pause_ms = pause_ms;
    this.#turn = turn;
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
    if (this.#turn !== null) paintTurns.cancel(this.#turn, this.#onFrame);
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
    this.#timer = setTimeout(() => this.#next(), this.#pause_ms);
    if (this.#turn === null) this.#write(waiting.value);
    else paintTurns.request(this.#turn, this.#onFrame);
  }

  readonly #onFrame = (): void => {
    if (this.#written !== null) this.#write(this.#written.value);
  };
}

/** Writes texts into an element past React, not more often than every `pause_ms`. */
export function textWriter(element: RefObject<Element | null>, pause_ms: number): RareWriter<string> {
  const write = (text: string) => {
    if (element.current !== null) element.current.textContent = text;
  };
  return new RareWriter(write, pause_ms, "texts");
}
