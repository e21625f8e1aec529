import { useSyncExternalStore } from "react";
import type { MeterUpdate } from "../protocol/index.ts";
import { useMeters } from "./use-meters.ts";

/** The newest levels, or null. Renders 30 to 60 times a second: for small parts of a page; `useMeters` for the rest. */
export function useMeterFrame(): MeterUpdate | null {
  const meters = useMeters();
  return useSyncExternalStore(meters.subscribe, meters.read);
}
