import { useEffect, useEffectEvent } from "react";
import type { SignalInfo } from "../protocol/index.ts";
import type { SignalId } from "../register.ts";
import type { SignalListener } from "../signals/signal-store.ts";
import { usePluginInfo } from "./use-plugin-info.ts";
import { useWavecraft } from "./use-wavecraft.ts";

/** In how many columns a signal comes unless told. */
const RESOLUTION = 256;

/**
 * Calls `listener` with a signal's values about 30 times a second, to paint them past React: nothing renders anew. With null,
 * when nothing more is known of it: the page is hidden, or the connection gone.
 *
 * Returns what the signal is; undefined until the plugin has answered, and if it has none of this id.
 */
export function useSignal(
  id: SignalId,
  listener: SignalListener,
  resolution: number = RESOLUTION,
): SignalInfo | undefined {
  const { signals } = useWavecraft();
  const tell = useEffectEvent(listener);
  useEffect(() => signals.follow(id, resolution, (values) => tell(values)), [signals, id, resolution]);
  return useSignalInfo(id);
}

/** What one of the plugin's signals is; undefined until the plugin has answered, and if it has none of this id. */
export function useSignalInfo(id: SignalId): SignalInfo | undefined {
  return usePluginInfo()?.signals.find((signal) => signal.id === id);
}
