import { type Readable, Store } from "@wavecraft/core";
import { createContext, useContext, useLayoutEffect } from "react";

/** Which parameters have been shown by a control so far. They stay in it: a control may be behind a tab. */
export class ShownParameters implements Readable<ReadonlySet<string>> {
  readonly #ids = new Store<ReadonlySet<string>>(new Set());
  readonly read = this.#ids.read;
  readonly subscribe = this.#ids.subscribe;

  /** A control shows this parameter. */
  add(id: string): void {
    if (!this.#ids.read().has(id)) this.#ids.set(new Set([...this.#ids.read(), id]));
  }
}

/** Where controls say what they show; null where nobody wants to know. Without a provider: one list for the page. */
export const ShownParametersContext = createContext<ShownParameters | null>(new ShownParameters());

/** Every control calls this with the id of its parameter. */
export function useShownParameter(id: string): void {
  const shown = useContext(ShownParametersContext);
  // Before the paint, so that no control is seen twice.
  useLayoutEffect(() => shown?.add(id), [shown, id]);
}
