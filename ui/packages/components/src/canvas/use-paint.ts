import type { Readable } from "@wavecraft/core";
import { useEffect, useEffectEvent } from "react";

/**
 * Calls `paint` on the animation frame after each news of the levels, past React: sixty times a second nothing is
 * rendered anew, and nothing at all happens while no levels come.
 */
export function usePaint(levels: Readable<unknown> | undefined, paint: () => void): void {
  const paintNow = useEffectEvent(paint);
  useEffect(() => {
    let frame: number | null = null;
    const onNews = () => {
      frame ??= requestAnimationFrame(() => {
        frame = null;
        paintNow();
      });
    };
    const unsubscribe = levels?.subscribe(onNews);
    onNews();
    return () => {
      unsubscribe?.();
      if (frame !== null) cancelAnimationFrame(frame);
    };
  }, [levels]);
}
