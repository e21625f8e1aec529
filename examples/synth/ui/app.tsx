import { Keyboard, LevelMeter, Panel, ParameterControl, PluginPage, Scope } from "@wavecraft/components";
import { mountPage } from "@wavecraft/core/react";
import "@wavecraft/components/style.css";
import { EnvelopePanel } from "./envelope-panel.tsx";
import { FilterPanel } from "./filter-panel.tsx";
import { OscillatorPanel } from "./oscillator-panel.tsx";
import { VoiceLights } from "./voice-lights.tsx";
import "./style.css";

/** As in the plugin's `INFO`. */
const SIZE_LIMITS = { minWidth: 900, minHeight: 584, maxWidth: 2160, maxHeight: 1400 };

mountPage(
  <PluginPage
    title="Wavecraft Synth"
    className="synth"
    aside={<ParameterControl id="bypass" />}
    sizeLimits={SIZE_LIMITS}
  >
    <OscillatorPanel title="Oscillator 1" wave="wave_1" width="width_1" className="one">
      <ParameterControl id="octave_1" label="Octave" size="small" />
      <ParameterControl id="width_1" label="Width" size="small" />
    </OscillatorPanel>
    <OscillatorPanel title="Oscillator 2" wave="wave_2" width="width_2" className="two">
      <ParameterControl id="octave_2" label="Octave" size="small" />
      <ParameterControl id="interval" size="small" />
      <ParameterControl id="detune" size="small" />
      <ParameterControl id="width_2" label="Width" size="small" />
    </OscillatorPanel>
    <Panel title="Mix and unison" className="unison">
      <ParameterControl id="mix" label="1 to 2" size="small" />
      <ParameterControl id="unison" label="Waves" size="small" />
      <ParameterControl id="unison_detune" label="Detune" size="small" />
      <ParameterControl id="spread" size="small" />
    </Panel>
    <FilterPanel />
    <EnvelopePanel
      title="Amplitude"
      className="amplitude"
      ids={{ attack: "attack", decay: "decay", sustain: "sustain", release: "release" }}
    />
    <EnvelopePanel
      title="Filter envelope"
      className="filter-envelope"
      ids={{
        attack: "filter_attack",
        decay: "filter_decay",
        sustain: "filter_sustain",
        release: "filter_release",
      }}
    />
    <Panel title="Voice" className="voice" aside={<VoiceLights />}>
      <ParameterControl id="bend_range" label="Bend" size="small" />
      <ParameterControl id="velocity" size="small" />
      <ParameterControl id="mpe" />
    </Panel>
    <Panel title="Output" className="output">
      <div className="graph">
        <Scope id="waveform" />
      </div>
      <div className="knobs">
        <ParameterControl id="level" size="small" />
        <LevelMeter point="output" />
      </div>
    </Panel>
    <Keyboard firstNote={36} lastNote={84} />
  </PluginPage>,
);
