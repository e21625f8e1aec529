import type { Parameter } from "@wavecraft/core";
import { useParameter } from "@wavecraft/core/react";
import { useLayoutEffect, useRef } from "react";
import { stepOf, valueOfStep } from "../plain.ts";
import type { Side } from "../response/filters.ts";

/** The slope that a cut gets at first when its corner is moved: 12 dB per octave. */
const FIRST_SLOPE = 1;

/** How a cut that is off reads. */
const OFF = "Off";

/**
 * One cut as its controls see it. All of them, knobs and handles alike, do the same: moving the corner of a cut that is off
 * turns it on, with the slope that it had last, and going back to the default takes both back.
 */
export type CutControl = {
  readonly side: Side;
  /** The corner. It reads "Off" while the cut is off, and may be typed so. */
  readonly frequency: Parameter;
  readonly slope: Parameter;
  /** Whether it lets everything pass. */
  readonly isOff: boolean;
};

/** One of the strip's cuts; undefined until the parameters have been loaded. */
export function useCut(side: Side): CutControl | undefined {
  const frequency = useParameter(`${side}_cut_freq`);
  const slope = useParameter(`${side}_cut_slope`);
  const step = slope === undefined ? 0 : stepOf(slope);
  const lastSlope = useRef(FIRST_SLOPE);
  /** Whether the slope has been asked for since the cut was seen off: the answer takes a moment, and the hand goes on. */
  const isEngaging = useRef(false);
  useLayoutEffect(() => {
    isEngaging.current = false;
    if (step > 0) lastSlope.current = step;
  }, [step]);
  if (frequency === undefined || slope === undefined) return undefined;

  const isOff = step === 0;
  const reset = () => {
    // Within one gesture, so that it is one step to undo.
    frequency.begin();
    slope.reset();
    frequency.reset();
    frequency.end();
  };
  const engage = () => {
    if (!isOff || isEngaging.current) return;
    isEngaging.current = true;
    slope.change(valueOfStep(slope, lastSlope.current));
  };
  const engaging: Parameter = {
    ...frequency,
    text: isOff ? OFF : frequency.text,
    ...(slope.info.default === 0 && { defaultText: OFF }),
    begin() {
      isEngaging.current = false;
      frequency.begin();
    },
    change(value) {
      engage();
      frequency.change(value);
    },
    reset,
    async enter(text) {
      if (text.trim().toLowerCase() === OFF.toLowerCase()) {
        slope.change(0);
        return true;
      }
      if (!isOff) return frequency.enter(text);
      slope.begin();
      const isAccepted = await frequency.enter(text);
      if (isAccepted) engage();
      slope.end();
      return isAccepted;
    },
  };
  return { side, frequency: engaging, slope: { ...slope, reset }, isOff };
}
