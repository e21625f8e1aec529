import { usePaint } from "@wavecraft/components";
import { useMeter, useParameter } from "@wavecraft/core/react";
import { useRef } from "react";
import { decimal } from "../numbers.ts";
import { Toggle } from "./toggle.tsx";

/** The switch of the auto gain; while it is on, what it does now stands on it. */
export function AutoGain() {
  const control = useParameter("auto_gain");
  const gain = useMeter("auto_gain_db")?.values;
  const number = useRef<HTMLSpanElement>(null);
  usePaint(gain, () => {
    const [gainDb] = gain?.read() ?? [];
    const text = gainDb === undefined ? "\u2013" : decimal(gainDb);
    // What is written anew is painted anew, even if it is the same.
    if (number.current !== null && number.current.textContent !== text) number.current.textContent = text;
  });
  if (control === undefined) return null;
  return (
    <Toggle control={control}>
      Auto
      <span ref={number} className="auto-gain-number" />
      <span className="auto-gain-word"> gain</span>
    </Toggle>
  );
}
