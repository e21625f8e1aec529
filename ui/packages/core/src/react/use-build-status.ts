import { useMemo, useSyncExternalStore } from "react";
import type { BuildStatus } from "../protocol/index.ts";
import { useWavecraft } from "./use-wavecraft.ts";

/** What became of the last change to the plugin's source, and how to stop showing it. */
export type DismissibleBuildStatus = {
  /** Null while there is no news, or after `dismiss`. */
  status: BuildStatus | null;
  /** The user has read enough; the next news shows again. */
  dismiss(): void;
};

/** What became of the last change to the plugin's source. */
export function useBuildStatus(): DismissibleBuildStatus {
  const { buildStatus } = useWavecraft();
  const status = useSyncExternalStore(buildStatus.subscribe, buildStatus.read);
  return useMemo(() => ({ status, dismiss: buildStatus.dismiss }), [status, buildStatus]);
}
