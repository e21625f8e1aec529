import { Knob, Meter } from "@wavecraft/components";
import { useMeters, useParameter } from "@wavecraft/core/react";
import { PLACED } from "../parameter-ids.ts";
import { Panel } from "./panel.tsx";

/** Where the sound goes out: how much of it is processed, the gain after everything else, and its level. */
export function OutputSection() {
  const meters = useMeters();
  const mix = useParameter(PLACED.mix);
  const gain = useParameter(PLACED.outputGain);
  return (
    <Panel title="Output" name="output">
      <div className="stage stage-meter">
        <Meter source={meters} channel="output" label="Output level" scale />
      </div>
      <div className="controls">
        {mix && <Knob control={mix} size="medium" />}
        {gain && <Knob control={gain} size="medium" label="Gain" />}
      </div>
    </Panel>
  );
}
