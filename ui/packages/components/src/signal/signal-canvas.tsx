import { useEffect, useRef } from "react";
import type { CanvasPainter } from "../canvas/canvas-painter.ts";
import { watchAppearance } from "../canvas/watch-appearance.ts";
import { SignalAnimation, type SignalSource } from "./signal-animation.ts";

/** Draws a signal's values; null is nothing. */
export type SignalPainter = CanvasPainter & { paint(values: readonly number[] | null): void };

/** A canvas that fills the box around it with a signal. `makePainter` stays the same for as long as the picture does. */
export function SignalCanvas({
  source,
  makePainter,
}: {
  source: SignalSource;
  makePainter: (canvas: HTMLCanvasElement) => SignalPainter;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current === null) return;
    const painter = makePainter(canvas.current);
    const animation = new SignalAnimation(source, (values) => painter.paint(values));
    const unwatch = watchAppearance(canvas.current, painter, animation);
    animation.start();
    return () => {
      animation.stop();
      unwatch();
    };
  }, [source, makePainter]);
  return <canvas ref={canvas} />;
}
