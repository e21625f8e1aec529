import { useCallback } from "react";
import { type Axis, linearAxis, logarithmicAxis, percent } from "../graph/axis.ts";
import type { SignalSource } from "./signal-animation.ts";
import { SignalCanvas } from "./signal-canvas.tsx";
import { SpectrumPainter } from "./spectrum-painter.ts";

/** What a spectrum looks like, wherever its values come from. */
export type SpectrumLook = {
  /** Where frequencies stand, in Hz: as far as the columns reach unless told. Make it once, outside of what renders. */
  frequency?: Axis;
  /** Where levels stand, in dB, from the top: from 0 to -90 unless told. Make it once, likewise. */
  level?: Axis;
  /** Whether lines and numbers show what stands where: unless told not to. */
  scale?: boolean;
};

/** What the picture of a spectrum takes. */
export type SpectrumGraphProps = SpectrumLook & {
  source: SignalSource;
  /** What it is of; without it, it is an ornament that screen readers pass over. */
  label?: string | undefined;
  /** How many channels the source has: one unless told. */
  channels?: number;
  /** The frequencies of the first and the last column, in Hz. */
  lowestHz?: number;
  highestHz?: number;
};

const FREQUENCY = logarithmicAxis(20, 20_000);
const LEVEL = linearAxis(0, -90);
const FREQUENCY_MARKS: readonly [number, string][] = [
  [50, ""],
  [100, "100"],
  [200, ""],
  [500, ""],
  [1_000, "1k"],
  [2_000, ""],
  [5_000, ""],
  [10_000, "10k"],
];
const LEVEL_MARKS_DB = [-18, -36, -54, -72];

/** A spectrum, drawn past React. It fills the box that the page gives it. */
export function SpectrumGraph({
  source,
  label,
  channels = 1,
  lowestHz = 20,
  highestHz = 20_000,
  frequency = FREQUENCY,
  level = LEVEL,
  scale = true,
}: SpectrumGraphProps) {
  const makePainter = useCallback(
    (canvas: HTMLCanvasElement) =>
      new SpectrumPainter(canvas, { lowestHz, highestHz, channels, frequency, level }),
    [lowestHz, highestHz, channels, frequency, level],
  );
  const named = label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": label };
  return (
    <div className="wc-signal wc-spectrum" {...named}>
      {scale && <SpectrumScale frequency={frequency} level={level} />}
      <SignalCanvas source={source} makePainter={makePainter} />
    </div>
  );
}

/** Lines and numbers of what is within the graph. */
function SpectrumScale({ frequency, level }: { frequency: Axis; level: Axis }) {
  const isWithin = (place: number) => place > 0.02 && place < 0.98;
  return (
    <div aria-hidden="true">
      {FREQUENCY_MARKS.map(([hz, text]) => ({ hz, text, place: frequency.placeOf(hz) }))
        .filter(({ place }) => isWithin(place))
        .map(({ hz, text, place }) => (
          <span key={hz} className="wc-signal-column" style={{ left: percent(place) }}>
            {text}
          </span>
        ))}
      {LEVEL_MARKS_DB.map((db) => ({ db, place: level.placeOf(db) }))
        .filter(({ place }) => isWithin(place))
        .map(({ db, place }) => (
          <span key={db} className="wc-signal-row" style={{ top: percent(place) }}>
            {`\u2212${-db}`}
          </span>
        ))}
    </div>
  );
}
