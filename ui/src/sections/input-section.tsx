import { Knob, Meter } from "@wavecraft/components";
import { useMeters, useParameter } from "@wavecraft/core/react";
import { PLACED } from "../parameter-ids.ts";
import { Panel } from "./panel.tsx";

/** Where the sound comes in: its level, and the gain before everything else. */
export function InputSection() {
  const meters = useMeters();
  const gain = useParameter(PLACED.inputGain);
  return (
    <Panel title="Input" name="input">
      <div className="stage stage-meter">
        <Meter source={meters} channel="input" label="Input level" scale />
      </div>
      <div className="controls">{gain && <Knob control={gain} size="medium" label="Gain" />}</div>
    </Panel>
  );
}
