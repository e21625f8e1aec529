import { Knob, type KnobProps, SegmentedSelector, Slider, type SliderProps, Switch } from "../src/index.ts";
import { choice, even, frequency, type GalleryParameter, onOff, whole } from "./parameters.ts";
import { Section, Specimen } from "./specimen.tsx";
import { useLocalControl } from "./use-local-control.ts";

const DRIVE = even("Drive", [0, 36], { unit: "dB", initial: 0 });
const GAIN = even("Gain", [-24, 24], { unit: "dB", initial: 0 });
const MIX = even("Mix", [0, 100], { unit: "%", initial: 100, decimals: 0 });
const CUT = frequency("High cut", [1000, 20_000], 20_000);
const CHARACTER = choice("Character", ["Soft", "Tape", "Tube", "Hard"]);
const SLOPE = choice("Slope", ["Off", "12 dB/oct", "24 dB/oct", "48 dB/oct"], 1);
const VOICES = whole("Voices", [1, 8], 3);
const BYPASS = onOff("Bypass", false);

/** Knobs, sliders, switches and selectors. */
export function ControlGallery() {
  return (
    <>
      <Section title="Knob">
        <Specimen note="large">
          <LocalKnob parameter={DRIVE} at={0.62} size="large" />
        </Specimen>
        <Specimen note="medium">
          <LocalKnob parameter={CUT} at={0.4} />
        </Specimen>
        <Specimen note="small">
          <LocalKnob parameter={MIX} at={0.75} size="small" />
        </Specimen>
        <Specimen note="two-sided, above">
          <LocalKnob parameter={GAIN} at={0.7} />
        </Specimen>
        <Specimen note="two-sided, below">
          <LocalKnob parameter={GAIN} at={0.2} />
        </Specimen>
        <Specimen note="two-sided, middle">
          <LocalKnob parameter={GAIN} at={0.5} />
        </Specimen>
        <Specimen note="stepped">
          <LocalKnob parameter={VOICES} />
        </Specimen>
        <Specimen note="stepped, texts">
          <LocalKnob parameter={SLOPE} />
        </Specimen>
        <Specimen note="minimum">
          <LocalKnob parameter={DRIVE} at={0} />
        </Specimen>
        <Specimen note="maximum">
          <LocalKnob parameter={DRIVE} at={1} />
        </Specimen>
        <Specimen note="disabled">
          <LocalKnob parameter={DRIVE} at={0.4} disabled />
        </Specimen>
      </Section>
      <Section title="Slider">
        <Specimen note="horizontal">
          <LocalSlider parameter={MIX} at={0.6} />
        </Specimen>
        <Specimen note="stepped">
          <LocalSlider parameter={VOICES} />
        </Specimen>
        <Specimen note="disabled">
          <LocalSlider parameter={MIX} at={0.3} disabled />
        </Specimen>
        <Specimen note="vertical">
          <LocalSlider parameter={GAIN} at={0.65} orientation="vertical" />
        </Specimen>
        <Specimen note="vertical, disabled">
          <LocalSlider parameter={GAIN} at={0.5} orientation="vertical" disabled />
        </Specimen>
      </Section>
      <Section title="Switch">
        <Specimen note="off">
          <LocalSwitch at={0} />
        </Specimen>
        <Specimen note="on">
          <LocalSwitch at={1} />
        </Specimen>
        <Specimen note="neutral, on">
          <LocalSwitch at={1} tone="neutral" />
        </Specimen>
        <Specimen note="disabled">
          <LocalSwitch at={0} disabled />
        </Specimen>
        <Specimen note="disabled, on">
          <LocalSwitch at={1} disabled />
        </Specimen>
      </Section>
      <Section title="Segmented selector">
        <Specimen note="full texts">
          <LocalSelector parameter={CHARACTER} />
        </Specimen>
        <Specimen note="short texts">
          <LocalSelector parameter={SLOPE} shortVariants={["Off", "12", "24", "48"]} />
        </Specimen>
        <Specimen note="disabled">
          <LocalSelector parameter={CHARACTER} disabled />
        </Specimen>
      </Section>
    </>
  );
}

/** A parameter of the gallery's, and where it stands at first. */
type Local<Props> = Omit<Props, "control"> & { parameter: GalleryParameter; at?: number };

function LocalKnob({ parameter, at, ...props }: Local<KnobProps>) {
  return <Knob control={useLocalControl(parameter, at)} {...props} />;
}

function LocalSlider({ parameter, at, ...props }: Local<SliderProps>) {
  return <Slider control={useLocalControl(parameter, at)} {...props} />;
}

function LocalSwitch({ at, ...props }: { at: number; tone?: "accent" | "neutral"; disabled?: boolean }) {
  return <Switch control={useLocalControl(BYPASS, at)} {...props} />;
}

function LocalSelector({
  parameter,
  ...props
}: {
  parameter: GalleryParameter;
  shortVariants?: readonly string[];
  disabled?: boolean;
}) {
  return <SegmentedSelector control={useLocalControl(parameter)} {...props} />;
}
