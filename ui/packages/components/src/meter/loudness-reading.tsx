import type { OwnMeter } from "@wavecraft/core/react";
import { useEffect, useRef, useState } from "react";
import { textWriter } from "../canvas/rare-writer.ts";
import { decibelNumber } from "./decibels.ts";
import { levelsAt, type MeterChannel, type MeterSource } from "./level-animation.ts";
import { LevelBallistics } from "./level-ballistics.ts";

/** What the reading takes. */
export type LoudnessReadingProps = {
  /** Where the levels come from. */
  source: MeterSource;
  /** Levels after ("output") or before processing ("input"). */
  channel: MeterChannel;
  /** The plugin's meter of the same point's loudness, in LUFS, if it has one: a click changes over between it and RMS. */
  loudness?: OwnMeter | undefined;
  /** The name of what is measured. */
  label: string;
};

/** The shortest time between two numbers, so that they can be read, in milliseconds. */
const PAUSE_MS = 150;

/** How loud a point is, in numbers: as RMS of the louder channel, or as momentary loudness. Written past React. */
export function LoudnessReading({ source, channel, loudness, label }: LoudnessReadingProps) {
  const number = useRef<HTMLSpanElement>(null);
  const [isRms, setRms] = useState(true);
  const shown = isRms ? undefined : loudness?.values;
  useEffect(() => {
    const read = shown === undefined ? readRms(source, channel) : () => shown.read()?.[0];
    const writer = textWriter(number, PAUSE_MS);
    const take = () => writer.update(decibelNumber(read() ?? Number.NEGATIVE_INFINITY));
    take();
    const unsubscribe = source.subscribe(take);
    return () => {
      unsubscribe();
      writer.stop();
    };
  }, [source, channel, shown]);
  const unit = shown === undefined ? "RMS" : "LUFS";
  return (
    <button
      type="button"
      className="wc-meter-reading"
      aria-label={`${label}, in ${unit}`}
      disabled={loudness === undefined}
      onClick={() => setRms(!isRms)}
    >
      <span className="wc-meter-number">
        <span ref={number} />
      </span>
      <span className="wc-meter-unit">{unit}</span>
    </button>
  );
}

/** Reads the RMS of the louder channel, as meters show it, in dBFS. */
function readRms(source: MeterSource, channel: MeterChannel): () => number {
  const levels = [new LevelBallistics(), new LevelBallistics()] as const;
  let measured_us: number | undefined;
  return () => {
    const update = source.read();
    const [leftPeak, leftRms, rightPeak, rightRms] =
      update === null ? [0, 0, 0, 0] : levelsAt(channel, update);
    const now_us = update?.timestamp_us;
    const elapsed_s = ((now_us ?? 0) - (measured_us ?? now_us ?? 0)) / 1e6;
    measured_us = now_us;
    if (now_us === undefined) for (const level of levels) level.reset();
    levels[0].measure(leftPeak, leftRms);
    levels[1].measure(rightPeak, rightRms);
    for (const level of levels) level.advance(Math.max(0, elapsed_s));
    return Math.max(...levels.map(({ rmsDb }) => rmsDb));
  };
}
