import { ScopeGraph, SpectrumGraph } from "../src/index.ts";
import { demonstrationSignal, SILENT_SIGNAL, spectrumAt, waveformAt } from "./demonstration-signal.ts";
import { Section, Specimen } from "./specimen.tsx";

const MUSIC = demonstrationSignal((time_s) => spectrumAt(time_s, 256));
const STEREO = demonstrationSignal((time_s) => [
  ...spectrumAt(time_s, 256),
  ...spectrumAt(time_s + 0.6, 256),
]);
const SWING = demonstrationSignal((time_s) => waveformAt(time_s, 256));
const BOTH_SWINGS = demonstrationSignal((time_s) => [
  ...waveformAt(time_s, 256),
  ...waveformAt(time_s + 0.3, 256),
]);

/** Spectra and waveforms, of values that are made up. */
export function SignalGallery() {
  return (
    <Section title="Spectrum and scope">
      <Specimen note="spectrum (demonstration)" wide>
        <Box>
          <SpectrumGraph source={MUSIC} label="Spectrum, demonstration" />
        </Box>
      </Specimen>
      <Specimen note="left and right apart, without a scale (demonstration)" wide>
        <Box>
          <SpectrumGraph source={STEREO} label="Left and right, demonstration" channels={2} scale={false} />
        </Box>
      </Specimen>
      <Specimen note="nothing heard" wide>
        <Box>
          <SpectrumGraph source={SILENT_SIGNAL} label="Nothing heard" />
        </Box>
      </Specimen>
      <Specimen note="scope (demonstration)" wide>
        <Box>
          <ScopeGraph source={SWING} label="Scope, demonstration" />
        </Box>
      </Specimen>
      <Specimen note="scope, left above right (demonstration)" wide>
        <Box>
          <ScopeGraph source={BOTH_SWINGS} label="Left above right, demonstration" channels={2} />
        </Box>
      </Specimen>
      <Specimen note="scope, nothing heard" wide>
        <Box>
          <ScopeGraph source={SILENT_SIGNAL} label="No waveform" />
        </Box>
      </Specimen>
    </Section>
  );
}

function Box({ children }: { children: React.ReactNode }) {
  return <div className="signal-box">{children}</div>;
}
