import { RareWriter, textWriter, usePainter } from "@wavecraft/components";
import { useMeter } from "@wavecraft/core/react";
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import { decibelText, percentText } from "../numbers.ts";
import type { DrivenSine } from "../response/drive.ts";
import { HarmonicsPainter } from "./harmonics-painter.ts";

/** How far down the bars of the harmonics reach, in dB below the tone. */
const FLOOR_DB = -60;

/** The harmonics that have a bar, the second one first. */
const HARMONICS = [2, 3, 4, 5, 6, 7];

/** The shortest time between two numbers, so that they can be read, in milliseconds. */
const PAUSE_MS = 100;

/** What a page draws into it past React. */
export type DriveReadingHandle = {
  /** Shows what the stage makes of the sound, which is computed only when it is shown; null while there is none. */
  show(compute: (() => DrivenSine) | null): void;
};

/**
 * What the drive stage does at the present level: harmonics as bars and as their sum, by its curve, and the gain, as the plugin
 * measures it.
 */
export function DriveReading({ ref }: { ref: Ref<DriveReadingHandle> }) {
  const added = useRef<HTMLElement>(null);
  const gain = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const bars = usePainter(canvas, "texts", (element) => new HarmonicsPainter(element));
  const [writer] = useState(
    () =>
      new RareWriter<(() => DrivenSine) | null>(
        (compute) => {
          if (added.current === null || bars.current === null) return;
          const sine = compute?.() ?? null;
          added.current.textContent = sine === null ? "\u2013" : percentText(sine.distortion);
          bars.current.heights = HARMONICS.map((_, index) => {
            const db = 20 * Math.log10(Math.abs(sine?.harmonics[index] ?? 0));
            return Math.max(0, 1 - db / FLOOR_DB);
          });
          bars.current.paint();
        },
        PAUSE_MS,
        "texts",
      ),
  );
  const measured = useMeter("drive_gain")?.values;
  useEffect(() => () => writer.stop(), [writer]);
  useEffect(() => {
    const gainWriter = textWriter(gain, PAUSE_MS);
    const unsubscribe = measured?.subscribe(() => {
      const [gainDb] = measured.read() ?? [];
      gainWriter.update(gainDb === undefined ? "\u2013" : decibelText(gainDb));
    });
    return () => {
      unsubscribe?.();
      gainWriter.stop();
    };
  }, [measured]);
  useImperativeHandle(ref, () => ({ show: (compute) => writer.update(compute) }), [writer]);
  return (
    <>
      <dl className="drive-reading">
        <dt>Harmonics</dt>
        <dd ref={added}>{"\u2013"}</dd>
        <dt>Gain</dt>
        <dd ref={gain}>{"\u2013"}</dd>
      </dl>
      <div className="drive-harmonics" aria-hidden="true">
        <canvas ref={canvas} />
        <div>
          {HARMONICS.map((harmonic) => (
            <span key={harmonic}>{harmonic}</span>
          ))}
        </div>
      </div>
    </>
  );
}
