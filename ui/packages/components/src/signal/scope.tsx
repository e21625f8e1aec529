import type { SignalId } from "@wavecraft/core";
import { ScopeGraph, type ScopeLook } from "./scope-graph.tsx";
import { useSignalSource } from "./use-signal-source.ts";

/** What a scope takes. */
export type ScopeProps = ScopeLook & {
  /** The signal's id: one of the plugin's, which is a waveform. */
  id: SignalId;
  /** Its name: the signal's own unless told otherwise. Null makes it an ornament that screen readers pass over. */
  label?: string | null;
  /** In how many columns it is drawn, from 16 to 2,048: 256 unless told. */
  resolution?: number;
};

/**
 * The waveform of one of the plugin's signals, which stands still while the sound repeats itself. It fills the box that the
 * page gives it. The plugin looks at the signal only while this is shown and the page is seen.
 *
 * Nothing until the plugin has answered; a sentence where it has no such waveform. Values go to the canvas past React.
 */
export function Scope({ id, label, resolution = 256, ...look }: ScopeProps) {
  const signal = useSignalSource(id, "waveform", resolution);
  if (signal.info === undefined) {
    return (
      signal.problem && (
        <p className="wc-missing" role="alert">
          {signal.problem}
        </p>
      )
    );
  }
  const { info, source } = signal;
  const name = label === null ? undefined : (label ?? info.name);
  return <ScopeGraph source={source} label={name} channels={info.channels} {...look} />;
}
