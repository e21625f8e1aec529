import { Knob, LevelMeter, Panel } from "@wavecraft/components";
import { useParameter } from "@wavecraft/core/react";
import { AutoGain } from "./auto-gain.tsx";
import { Toggle } from "./toggle.tsx";

/** Where the sound goes out: how much of it is processed, the gain after everything else, and its level. */
export function OutputSection() {
  const mix = useParameter("mix");
  const gain = useParameter("output_gain");
  const delta = useParameter("delta");
  return (
    <Panel title="Output" className="panel-output">
      <div className="stage stage-meter">
        <LevelMeter point="output" peak reading scaleChoice loudness="output_loudness" />
      </div>
      <div className="controls">
        {mix && <Knob control={mix} size="medium" />}
        {gain && <Knob control={gain} size="medium" label="Gain" />}
        <div className="toggles">
          <AutoGain />
          {delta && <Toggle control={delta} />}
        </div>
      </div>
    </Panel>
  );
}
