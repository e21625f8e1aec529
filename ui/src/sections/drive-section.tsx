import { Knob, Panel, SegmentedSelector } from "@wavecraft/components";
import { useParameter } from "@wavecraft/core/react";
import { DriveGraph } from "../graphs/drive-graph.tsx";

/** The factors as the selector shows them. */
const SHORT_FACTORS = ["Off", "2\u00d7", "4\u00d7", "8\u00d7"];

/** The drive stage: its curve, how hard it is driven, what it makes of it, and how cleanly. */
export function DriveSection() {
  const drive = useParameter("drive");
  const character = useParameter("character");
  const oversampling = useParameter("oversampling");
  return (
    <Panel
      title="Drive"
      className="panel-drive"
      aside={oversampling && <SegmentedSelector control={oversampling} shortVariants={SHORT_FACTORS} />}
    >
      <div className="stage">
        <DriveGraph drive={drive} character={character} />
      </div>
      <div className="controls">
        {drive && <Knob control={drive} size="large" />}
        {character && <SegmentedSelector control={character} />}
      </div>
    </Panel>
  );
}
