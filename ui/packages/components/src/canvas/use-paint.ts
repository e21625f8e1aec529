import type { Readable } from "@wavecraft/core";
import { useEffect, useEffectEvent } from "react";

/**
 * Calls `paint` on the animation frame after each news of a store, such as a meter's, past React: nothing is rendered anew,
 * and nothing at all happens while no news come.
 */
export function usePaint(values: Readable<unknown> | undefined, paint: () => void): void {
  const paintNow = useEffectEvent(paint);
  useEffect(() => {
    let frame: number | null = null;
    const onNews = () => {
      frame ??= requestAnimationFrame(() => {
        frame = null;
        paintNow();
      });
    };
    const unsubscribe = values?.subscribe(onNews);
    onNews();
    return () => {
      unsubscribe?.();
      if (frame !== null) cancelAnimationFrame(frame);
    };
  }, [values]);
}
