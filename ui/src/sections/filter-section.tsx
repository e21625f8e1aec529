import { Knob, Panel, SegmentedSelector } from "@wavecraft/components";
import type { Parameter } from "@wavecraft/core";
import { useParameter } from "@wavecraft/core/react";
import { FilterGraph } from "../graphs/filter-graph.tsx";

/** The slopes as the selector shows them; "dB/oct" stands beside it. */
const SHORT_SLOPES = ["Off", "12", "24", "48"];

/** The two cuts: their curve, and their corners and slopes as controls. */
export function FilterSection() {
  const lowCut = { frequency: useParameter("low_cut_freq"), slope: useParameter("low_cut_slope") };
  const highCut = {
    frequency: useParameter("high_cut_freq"),
    slope: useParameter("high_cut_slope"),
  };
  return (
    <Panel title="Filters" className="panel-filters">
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
