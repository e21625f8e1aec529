import { useSyncExternalStore } from "react";
import type { ConnectionStatus } from "../transport/transport.ts";
import { useWavecraft } from "./use-wavecraft.ts";

/** Whether the page reaches the plugin. */
export function useConnectionStatus(): ConnectionStatus {
  const { connection } = useWavecraft();
  return useSyncExternalStore(connection.subscribe, connection.read);
}
