import { useSyncExternalStore } from "react";
import type { PluginInfo } from "../protocol/index.ts";
import { useWavecraft } from "./use-wavecraft.ts";

/** Who answers; null before the first answer. */
export function usePluginInfo(): PluginInfo | null {
  const { pluginInfo } = useWavecraft();
  return useSyncExternalStore(pluginInfo.subscribe, pluginInfo.read);
}
