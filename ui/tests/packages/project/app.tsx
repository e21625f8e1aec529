import { LevelMeter, Meter, Panel, ParameterControl, PluginPage } from "@wavecraft/components";
import { mountPage } from "@wavecraft/core/react";
import "@wavecraft/components/style.css";

mountPage(
  <PluginPage title="Gain">
    <Panel title="Gain">
      <ParameterControl id="gain" size="large" />
      <Meter id="reduction" />
      <LevelMeter point="output" />
    </Panel>
  </PluginPage>,
);
