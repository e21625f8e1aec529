import { useEffect, useRef } from "react";
import { textWriter } from "../canvas/rare-writer.ts";
import { decibelNumber, decibels } from "./decibels.ts";
import { levelsAt, type MeterChannel, type MeterSource } from "./level-animation.ts";

/** What the number takes. */
export type PeakNumberProps = {
  source: MeterSource;
  channel: MeterChannel;
  /** Whether it has reached full scale. */
  isOver: boolean;
};

/** The shortest time between two numbers, in milliseconds. */
const PAUSE_MS = 100;

/** The highest peak of both channels for as long as this is there, written past React. */
export function PeakNumber({ source, channel, isOver }: PeakNumberProps) {
  const number = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const writer = textWriter(number, PAUSE_MS);
    let highest = -1;
    const take = () => {
      const update = source.read();
      if (update === null) return;
      const [leftPeak, , rightPeak] = levelsAt(channel, update);
      const peak = Math.max(leftPeak, rightPeak);
      if (peak <= highest) return;
      highest = peak;
      writer.update(decibelNumber(decibels(peak)));
    };
    take();
    const unsubscribe = source.subscribe(take);
    return () => {
      unsubscribe();
      writer.stop();
    };
  }, [source, channel]);
  return (
    <span className="wc-meter-number" data-over={isOver}>
      <span ref={number}>{"\u2013"}</span>
    </span>
  );
}
