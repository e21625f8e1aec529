import { useSyncExternalStore } from "react";
import type { AudioStatus } from "../protocol/index.ts";
import { useWavecraft } from "./use-wavecraft.ts";

/** How the audio is doing; null where it is the DAW's business, and without a connection. */
export function useAudioStatus(): AudioStatus | null {
  const { audioStatus } = useWavecraft();
  return useSyncExternalStore(audioStatus.subscribe, audioStatus.read);
}
