import type { ParameterInfo } from "./protocol/index.ts";

/**
 * One parameter as a control on the page sees it: what it is, how it stands, and what can be done to it.
 *
 * Controls know nothing else of where parameters live, so they work as well on an object of a test's or a gallery's own.
 * A drag is one gesture: `begin`, any number of `change`, `end`. The functions are the same ones for as long as the
 * control lives; the object is a new one whenever `value`, `text` or `info` has changed.
 */
export type Parameter = {
  /** What it is. Its `value` and `text` are those of the last load; the current ones are beside it. */
  readonly info: ParameterInfo;
  /** The value to show, in [0, 1]: the user's own during a gesture, the plugin's otherwise. */
  readonly value: number;
  /** The value as the plugin writes it, with its unit, and with a real minus. */
  readonly text: string;
  /** How the default reads, where a control resets to more than this parameter's default. */
  readonly defaultText?: string;
  /** The user takes hold of the control. */
  begin(): void;
  /** The user moves it to a value in [0, 1]. Outside a gesture it is a whole gesture of its own. */
  change(value: number): void;
  /** The user lets go. */
  end(): void;
  /** Back to the default, as one gesture. */
  reset(): void;
  /**
   * Sets what the user typed, as one gesture: the nearest end of the range if it lies beyond. Resolves to false, with
   * nothing changed, if the plugin cannot read it.
   */
  enter(text: string): Promise<boolean>;
};
