import { useSyncExternalStore } from "react";
import type { ParameterList } from "../parameters/parameter-store.ts";
import { useWavecraft } from "./use-wavecraft.ts";

/** Which parameters there are. Moving values do not disturb: `useParameter` has those. */
export function useAllParameters(): ParameterList {
  const { list } = useWavecraft().parameters;
  return useSyncExternalStore(list.subscribe, list.read);
}
