import { percent, Spectrum } from "@wavecraft/components";
import { type FocusEvent, useMemo, useRef, useState } from "react";
import type { CutControl } from "../cuts/use-cut.ts";
import { decibelText, decimal, frequencyText, noteText } from "../numbers.ts";
import { frequencyOf, stepOf } from "../plain.ts";
import { type Cut, cutResponseDb, type Side } from "../response/filters.ts";
import { FREQUENCY, LEVEL, SPECTRUM_LEVEL } from "./axes.ts";
import { CornerHandle } from "./corner-handle.tsx";
import { DRAWING, type Point, pathOf, places } from "./path.ts";
import { Probe } from "./probe.tsx";

/** Points of the curve: enough that the steepest slope looks smooth at 1,600 pixels. */
const POINTS = 241;

/** The lines of the frequencies, and what stands below them; where there is little room, below the decades alone. */
const FREQUENCIES: readonly [hz: number, name: string, isDecade?: boolean][] = [
  [20, "20"],
  [50, "50"],
  [100, "100", true],
  [200, "200"],
  [500, "500"],
  [1_000, "1k", true],
  [2_000, "2k"],
  [5_000, "5k"],
  [10_000, "10k", true],
  // At the edge, where a name would have no room.
  [20_000, ""],
];
const LEVELS_DB = [0, -12, -24, -36];

/** Both spectra lie behind the curve, on its frequencies and on levels of their own. */
const SPECTRUM = { frequency: FREQUENCY, level: SPECTRUM_LEVEL, scale: false };

type FilterGraphProps = { lowCut: CutControl | undefined; highCut: CutControl | undefined };

/**
 * The magnitude of both cuts together, drawn from the parameters, over the spectra before and after the strip. The corners and
 * slopes can be grabbed; anywhere else the pointer only asks.
 */
export function FilterGraph({ lowCut, highCut }: FilterGraphProps) {
  const plot = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<Side | undefined>();
  const low = settingOf(lowCut, 20);
  const high = settingOf(highCut, 20_000);
  const curve = useMemo(
    () =>
      pathOf(
        places(POINTS).map((x): Point => {
          const db = responseDb(
            { cornerHz: low.cornerHz, slope: low.slope },
            { cornerHz: high.cornerHz, slope: high.slope },
            FREQUENCY.valueAt(x),
          );
          // A curve that dives hundreds of decibels is cut off below the graph.
          return [x, Math.min(1.1, LEVEL.placeOf(db))];
        }),
      ),
    [low.cornerHz, low.slope, high.cornerHz, high.slope],
  );
  const onFocus = ({ target }: FocusEvent<Element>) => {
    const side = target.classList.contains("handle-low") ? "low" : "high";
    setFocused(target.matches(":focus-visible") ? side : undefined);
  };
  const heldHz = { low: low.cornerHz, high: high.cornerHz, none: undefined }[focused ?? "none"];
  return (
    <div className="graph filter-graph" data-idle={low.slope === 0 && high.slope === 0}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only looks which of its handles has the keyboard. */}
      <div ref={plot} className="graph-plot" onFocus={onFocus} onBlur={() => setFocused(undefined)}>
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
        {LEVELS_DB.map((db) => (
          <span
            key={db}
            className="graph-label graph-label-left"
            style={{ top: percent(LEVEL.placeOf(db)) }}
            aria-hidden="true"
          >
            {decimal(db, 0)}
          </span>
        ))}
        {lowCut && <CornerHandle cut={lowCut} plot={plot} />}
        {highCut && <CornerHandle cut={highCut} plot={plot} />}
        <Probe
          plot={plot}
          axis={FREQUENCY}
          curveAt={(hz) => LEVEL.placeOf(responseDb(low, high, hz))}
          held={heldHz}
          describe={(hz) => (
            <>
              <b>{frequencyText(hz)}</b>
              <span>{decibelText(responseDb(low, high, hz))}</span>
              <span>{noteText(hz)}</span>
            </>
          )}
        />
      </div>
      <div className="graph-feet" aria-hidden="true">
        {FREQUENCIES.map(([hz, name, isDecade = false]) => (
          <span
            key={hz}
            className="graph-label"
            data-decade={isDecade}
            style={{ left: percent(FREQUENCY.placeOf(hz)) }}
          >
            {name}
          </span>
        ))}
      </div>
    </div>
  );
}

function settingOf(cut: CutControl | undefined, cornerHz: number): Cut {
  return cut === undefined
    ? { cornerHz, slope: 0 }
    : { cornerHz: frequencyOf(cut.frequency), slope: stepOf(cut.slope) };
}

function responseDb(low: Cut, high: Cut, hz: number): number {
  return cutResponseDb("low", low, hz) + cutResponseDb("high", high, hz);
}

function Grid() {
  const vertical = FREQUENCIES.map(([hz]) => `M${FREQUENCY.placeOf(hz) * DRAWING} 0V${DRAWING}`);
  const horizontal = LEVELS_DB.map((db) => `M0 ${LEVEL.placeOf(db) * DRAWING}H${DRAWING}`);
  return <path className="graph-grid" d={[...vertical, ...horizontal].join("")} />;
}
