import { useState } from "react";
import { LEVEL_SCALES, type LevelScale } from "./decibels.ts";

/** Under this name, and the meter's, a browser keeps the scale of a meter, by its bottom in dBFS. */
const KEY = "wavecraft.scale.";

/** The scale of a meter, and what goes on to the next one. The browser or the plugin's window remembers it. */
export function useLevelScale(label: string): [scale: LevelScale, next: () => void] {
  const [index, setIndex] = useState(() => keptIndex(label));
  const next = () => {
    const chosen = (index + 1) % LEVEL_SCALES.length;
    setIndex(chosen);
    try {
      localStorage.setItem(KEY + label, String(LEVEL_SCALES[chosen]?.floorDb));
    } catch {
      // Then it is the whole one the next time.
    }
  };
  return [LEVEL_SCALES[index] as LevelScale, next];
}

function keptIndex(label: string): number {
  try {
    const floorDb = Number(localStorage.getItem(KEY + label));
    return Math.max(
      0,
      LEVEL_SCALES.findIndex((scale) => scale.floorDb === floorDb),
    );
  } catch {
    // A browser may keep nothing.
    return 0;
  }
}
