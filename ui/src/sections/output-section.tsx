import { Knob, LevelMeter, Panel } from "@wavecraft/components";
import { useParameter } from "@wavecraft/core/react";

/** Where the sound goes out: how much of it is processed, the gain after everything else, and its level. */
export function OutputSection() {
  const mix = useParameter("mix");
  const gain = useParameter("output_gain");
  return (
    <Panel title="Output" className="panel-output">
      <div className="stage stage-meter">
        <LevelMeter point="output" />
      </div>
      <div className="controls">
        {mix && <Knob control={mix} size="medium" />}
        {gain && <Knob control={gain} size="medium" label="Gain" />}
      </div>
    </Panel>
  );
}
