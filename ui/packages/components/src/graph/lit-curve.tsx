import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import { usePainter } from "../canvas/use-painter.ts";
import { CurvePainter, type GraphPoint } from "./curve-painter.ts";

/** What lights a curve. */
export type LitCurveHandle = {
  /** Lights the stretch between two places, from left to right in [0, 1], and draws at once: for an animation frame. */
  light(from: number, to: number): void;
};

/** What a lit curve takes. */
export type LitCurveProps = {
  /** The curve, from left to right. Make it once for as long as it stays the same. */
  points: readonly GraphPoint[];
  /** Whether a dot stands where the light ends. */
  hasDot?: boolean;
  /** Where its light is moved. */
  ref?: Ref<LitCurveHandle>;
};

/**
 * A curve of which a stretch is lit, as far as a sound reaches. It fills the positioned box around it, and is an ornament that
 * screen readers pass over. The light moves past React, by the handle in `ref`.
 */
export function LitCurve({ points, hasDot = false, ref }: LitCurveProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const lit = useRef<readonly [from: number, to: number]>([0, 0]);
  const painter = usePainter(canvas, "levels", (element) => {
    const made = new CurvePainter(element, hasDot);
    made.light(...lit.current);
    return made;
  });
  useEffect(() => {
    if (painter.current === null) return;
    painter.current.points = points;
    painter.current.paint();
  }, [points, painter]);
  useImperativeHandle(ref, () => ({
    light(from, to) {
      lit.current = [from, to];
      painter.current?.light(from, to);
      painter.current?.paint();
    },
  }));
  return <canvas ref={canvas} className="wc-lit-curve" />;
}
