import { Knob, SegmentedSelector } from "@wavecraft/components";
import { useMeters, useParameter } from "@wavecraft/core/react";
import { DriveGraph } from "../graphs/drive-graph.tsx";
import { PLACED } from "../parameter-ids.ts";
import { Panel } from "./panel.tsx";

/** The factors as the selector shows them. */
const SHORT_FACTORS = ["Off", "2\u00d7", "4\u00d7", "8\u00d7"];

/** The drive stage: its curve, how hard it is driven, what it makes of it, and how cleanly. */
export function DriveSection() {
  const meters = useMeters();
  const drive = useParameter(PLACED.drive);
  const character = useParameter(PLACED.character);
  const oversampling = useParameter(PLACED.oversampling);
  const inputGain = useParameter(PLACED.inputGain);
  return (
    <Panel
      title="Drive"
      name="drive"
      aside={oversampling && <SegmentedSelector control={oversampling} shortVariants={SHORT_FACTORS} />}
    >
      <div className="stage">
        <DriveGraph drive={drive} character={character} inputGain={inputGain} meters={meters} />
      </div>
      <div className="controls">
        {drive && <Knob control={drive} size="large" />}
        {character && <SegmentedSelector control={character} />}
      </div>
    </Panel>
  );
}
