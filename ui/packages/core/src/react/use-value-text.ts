import { useEffect, useState } from "react";
import type { ParameterInfo } from "../protocol/index.ts";
import { useWavecraft } from "./use-wavecraft.ts";

/** A text, and what it is the text of. */
type Known = { info: ParameterInfo; value: number; text: string };

/** How the plugin writes a value of a parameter, in [0, 1], with its unit; undefined until it has answered. */
export function useValueText(info: ParameterInfo | undefined, value: number): string | undefined {
  const { rpc } = useWavecraft();
  const [known, setKnown] = useState<Known | null>(null);
  // A choice says all its texts beforehand.
  const variant = info?.variants?.[Math.round(value * (info.variants.length - 1))];
  const isKnown = variant !== undefined || (known?.info === info && known?.value === value);
  useEffect(() => {
    if (info === undefined || isKnown) return;
    let isWanted = true;
    rpc.call("formatParameter", { id: info.id, value }, ({ result }) => {
      if (isWanted && result !== undefined) setKnown({ info, value, text: result.text });
    });
    return () => {
      isWanted = false;
    };
  }, [rpc, info, value, isKnown]);
  return variant ?? (isKnown ? known?.text : undefined);
}
