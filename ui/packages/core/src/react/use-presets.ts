import { useSyncExternalStore } from "react";
import type { CurrentPreset, PresetInfo } from "../protocol/index.ts";
import type { PresetStore } from "../session/preset-store.ts";
import { useWavecraft } from "./use-wavecraft.ts";

/** The presets, and what can be done with them. */
export type Presets = {
  /** The preset that was loaded or saved last; null without a connection, and where there are no presets. */
  current: CurrentPreset | null;
  /** All of them; null before they are known. */
  list: readonly PresetInfo[] | null;
  /** Why they could not be had when they were last asked for; null if they could. */
  failure: Error | null;
  /** Loads, saves, renames and deletes. */
  store: PresetStore;
};

/** The presets. The list is asked for as long as a component uses this. */
export function usePresets(): Presets {
  const { presets } = useWavecraft();
  const current = useSyncExternalStore(presets.current.subscribe, presets.current.read);
  const list = useSyncExternalStore(presets.list.subscribe, presets.list.read);
  const failure = useSyncExternalStore(presets.failure.subscribe, presets.failure.read);
  return { current, list, failure, store: presets };
}
