import { useMemo, useSyncExternalStore } from "react";
import type { ControllersState } from "../protocol/index.ts";
import { useWavecraft } from "./use-wavecraft.ts";

/** The MIDI controllers, and what can be done with them. */
export type Controllers = {
  /** Which move which parameters, and which is learning; null where the host ties none. */
  state: ControllersState | null;
  /** The next controller that moves is tied to this parameter. */
  learn(id: string): void;
  /** No parameter learns a controller any more. */
  stopLearning(): void;
  /** The parameter is no longer moved by a controller. */
  forget(id: string): void;
};

/** MIDI controllers that move parameters, where the host can tie them. */
export function useControllers(): Controllers {
  const { controllers } = useWavecraft();
  const state = useSyncExternalStore(controllers.subscribe, controllers.read);
  return useMemo(
    () => ({
      state,
      learn: controllers.learn,
      stopLearning: controllers.stopLearning,
      forget: controllers.forget,
    }),
    [state, controllers],
  );
}
