import { Keyboard, LevelMeter, Panel, ParameterControl, PluginPage } from "@wavecraft/components";
import { mountPage } from "@wavecraft/core/react";
import "@wavecraft/components/style.css";
import "./style.css";

mountPage(
  <PluginPage title="@name@" aside={<ParameterControl id="bypass" />}>
    <Panel title="Envelope">
      <ParameterControl id="attack" />
      <ParameterControl id="release" />
      <ParameterControl id="level" />
      <LevelMeter point="output" />
      <Keyboard />
    </Panel>
  </PluginPage>,
);
