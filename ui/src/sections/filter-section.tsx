import { Knob, Panel, SegmentedSelector } from "@wavecraft/components";
import { type CutControl, useCut } from "../cuts/use-cut.ts";
import { FilterGraph } from "../graphs/filter-graph.tsx";

/** The slopes as the selector shows them; "dB/oct" stands beside it. */
const SHORT_SLOPES = ["Off", "12", "24", "48"];

/** The two cuts: their curve, and their corners and slopes as controls. */
export function FilterSection() {
  const lowCut = useCut("low");
  const highCut = useCut("high");
  return (
    <Panel title="Filters" className="panel-filters">
      <div className="stage">
        <FilterGraph lowCut={lowCut} highCut={highCut} />
      </div>
      <div className="controls">
        {lowCut && <CutControls cut={lowCut} />}
        {lowCut && (
          <span className="slope-unit" aria-hidden="true">
            dB/oct
          </span>
        )}
        {highCut && <CutControls cut={highCut} />}
      </div>
    </Panel>
  );
}

function CutControls({ cut: { side, frequency, slope, isOff } }: { cut: CutControl }) {
  return (
    <>
      {/* A high cut does more the lower it is. */}
      <Knob control={frequency} size="medium" origin={side === "low" ? "start" : "end"} idle={isOff} />
      <SegmentedSelector control={slope} shortVariants={SHORT_SLOPES} />
    </>
  );
}
