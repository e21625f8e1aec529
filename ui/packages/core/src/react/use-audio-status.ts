import { useSyncExternalStore } from "react";
import type { AudioStatus } from "../protocol/index.ts";
import { useWavecraft } from "./use-wavecraft.ts";

/**
 * How the audio is doing; null without a connection. In a DAW, whose business it is, its rate and longest block, and null before
 * it has activated the plugin.
 */
export function useAudioStatus(): AudioStatus | null {
  const { audioStatus } = useWavecraft();
  return useSyncExternalStore(audioStatus.subscribe, audioStatus.read);
}
