import {
  linearAxis,
  logarithmicAxis,
  Panel,
  ParameterControl,
  percent,
  SegmentedSelector,
} from "@wavecraft/components";
import type { Parameter } from "@wavecraft/core";
import { useParameter } from "@wavecraft/core/react";
import { useRef } from "react";
import { curve, DRAWING, pathThrough } from "./graph.ts";
import { usePlaneDrag } from "./use-plane-drag.ts";

const FREQUENCY = logarithmicAxis(20, 20_000);
const LEVEL_DB = linearAxis(30, -48);
const LINES_HZ = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];
const NAMES: readonly [hz: number, name: string][] = [
  [100, "100"],
  [1_000, "1k"],
  [10_000, "10k"],
];
const POINTS = 241;

/** The damping without resonance and at most, as the plugin's filter has it. */
const DAMPING_OF_TWO = Math.SQRT2;
const DAMPINGS_OF_FOUR = [1.847759, 0.765367] as const;
const LEAST_DAMPING = 0.05;

/** The filter's response, which can be grabbed, where its envelope takes it, and its knobs. */
export function FilterPanel() {
  const cutoff = useParameter("cutoff");
  const resonance = useParameter("resonance");
  const slope = useParameter("slope");
  const envelope = useParameter("filter_envelope");
  return (
    <Panel
      title="Filter"
      className="filter"
      aside={slope !== undefined && <SegmentedSelector control={slope} />}
    >
      {cutoff !== undefined && resonance !== undefined && slope !== undefined && (
        <Response cutoff={cutoff} resonance={resonance} slope={slope} envelope={envelope} />
      )}
      <div className="knobs">
        <ParameterControl id="cutoff" />
        <ParameterControl id="resonance" />
        <ParameterControl id="filter_envelope" />
        <ParameterControl id="key_tracking" />
      </div>
    </Panel>
  );
}

type ResponseProps = {
  cutoff: Parameter;
  resonance: Parameter;
  slope: Parameter;
  envelope: Parameter | undefined;
};

function Response({ cutoff, resonance, slope, envelope }: ResponseProps) {
  const graph = useRef<HTMLDivElement>(null);
  const size = () => graph.current?.getBoundingClientRect();
  const { dragging, handlers } = usePlaneDrag({
    sideways: [cutoff, () => size()?.width ?? 0],
    upwards: [resonance, () => (size()?.height ?? 0) / 2],
  });
  const { min = 20, max = 20_000 } = cutoff.info;
  const hz = min * (max / min) ** cutoff.value;
  const poles = slope.value > 0.5 ? 4 : 2;
  const octaves = envelope === undefined ? 0 : 12 * envelope.value - 6;
  const path = (cutoffHz: number) =>
    pathThrough(curve(POINTS, (x) => placeOfGain(FREQUENCY.valueAt(x) / cutoffHz, resonance.value, poles)));
  return (
    <div ref={graph} {...handlers} className="graph response" data-held={dragging}>
      <svg viewBox={`0 0 ${DRAWING} ${DRAWING}`} preserveAspectRatio="none" aria-hidden="true">
        <path
          className="graph-axis"
          d={LINES_HZ.map((line) => `M${FREQUENCY.placeOf(line) * DRAWING} 0V${DRAWING}`).join("")}
        />
        <path className="graph-axis" d={`M0 ${LEVEL_DB.placeOf(0) * DRAWING}H${DRAWING}`} />
        <path className="graph-ghost" d={path(hz * 2 ** octaves)} />
        <path className="graph-fill" d={`${path(hz)}V${DRAWING}H0Z`} />
        <path className="graph-line" d={path(hz)} />
      </svg>
      {NAMES.map(([line, name]) => (
        <span key={name} className="graph-name" style={{ left: percent(FREQUENCY.placeOf(line)) }}>
          {name}
        </span>
      ))}
      <span
        className="handle"
        style={{
          left: percent(FREQUENCY.placeOf(hz)),
          top: percent(placeOfGain(1, resonance.value, poles)),
        }}
      />
    </div>
  );
}

/** Where in the graph the gain is at a frequency, as a ratio to the cutoff. */
function placeOfGain(ratio: number, resonance: number, poles: 2 | 4): number {
  const resonant = (damping: number) => damping * (LEAST_DAMPING / damping) ** resonance;
  const stageDb = (damping: number) => -10 * Math.log10((1 - ratio ** 2) ** 2 + (damping * ratio) ** 2);
  const db =
    poles === 2
      ? stageDb(resonant(DAMPING_OF_TWO))
      : stageDb(DAMPINGS_OF_FOUR[0]) + stageDb(resonant(DAMPINGS_OF_FOUR[1]));
  return Math.min(1.1, Math.max(0.03, LEVEL_DB.placeOf(db)));
}
