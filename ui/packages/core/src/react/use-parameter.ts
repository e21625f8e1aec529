import { useCallback, useSyncExternalStore } from "react";
import type { ParameterControl } from "../parameter-control.ts";
import { useWavecraft } from "./use-wavecraft.ts";

/** One parameter; undefined while the plugin has none of this id, as before the first load. Others do not disturb. */
export function useParameter(id: string): ParameterControl | undefined {
  const { parameters } = useWavecraft();
  const subscribe = useCallback(
    (listener: () => void) => parameters.subscribe(id, listener),
    [parameters, id],
  );
  return useSyncExternalStore(subscribe, () => parameters.control(id));
}
