import { useSyncExternalStore } from "react";
import type { WavecraftClient } from "../client.ts";
import { useWavecraft } from "./use-wavecraft.ts";

/** Opens the host's own menu for a parameter, where the host has one; null where it has none. */
export function useHostMenu(): WavecraftClient["openHostMenu"] | null {
  const { hasHostMenu, openHostMenu } = useWavecraft();
  return useSyncExternalStore(hasHostMenu.subscribe, hasHostMenu.read) ? openHostMenu : null;
}
