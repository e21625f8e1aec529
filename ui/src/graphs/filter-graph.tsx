import { percent, Spectrum } from "@wavecraft/components";
import type { Parameter } from "@wavecraft/core";
import { useMemo } from "react";
import { frequencyOf, stepOf } from "../plain.ts";
import { type Cut, cutResponseDb, type Side } from "../response/filters.ts";
import { FREQUENCY, LEVEL, SPECTRUM_LEVEL } from "./axes.ts";
import { CornerHandle } from "./corner-handle.tsx";
import { DRAWING, type Point, pathOf, places } from "./path.ts";

/** Points of the curve: enough that the steepest slope looks smooth at 1,600 pixels. */
const POINTS = 241;

const FREQUENCY_LINES_HZ = [20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000];
const NAMED_FREQUENCIES: readonly [number, string][] = [
  [100, "100"],
  [1_000, "1k"],
  [10_000, "10k"],
];
const LEVEL_LINES_DB = [0, -12, -24, -36];
/** The line at 0 dB is the one on which the curve rests, and needs no name. */
const NAMED_LEVELS_DB = LEVEL_LINES_DB.slice(1);

/** Both spectra lie behind the curve, on its frequencies and on levels of their own. */
const SPECTRUM = { frequency: FREQUENCY, level: SPECTRUM_LEVEL, scale: false };

/** What a cut is set with. Each is missing until the parameters have been loaded. */
export type CutParameters = { frequency: Parameter | undefined; slope: Parameter | undefined };

type FilterGraphProps = { lowCut: CutParameters; highCut: CutParameters };

/**
 * The magnitude of both cuts together, drawn from the parameters, over the spectra before and after the strip; the corners can
 * be grabbed.
 */
export function FilterGraph({ lowCut, highCut }: FilterGraphProps) {
  const low = settingOf(lowCut, 20);
  const high = settingOf(highCut, 20_000);
  const curve = useMemo(
    () =>
      pathOf(places(POINTS).map((x) => responseAt(x, low.cornerHz, low.slope, high.cornerHz, high.slope))),
    [low.cornerHz, low.slope, high.cornerHz, high.slope],
  );
  return (
    <div className="graph filter-graph">
      <div className="graph-spectrum" data-point="before">
        <Spectrum id="before" label={null} {...SPECTRUM} />
      </div>
      <div className="graph-spectrum" data-point="after">
        <Spectrum id="after" label={null} {...SPECTRUM} />
      </div>
      <svg viewBox={`0 0 ${DRAWING} ${DRAWING}`} preserveAspectRatio="none" aria-hidden="true">
        <defs>
          <linearGradient id="filter-fill" x1="0" y1="0" x2="0" y2="1">
            <stop offset="0" className="fill-strong" />
            <stop offset="1" className="fill-weak" />
          </linearGradient>
        </defs>
        <Grid />
        <path className="graph-fill" d={`${curve}V${DRAWING}H0Z`} fill="url(#filter-fill)" />
        <path className="graph-curve" d={curve} />
      </svg>
      {NAMED_FREQUENCIES.map(([hz, name]) => (
        <span
          key={hz}
          className="graph-label graph-label-bottom"
          style={{ left: percent(FREQUENCY.placeOf(hz)) }}
          aria-hidden="true"
        >
          {name}
        </span>
      ))}
      {NAMED_LEVELS_DB.map((db) => (
        <span
          key={db}
          className="graph-label graph-label-left"
          style={{ top: percent(LEVEL.placeOf(db)) }}
          aria-hidden="true"
        >
          {`\u2212${-db}`}
        </span>
      ))}
      <CutHandle side="low" cut={lowCut} />
      <CutHandle side="high" cut={highCut} />
    </div>
  );
}

function CutHandle({ side, cut: { frequency, slope } }: { side: Side; cut: CutParameters }) {
  return frequency && slope ? <CornerHandle side={side} frequency={frequency} slope={slope} /> : null;
}

function settingOf(cut: CutParameters, cornerHz: number): Cut {
  return {
    cornerHz: cut.frequency ? frequencyOf(cut.frequency) : cornerHz,
    slope: cut.slope ? stepOf(cut.slope) : 0,
  };
}

function responseAt(x: number, lowHz: number, lowSlope: number, highHz: number, highSlope: number): Point {
  const hz = FREQUENCY.valueAt(x);
  const db =
    cutResponseDb("low", { cornerHz: lowHz, slope: lowSlope }, hz) +
    cutResponseDb("high", { cornerHz: highHz, slope: highSlope }, hz);
  // A curve that dives hundreds of decibels is cut off below the graph.
  return [x, Math.min(1.1, LEVEL.placeOf(db))];
}

function Grid() {
  const vertical = FREQUENCY_LINES_HZ.map((hz) => `M${FREQUENCY.placeOf(hz) * DRAWING} 0V${DRAWING}`);
  const horizontal = LEVEL_LINES_DB.map((db) => `M0 ${LEVEL.placeOf(db) * DRAWING}H${DRAWING}`);
  return <path className="graph-grid" d={[...vertical, ...horizontal].join("")} />;
}
