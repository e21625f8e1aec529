import { useMemo } from "react";
import type { MeterInfo } from "../protocol/index.ts";
import type { MeterId } from "../register.ts";
import type { Readable } from "../store.ts";
import { usePluginInfo } from "./use-plugin-info.ts";
import { useWavecraft } from "./use-wavecraft.ts";

/** One of the plugin's own meters: what it is, and its values to paint past React. */
export type OwnMeter = {
  /** Its name, kind, channels, unit and range. */
  readonly info: MeterInfo;
  /** The newest values, a number for each channel; null while nothing is measured. Following it renders nothing anew. */
  readonly values: Readable<readonly number[] | null>;
};

/** One of the plugin's own meters; undefined until the plugin has answered, and if it has none of this id. */
export function useMeter(id: MeterId): OwnMeter | undefined {
  const { meters } = useWavecraft();
  const info = usePluginInfo()?.meters.find((meter) => meter.id === id);
  return useMemo(
    () => (info === undefined ? undefined : { info, values: meters.own(id) }),
    [info, meters, id],
  );
}
