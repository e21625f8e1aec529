import type { Parameter } from "@wavecraft/core";
import { arrowDistance, FINE_FACTOR, pageDistance, snap } from "./position.ts";

/**
 * One gesture on one parameter, whoever takes part in it.
 *
 * Pointer, wheel and keys may overlap: a key is still held when the wheel turns. The gesture begins with the first that
 * takes hold and ends with the last that lets go, so that the plugin's host sees one begin and one end.
 */
export class ValueGesture {
  #control: Parameter;
  #holders = new Set<string>();
  /** Where the movement stands, between the steps of a stepped parameter as well. */
  #position = 0;
  /** Part of a wheel's notch that has not moved a stepped parameter yet. */
  #notches = 0;
  /** The value that was last sent in this gesture. */
  #sent = 0;

  constructor(control: Parameter) {
    this.#control = control;
  }

  /** Whether anybody holds it. */
  get open(): boolean {
    return this.#holders.size > 0;
  }

  /** Takes the control's newest version. Another parameter in its place ends the gesture on the old one. */
  follow(control: Parameter): void {
    if (control.info.id !== this.#control.info.id) {
      this.releaseAll();
    }
    this.#control = control;
  }

  /** `holder` takes hold; holding twice is holding once. */
  hold(holder: string): void {
    if (!this.open) {
      this.#position = this.#control.value;
      this.#sent = this.#control.value;
      this.#notches = 0;
      this.#control.begin();
    }
    this.#holders.add(holder);
  }

  /** `holder` lets go, if it held. */
  release(holder: string): void {
    if (this.#holders.delete(holder) && !this.open) {
      this.#control.end();
    }
  }

  /** All whose name begins so let go. */
  releaseAll(beginning = ""): void {
    for (const holder of [...this.#holders]) {
      if (holder.startsWith(beginning)) {
        this.release(holder);
      }
    }
  }

  /** Moves by a part of the whole travel; a stepped parameter follows when the next step is nearer. */
  moveBy(travel: number, fine: boolean): void {
    const distance = fine ? travel * FINE_FACTOR : travel;
    // Clamped, so that the control answers at once when the pointer turns round beyond the end.
    this.#position = snap(this.#position + distance, undefined);
    this.#send();
  }

  /** Moves by notches of a wheel: hundredths of the travel, or steps. */
  moveByNotches(notches: number, fine: boolean): void {
    const { steps } = this.#control.info;
    if (steps === undefined) {
      this.#position = snap(this.#position + notches * arrowDistance(steps, fine), undefined);
    } else {
      this.#notches += notches;
      const whole = Math.trunc(this.#notches);
      this.#notches -= whole;
      this.#position = snap(snap(this.#position, steps) + whole * arrowDistance(steps, fine), steps);
    }
    this.#send();
  }

  /** Moves by `presses` of an arrow key; negative is down. */
  moveByArrow(presses: number, fine: boolean): void {
    const { steps } = this.#control.info;
    this.moveTo(snap(this.#position, steps) + presses * arrowDistance(steps, fine));
  }

  /** Moves by `pages`; negative is down. */
  moveByPage(pages: number): void {
    const { steps } = this.#control.info;
    this.moveTo(snap(this.#position, steps) + pages * pageDistance(steps));
  }

  /** Moves to a position in [0, 1]. */
  moveTo(position: number): void {
    this.#position = snap(position, this.#control.info.steps);
    this.#send();
  }

  /** Back to the default: a gesture of its own, so whatever is under way ends first. */
  reset(): void {
    this.releaseAll();
    this.#control.reset();
  }

  #send(): void {
    const value = snap(this.#position, this.#control.info.steps);
    if (value !== this.#sent) {
      this.#sent = value;
      this.#control.change(value);
    }
  }
}
