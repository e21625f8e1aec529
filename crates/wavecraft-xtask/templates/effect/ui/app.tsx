import { LevelMeter, Panel, ParameterControl, PluginPage } from "@wavecraft/components";
import { mountPage } from "@wavecraft/core/react";
import "@wavecraft/components/style.css";
import "./style.css";

mountPage(
  <PluginPage title="@name@" aside={<ParameterControl id="bypass" />}>
    <Panel title="Tremolo">
      <ParameterControl id="rate" />
      <ParameterControl id="depth" />
      <ParameterControl id="level" />
      <LevelMeter point="output" />
    </Panel>
  </PluginPage>,
);
