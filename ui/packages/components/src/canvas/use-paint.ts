import type { Readable } from "@wavecraft/core";
import { useEffect, useEffectEvent } from "react";
import { paintTurns } from "./paint-turns.ts";

/**
 * Calls `paint` on the animation frame after each news of a store, such as a meter's, past React: nothing is rendered anew,
 * and nothing at all happens while no news come.
 */
export function usePaint(values: Readable<unknown> | undefined, paint: () => void): void {
  const paintNow = useEffectEvent(paint);
  useEffect(() => {
    const onFrame = () => paintNow();
    const onNews = () => paintTurns.request("levels", onFrame);
    const unsubscribe = values?.subscribe(onNews);
    onNews();
    return () => {
      unsubscribe?.();
      paintTurns.cancel("levels", onFrame);
    };
  }, [values]);
}
