import { Knob, Panel, SegmentedSelector } from "@wavecraft/components";
import { useParameter } from "@wavecraft/core/react";
import { DriveGraph } from "../graphs/drive-graph.tsx";
import { ChannelsMenu } from "../menus/channels-menu.tsx";

/** The drive stage: what it makes of each level, how hard it is driven, and with which character. */
export function DriveSection() {
  const drive = useParameter("drive");
  const character = useParameter("character");
  return (
    <Panel title="Drive" className="panel-drive" aside={<ChannelsMenu />}>
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
