/** Numbers as the page writes them: in the parameters' own manner, with a real minus, and as long as they were before. */

const MINUS = "\u2212";

/** A number with so many decimals, "\u22123.0". What rounds to nothing has no sign. */
export function decimal(value: number, digits = 1): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

/** A level or a gain, "\u22123.0 dB". */
export function decibelText(db: number): string {
  return `${decimal(db)} dB`;
}

/** A frequency with three digits that count, "440 Hz" or "1.23 kHz". */
export function frequencyText(hz: number): string {
  const [value, unit] = hz < 999.5 ? [hz, "Hz"] : [hz / 1_000, "kHz"];
  const digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${unit}`;
}

const NOTES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];

/** A4, by its number in MIDI, and what it is tuned to. */
const A4 = 69;
const A4_HZ = 440;

/** The nearest note and how far from it a frequency is, in cents, "A4 +12": as piano keys are named, C4 in the middle. */
export function noteText(hz: number): string {
  const position = A4 + 12 * Math.log2(hz / A4_HZ);
  const note = Math.round(position);
  const cents = Math.round(100 * (position - note));
  const name = `${NOTES[((note % 12) + 12) % 12]}${decimal(Math.floor(note / 12) - 1, 0)}`;
  if (cents === 0) return name;
  return `${name} ${cents > 0 ? "+" : ""}${decimal(cents, 0)}`;
}

/** A share in [0, 1], "0.42 %", "4.2 %" or "42 %". */
export function percentText(share: number): string {
  const percent = 100 * share;
  return `${percent.toFixed(percent < 0.995 ? 2 : percent < 9.95 ? 1 : 0)} %`;
}
