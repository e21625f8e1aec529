import { LevelMeter, Meter, Panel, ParameterControl, PluginPage, Spectrum } from "@wavecraft/components";
import { mountPage } from "@wavecraft/core/react";
import "@wavecraft/components/style.css";
import { History } from "./history.tsx";
import { TransferGraph } from "./transfer-graph.tsx";
import "./style.css";

mountPage(
  <PluginPage
    title="Wavecraft Compressor"
    aside={<ParameterControl id="bypass" />}
    sizeLimits={{ minWidth: 640, minHeight: 440, maxWidth: 1600, maxHeight: 1000 }}
  >
    <div className="rows">
      <div className="row displays">
        <Panel title="Curve" className="curve">
          <TransferGraph />
        </Panel>
        <Panel title="History" className="history">
          <History />
        </Panel>
        <Panel title="Spectrum" className="spectrum">
          <div className="graph">
            <Spectrum id="spectrum" />
          </div>
        </Panel>
        <Panel title="Levels" className="levels">
          <Meter id="reduction" label="Reduction" />
          <LevelMeter point="output" />
        </Panel>
      </div>
      <div className="row controls">
        <Panel title="Compression" className="compression">
          <ParameterControl id="threshold" />
          <ParameterControl id="ratio" />
          <ParameterControl id="knee" />
          <ParameterControl id="attack" />
          <ParameterControl id="release" />
          <ParameterControl id="look_ahead" />
        </Panel>
        <Panel title="Detector" aside={<ParameterControl id="listen" />}>
          <ParameterControl id="source" />
          <ParameterControl id="high_pass" />
          <ParameterControl id="corner" />
        </Panel>
        <Panel title="Output" aside={<ParameterControl id="auto_make_up" label="Auto" />}>
          <ParameterControl id="make_up" />
          <ParameterControl id="mix" />
        </Panel>
      </div>
    </div>
  </PluginPage>,
);
