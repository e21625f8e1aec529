import type { Readable } from "@wavecraft/core";
import { useEffect, useEffectEvent } from "react";

/** Calls `paint` on the animation frame after each news of a meter, past React. */
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
