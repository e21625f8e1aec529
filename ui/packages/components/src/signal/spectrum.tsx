import type { SignalId } from "@wavecraft/core";
import { SpectrumGraph, type SpectrumLook } from "./spectrum-graph.tsx";
import { useSignalSource } from "./use-signal-source.ts";

/** What a spectrum takes. */
export type SpectrumProps = SpectrumLook & {
  /** The signal's id: one of the plugin's, which is a spectrum. */
  id: SignalId;
  /** Its name: the signal's own unless told otherwise. Null makes it an ornament that screen readers pass over. */
  label?: string | null;
  /** In how many columns it is drawn, from 16 to 2,048: 256 unless told. */
  resolution?: number;
};

/**
 * The spectrum of one of the plugin's signals. It fills the box that the page gives it; without a scale, several lie on each
 * other. The plugin analyses the signal only while this is shown and the page is seen.
 *
 * Nothing until the plugin has answered; a sentence where it has no such spectrum. Values go to the canvas past React.
 */
export function Spectrum({ id, label, resolution = 256, ...look }: SpectrumProps) {
  const signal = useSignalSource(id, "spectrum", resolution);
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
  return (
    <SpectrumGraph
      source={source}
      label={label === null ? undefined : (label ?? info.name)}
      channels={info.channels}
      {...(info.min_hz !== undefined && { lowestHz: info.min_hz })}
      {...(info.max_hz !== undefined && { highestHz: info.max_hz })}
      {...look}
    />
  );
}
