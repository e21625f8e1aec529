import type { ParameterId, ParameterInfo } from "@wavecraft/core";
import { useAllParameters } from "@wavecraft/core/react";
import { useContext, useLayoutEffect, useState, useSyncExternalStore } from "react";
import { ParameterControl } from "./parameter-control.tsx";
import { ShownParameters, ShownParametersContext } from "./shown-parameters.ts";

/** What the row takes. */
export type UnplacedParametersProps = {
  /** Parameters that have a place although no control has shown them yet, such as those behind a tab. */
  placed?: readonly ParameterId[];
};

/** What is asked where nobody keeps a list. */
const NONE_SHOWN = new ShownParameters();

/**
 * A row with the parameters that no control of the page has shown so far, or nothing: whoever adds a parameter to the
 * plugin can turn it at once. It belongs behind the page's other controls.
 */
export function UnplacedParameters({ placed = [] }: UnplacedParametersProps) {
  const { parameters } = useAllParameters();
  const registry = useContext(ShownParametersContext) ?? NONE_SHOWN;
  const shown = useSyncExternalStore(registry.subscribe, registry.read);
  // A step behind the list, yet before the paint: the page's other controls have said by then what they show.
  const [settled, setSettled] = useState<readonly ParameterInfo[]>([]);
  useLayoutEffect(() => setSettled(parameters), [parameters]);

  const others = settled.filter(({ id }) => !shown.has(id) && !(placed as readonly string[]).includes(id));
  if (others.length === 0) return null;
  return (
    <ShownParametersContext value={null}>
      <section className="wc-unplaced" aria-label="More">
        {others.map(({ id }) => (
          // Of an id that the plugin itself has named.
          <ParameterControl key={id} id={id as ParameterId} size="small" />
        ))}
      </section>
    </ShownParametersContext>
  );
}
