import { useMeters } from "@wavecraft/core/react";
import { LevelBars, type LevelBarsProps } from "./level-bars.tsx";

/** What a level meter takes. */
export type LevelMeterProps = Partial<Pick<LevelBarsProps, "label" | "scale" | "orientation">> & {
  /** Where it measures: before ("input") or after processing ("output"). */
  point: "input" | "output";
};

const LABELS = { input: "Input level", output: "Output level" };

/** The plugin's level at its input or output, with the decibels beside it unless `scale` is false. */
export function LevelMeter({ point, label = LABELS[point], scale = true, ...rest }: LevelMeterProps) {
  return <LevelBars source={useMeters()} channel={point} label={label} scale={scale} {...rest} />;
}
