/** The drive stage as the DSP has it (crate `wavecraft`, `dsp/drive`): its four curves, and the loudness that it gives back. */

/** The tube's operating point, away from the middle of its curve. */
const TUBE_BIAS = 0.35;
const TUBE_OFFSET = Math.tanh(TUBE_BIAS);

/** The characters, by the parameter's steps. */
const TAPE = 1;

/** The curves, in the order of the parameter's steps: soft, tape, tube, hard. Each has a slope of one at zero. */
const CURVES: readonly ((input: number) => number)[] = [
  Math.tanh,
  (input) => input / Math.sqrt(1 + input * input),
  (input) => (Math.tanh(input + TUBE_BIAS) - TUBE_OFFSET) / (1 - TUBE_OFFSET * TUBE_OFFSET),
  (input) => Math.min(1, Math.max(-1, input)),
];

/** The programme whose loudness stays: -18 dBFS RMS, normally distributed, summed in so many points. */
const REFERENCE_RMS = 10 ** (-18 / 20);
const POINTS = 128;
const DEVIATIONS = 4;
/** What the tape's treble emphasis does to the programme. */
const PROGRAMME_EMPHASIS = 1.19;
/** The mean square from which the tape compresses. */
const THRESHOLD_POWER = 0.5;

/** Points of a period, and the harmonics that are looked at. */
const PERIOD = 96;
const HIGHEST_HARMONIC = 7;

/** How the stage is set: how hard, and with which of the four characters. */
export type DriveSetting = { driveDb: number; character: number };

/** What the stage makes of a steady sine of low pitch. */
export type DrivenSine = {
  /** How much louder it comes out, as RMS, in dB. */
  gainDb: number;
  /** The second harmonic and the following ones, as amplitudes relative to the first. */
  harmonics: readonly number[];
  /** All that was added, over all that there is: total harmonic distortion, in [0, 1]. */
  distortion: number;
};

/**
 * What the stage's curve makes of one sample, before the stage gives the loudness back.
 *
 * At 0 dB of drive the stage is out of the way and the sample comes out as it is.
 */
export function driven(input: number, driveDb: number, character: number): number {
  if (driveDb <= 0) return input;
  const curve = CURVES[character] ?? Math.tanh;
  return curve(input * 10 ** (driveDb / 20));
}

/** The stage at a setting: takes the peak of a sine, linear and above 0, and tells what comes out. */
export function driveStage({ driveDb, character }: DriveSetting): (peak: number) => DrivenSine {
  if (driveDb <= 0) return () => ({ gainDb: 0, harmonics: SILENT, distortion: 0 });
  const outputGain = loudnessGain({ driveDb, character });
  const inputGain = 10 ** (driveDb / 20);
  return (peak) => {
    const compression = character === TAPE ? steadyCompression((peak * inputGain) ** 2 / 2) : 1;
    const outputs = SINE.map((sine) => driven(compression * peak * sine, driveDb, character));
    const mean = sum(outputs) / PERIOD;
    const power = sum(outputs.map((output) => (output - mean) ** 2)) / PERIOD;
    const [first = 0, ...others] = AMPLITUDES.map((waves) => amplitude(outputs, waves));
    return {
      gainDb: 20 * Math.log10((Math.sqrt(2 * power) * outputGain) / peak),
      harmonics: others.map((other) => other / first),
      distortion: Math.sqrt(Math.max(0, 1 - first ** 2 / 2 / power)),
    };
  };
}

/** The gain by which the stage turns its output down, so that more drive is more colour and not more loudness. */
export function loudnessGain({ driveDb, character }: DriveSetting): number {
  let rms = REFERENCE_RMS * 10 ** (driveDb / 20);
  let emphasis = 1;
  if (character === TAPE) {
    emphasis = PROGRAMME_EMPHASIS;
    rms *= steadyCompression(rms * rms) * emphasis;
  }
  const curve = CURVES[character] ?? Math.tanh;
  let [weights, mean, power] = [0, 0, 0];
  for (let point = 0; point < POINTS; point += 1) {
    const deviation = DEVIATIONS * ((2 * (point + 0.5)) / POINTS - 1);
    const weight = Math.exp(-0.5 * deviation * deviation);
    const output = curve(rms * deviation);
    weights += weight;
    mean += weight * output;
    power += weight * output * output;
  }
  mean /= weights;
  // What is constant does not pass the DC blocker, nor is it loud.
  return (REFERENCE_RMS * emphasis) / Math.sqrt(power / weights - mean * mean);
}

/** The tape's gain for a signal of a steady mean square: one for quiet signals, two to one for loud ones. */
function steadyCompression(power: number): number {
  return (1 + power / THRESHOLD_POWER) ** -0.25;
}

/** A period of a sine, and of a cosine, at a multiple of its pitch. */
const wave = (shape: (phase: number) => number, multiple: number) =>
  Array.from({ length: PERIOD }, (_, point) => shape((2 * Math.PI * multiple * (point + 0.5)) / PERIOD));
const SINE = wave(Math.sin, 1);
const AMPLITUDES = Array.from({ length: HIGHEST_HARMONIC }, (_, index) => [
  wave(Math.sin, index + 1),
  wave(Math.cos, index + 1),
]);
const SILENT = AMPLITUDES.slice(1).map(() => 0);

function amplitude(outputs: readonly number[], waves: readonly (readonly number[])[]): number {
  return (
    (2 / PERIOD) *
    Math.hypot(...waves.map((wave) => sum(wave.map((value, point) => value * (outputs[point] ?? 0)))))
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
