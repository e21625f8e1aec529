import { LevelBars } from "../src/index.ts";
import { beat, clippingBeat, demonstrationSource, NO_SOURCE, tone } from "./demonstration-source.ts";
import { Section, Specimen } from "./specimen.tsx";

const BEAT = demonstrationSource(beat);
const CLIPPING = demonstrationSource(clippingBeat);
const TONE = demonstrationSource(tone);

/** Meters, on levels that are made up. */
export function MeterGallery() {
  return (
    <Section title="Meter">
      <Specimen note="with scale (demonstration)">
        <LevelBars source={BEAT} channel="output" label="Output, demonstration" scale />
      </Specimen>
      <Specimen note="input (demonstration)">
        <LevelBars source={BEAT} channel="input" label="Input, demonstration" />
      </Specimen>
      <Specimen note="steady -18 dBFS (demonstration)">
        <LevelBars source={TONE} channel="output" label="Tone, demonstration" scale />
      </Specimen>
      <Specimen note="clipping (demonstration)">
        <LevelBars source={CLIPPING} channel="output" label="Clipping, demonstration" scale />
      </Specimen>
      <Specimen note="nothing measured">
        <LevelBars source={NO_SOURCE} channel="output" label="Nothing measured" scale />
      </Specimen>
      <Specimen note="horizontal (demonstration)" wide>
        <LevelBars
          source={BEAT}
          channel="output"
          label="Horizontal, demonstration"
          orientation="horizontal"
          scale
        />
      </Specimen>
    </Section>
  );
}
