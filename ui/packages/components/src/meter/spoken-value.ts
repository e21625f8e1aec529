import { RareWriter } from "../canvas/rare-writer.ts";

/** The shortest time between two changes of what screen readers can read. */
const PAUSE_MS = 500;

/** What screen readers can read of a meter. */
type Spoken = { value: number; text: string };

/** Writes a meter's value into its attributes, past React and seldom enough for whoever listens to them. */
export class SpokenValue {
  readonly #writer: RareWriter<Spoken>;
  #text: string | null;

  constructor(element: Element) {
    this.#text = element.getAttribute("aria-valuetext");
    this.#writer = new RareWriter(({ value, text }) => {
      element.setAttribute("aria-valuenow", String(value));
      element.setAttribute("aria-valuetext", text);
    }, PAUSE_MS);
  }

  /** Takes the newest value, and how people read it. */
  update(value: number, text: string): void {
    if (text !== this.#text) {
      this.#text = text;
      this.#writer.update({ value, text });
    }
  }

  /** Writes no more. */
  stop(): void {
    this.#writer.stop();
  }
}
