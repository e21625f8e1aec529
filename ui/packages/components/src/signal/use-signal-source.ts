import type { SignalId, SignalInfo } from "@wavecraft/core";
import { usePluginInfo, useSignalInfo, useWavecraft } from "@wavecraft/core/react";
import { useMemo } from "react";
import type { SignalSource } from "./signal-animation.ts";

/** One of the plugin's signals, if it is there and of this kind; else why nothing is to be seen of it. */
export type FoundSignal =
  | { readonly info: SignalInfo; readonly source: SignalSource }
  | { readonly info?: never; readonly problem: string | null };

/** Finds a signal for a component that draws one kind. The problem is null until the plugin has answered. */
export function useSignalSource(id: SignalId, kind: SignalInfo["kind"], resolution: number): FoundSignal {
  const { signals } = useWavecraft();
  const isKnown = usePluginInfo() !== null;
  const info = useSignalInfo(id);
  const source = useMemo(
    () => ({
      follow: (listener: Parameters<typeof signals.follow>[2]) => signals.follow(id, resolution, listener),
    }),
    [signals, id, resolution],
  );
  if (info?.kind === kind) return { info, source };
  if (info !== undefined) return { problem: `The plugin's signal \`${id}\` is a ${info.kind}.` };
  return { problem: isKnown ? `The plugin has no signal \`${id}\`.` : null };
}
