import type { MeterStore } from "../meters/meter-store.ts";
import { useWavecraft } from "./use-wavecraft.ts";

/** The levels as a store, to paint them past React: following it renders nothing anew. */
export function useMeters(): MeterStore {
  return useWavecraft().meters;
}
