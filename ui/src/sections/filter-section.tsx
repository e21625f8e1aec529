import { Knob, SegmentedSelector } from "@wavecraft/components";
import type { Parameter } from "@wavecraft/core";
import { useParameter } from "@wavecraft/core/react";
import { FilterGraph } from "../graphs/filter-graph.tsx";
import { PLACED } from "../parameter-ids.ts";
import { Panel } from "./panel.tsx";

/** The slopes as the selector shows them; "dB/oct" stands beside it. */
const SHORT_SLOPES = ["Off", "12", "24", "48"];

/** The two cuts: their curve, and their corners and slopes as controls. */
export function FilterSection() {
  const lowCut = { frequency: useParameter(PLACED.lowCutFrequency), slope: useParameter(PLACED.lowCutSlope) };
  const highCut = {
    frequency: useParameter(PLACED.highCutFrequency),
    slope: useParameter(PLACED.highCutSlope),
  };
  return (
    <Panel title="Filters" name="filters">
      <div className="stage">
        <FilterGraph lowCut={lowCut} highCut={highCut} />
      </div>
      <div className="controls">
        <CutControls origin="start" {...lowCut} />
        {lowCut.slope && (
          <span className="slope-unit" aria-hidden="true">
            dB/oct
          </span>
        )}
        <CutControls origin="end" {...highCut} />
      </div>
    </Panel>
  );
}

type CutControlsProps = {
  /** Where the travel has the cut off. */
  origin: "start" | "end";
  frequency: Parameter | undefined;
  slope: Parameter | undefined;
};

function CutControls({ origin, frequency, slope }: CutControlsProps) {
  return (
    <>
      {frequency && <Knob control={frequency} size="medium" origin={origin} />}
      {slope && <SegmentedSelector control={slope} shortVariants={SHORT_SLOPES} />}
    </>
  );
}
