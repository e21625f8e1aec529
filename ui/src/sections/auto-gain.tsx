import { textWriter } from "@wavecraft/components";
import { useMeter, useParameter } from "@wavecraft/core/react";
import { useEffect, useRef } from "react";
import { decimal } from "../numbers.ts";
import { Toggle } from "./toggle.tsx";

/** The shortest time between two numbers, so that they can be read, in milliseconds. */
const PAUSE_MS = 100;

/** The switch of the auto gain; while it is on, what it does now stands on it. */
export function AutoGain() {
  const control = useParameter("auto_gain");
  const gain = useMeter("auto_gain_db")?.values;
  const number = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const writer = textWriter(number, PAUSE_MS);
    const take = () => {
      const [gainDb] = gain?.read() ?? [];
      writer.update(gainDb === undefined ? "\u2013" : decimal(gainDb));
    };
    take();
    const unsubscribe = gain?.subscribe(take);
    return () => {
      unsubscribe?.();
      writer.stop();
    };
  }, [gain]);
  if (control === undefined) return null;
  return (
    <Toggle control={control}>
      Auto
      <span ref={number} className="auto-gain-number" />
      <span className="auto-gain-word"> gain</span>
    </Toggle>
  );
}
