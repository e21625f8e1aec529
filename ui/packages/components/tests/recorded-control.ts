import type { Parameter, ParameterInfo } from "@wavecraft/core";
import { useMemo, useState } from "react";

/** What a control was asked to do, in order. */
export type Recording = (string | number)[];

/** A parameter in decibels from -24 to 24, at its default of 0 dB. */
export const GAIN: ParameterInfo = {
  id: "gain",
  name: "Gain",
  type: "float",
  value: 0.5,
  default: 0.5,
  unit: "dB",
  min: -24,
  max: 24,
  text: "0.0 dB",
};

/** A parameter with four values. */
export const CHARACTER: ParameterInfo = {
  id: "character",
  name: "Character",
  type: "enum",
  value: 0,
  default: 0,
  min: 0,
  max: 3,
  steps: 3,
  variants: ["Soft", "Tape", "Tube", "Hard"],
  text: "Soft",
};

/** A parameter that is on or off. */
export const BYPASS: ParameterInfo = {
  id: "bypass",
  name: "Bypass",
  type: "bool",
  value: 0,
  default: 0,
  steps: 1,
  text: "Off",
};

/** A control that does what it is asked and writes it down; it takes any number as a typed value. */
export function useRecordedControl(info: ParameterInfo, recording: Recording): Parameter {
  const [value, setValue] = useState(info.value);
  const actions = useMemo(
    () => ({
      begin: () => void recording.push("begin"),
      change(changed: number) {
        recording.push(Math.round(changed * 1e6) / 1e6);
        setValue(changed);
      },
      end: () => void recording.push("end"),
      reset() {
        recording.push("reset");
        setValue(info.default);
      },
      async enter(text: string) {
        recording.push(`enter ${text}`);
        return text !== "" && Number.isFinite(Number(text));
      },
    }),
    [info, recording],
  );
  return {
    ...actions,
    info,
    value,
    text: info.variants?.[Math.round(value * 3)] ?? `at ${value.toFixed(3)}`,
  };
}
