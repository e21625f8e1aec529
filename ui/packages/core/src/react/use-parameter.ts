import { useCallback, useSyncExternalStore } from "react";
import type { Parameter } from "../parameter.ts";
import type { ParameterId } from "../register.ts";
import { useWavecraft } from "./use-wavecraft.ts";

/** One parameter; undefined while the plugin has none of this id, as before the first load. Others do not disturb. */
export function useParameter(id: ParameterId): Parameter | undefined {
  const { parameters } = useWavecraft();
  const subscribe = useCallback(
    (listener: () => void) => parameters.subscribe(id, listener),
    [parameters, id],
  );
  return useSyncExternalStore(subscribe, () => parameters.control(id));
}
