import { useSyncExternalStore } from "react";
import type { MeterId } from "../register.ts";
import { useWavecraft } from "./use-wavecraft.ts";

/**
 * The newest values of one of the plugin's own meters, a number for each channel, or null. Renders 30 to 60 times a second:
 * for small parts of a page; `useMeter` for the rest.
 */
export function useMeterValues(id: MeterId): readonly number[] | null {
  const values = useWavecraft().meters.own(id);
  return useSyncExternalStore(values.subscribe, values.read);
}
