import type { OwnMeter } from "@wavecraft/core/react";
import { useEffect, useEffectEvent } from "react";
import type { ChannelBallistics } from "./channel-ballistics.ts";
import { OwnMeterAnimation } from "./own-meter-animation.ts";

/**
 * Calls `paint` on animation frames while one of the plugin's own meters moves, with its channels as meters show them: levels
 * rise at once and fall slowly. For what a page draws itself, past React; nothing happens while nothing moves.
 */
export function useMeterChannels(
  meter: OwnMeter | undefined,
  paint: (channels: readonly ChannelBallistics[], measured: boolean) => void,
): void {
  const paintNow = useEffectEvent(paint);
  useEffect(() => {
    if (meter === undefined) return;
    const { values, info } = meter;
    const animation = new OwnMeterAnimation(values, info.kind, info.channels, (channels, measured) =>
      paintNow(channels, measured),
    );
    animation.start();
    return () => animation.stop();
  }, [meter]);
}
