import type { MeterId } from "@wavecraft/core";
import { useMeter, useMeters } from "@wavecraft/core/react";
import { LevelBars, type LevelBarsProps } from "./level-bars.tsx";
import { LoudnessReading } from "./loudness-reading.tsx";

/** What a level meter takes. */
export type LevelMeterProps = Partial<
  Pick<LevelBarsProps, "label" | "scale" | "scaleChoice" | "peak" | "orientation">
> & {
  /** Where it measures: before ("input") or after processing ("output"). */
  point: "input" | "output";
  /** Whether it says in numbers how loud it is, below the bars: as RMS, or, after a click, in LUFS. Not unless told so. */
  reading?: boolean;
  /** The plugin's own meter of the loudness there, in LUFS. */
  loudness?: MeterId;
};

const LABELS = { input: "Input level", output: "Output level" };

/** The plugin's level at its input or output, with the decibels beside it unless `scale` is false. */
export function LevelMeter({
  point,
  label = LABELS[point],
  scale = true,
  reading = false,
  loudness,
  ...rest
}: LevelMeterProps) {
  const source = useMeters();
  const own = useMeter(loudness ?? ("" as MeterId));
  return (
    <LevelBars source={source} channel={point} label={label} scale={scale} {...rest}>
      {reading && <LoudnessReading source={source} channel={point} loudness={own} label={label} />}
    </LevelBars>
  );
}
