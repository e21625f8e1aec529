import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import { CanvasAnimation } from "../canvas/canvas-animation.ts";
import { watchAppearance } from "../canvas/watch-appearance.ts";
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
  /** Where its light is moved. */
  ref?: Ref<LitCurveHandle>;
};

/**
 * A curve of which a stretch is lit, as far as a sound reaches. It fills the positioned box around it, and is an ornament that
 * screen readers pass over. The light moves past React, by the handle in `ref`.
 */
export function LitCurve({ points, ref }: LitCurveProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<CurvePainter>(null);
  const lit = useRef<readonly [from: number, to: number]>([0, 0]);
  useEffect(() => {
    if (canvas.current === null) return;
    const drawing = new CurvePainter(canvas.current);
    painter.current = drawing;
    drawing.light(...lit.current);
    const animation = new CurveAnimation(drawing);
    const unwatch = watchAppearance(canvas.current, drawing, animation);
    return () => {
      unwatch();
      animation.stop();
      painter.current = null;
    };
  }, []);
  useEffect(() => {
    if (painter.current === null) return;
    painter.current.points = points;
    painter.current.paint();
  }, [points]);
  useImperativeHandle(ref, () => ({
    light(from, to) {
      lit.current = [from, to];
      painter.current?.light(from, to);
      painter.current?.paint();
    },
  }));
  return <canvas ref={canvas} className="wc-lit-curve" />;
}

/** Draws when size or colours are others. */
class CurveAnimation extends CanvasAnimation {
  readonly #painter: CurvePainter;

  constructor(painter: CurvePainter) {
    super();
    this.#painter = painter;
  }

  protected paint(): void {
    this.#painter.paint();
  }

  protected subscribe(): () => void {
    return () => {};
  }

  protected take(): boolean {
    return false;
  }

  protected advance(): void {}

  protected get atRest(): boolean {
    return true;
  }
}
