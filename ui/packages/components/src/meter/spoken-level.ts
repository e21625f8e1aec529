import { CEILING_DB, FLOOR_DB, levelText } from "./decibels.ts";

/** The shortest time between two changes of what screen readers can read. */
const PAUSE_MS = 500;

/** Writes a meter's levels into its attributes, past React and seldom enough for whoever listens to them. */
export class SpokenLevel {
  readonly #element: Element;
  #value = "";
  #text = "";
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(element: Element) {
    this.#element = element;
  }

  /** Takes the newest levels, in dBFS; null while nothing is measured. */
  update(levels: { leftDb: number; rightDb: number } | null): void {
    this.#value = String(levels === null ? FLOOR_DB : nearest(Math.max(levels.leftDb, levels.rightDb)));
    this.#text =
      levels === null
        ? "nothing measured"
        : `left ${levelText(levels.leftDb)}, right ${levelText(levels.rightDb)}`;
    if (this.#timer === null) {
      this.#write();
    }
  }

  /** Writes no more. */
  stop(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
  }

  #write(): void {
    if (this.#element.getAttribute("aria-valuetext") === this.#text) {
      this.#timer = null;
      return;
    }
    this.#element.setAttribute("aria-valuenow", this.#value);
    this.#element.setAttribute("aria-valuetext", this.#text);
    this.#timer = setTimeout(() => this.#write(), PAUSE_MS);
  }
}

/** A level to the tenth of a decibel, on the scale. */
function nearest(db: number): number {
  return Math.round(Math.min(CEILING_DB, Math.max(FLOOR_DB, db)) * 10) / 10;
}
