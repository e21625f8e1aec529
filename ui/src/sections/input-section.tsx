import { Knob, LevelMeter, Panel } from "@wavecraft/components";
import { useParameter } from "@wavecraft/core/react";

/** Where the sound comes in: its level, and the gain before everything else. */
export function InputSection() {
  const gain = useParameter("input_gain");
  return (
    <Panel title="Input" className="panel-input">
      <div className="stage stage-meter">
        <LevelMeter point="input" peak reading scaleChoice loudness="input_loudness" />
      </div>
      <div className="controls">{gain && <Knob control={gain} size="medium" label="Gain" />}</div>
    </Panel>
  );
}
