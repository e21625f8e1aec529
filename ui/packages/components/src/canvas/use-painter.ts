import { type RefObject, useEffect, useEffectEvent, useRef } from "react";
import { CanvasAnimation } from "./canvas-animation.ts";
import type { CanvasPainter } from "./canvas-painter.ts";
import type { PaintTurn } from "./paint-turns.ts";
import { watchAppearance } from "./watch-appearance.ts";

/** A painter that knows by itself what to draw. */
export type Painter = CanvasPainter & { paint(): void };

/**
 * The painter that `create` makes for a canvas, for as long as that is there: it gets the canvas's size and the page's colours,
 * and draws anew whenever one of them has changed. In between it is drawn by hand, on frames of that turn.
 */
export function usePainter<T extends Painter>(
  canvas: RefObject<HTMLCanvasElement | null>,
  turn: PaintTurn,
  create: (canvas: HTMLCanvasElement) => T,
): RefObject<T | null> {
  const painter = useRef<T>(null);
  const make = useEffectEvent(create);
  useEffect(() => {
    if (canvas.current === null) return;
    const made = make(canvas.current);
    painter.current = made;
    const animation = new AppearanceAnimation(turn, made);
    const unwatch = watchAppearance(canvas.current, made, animation);
    return () => {
      unwatch();
      animation.stop();
      painter.current = null;
    };
  }, [canvas, turn]);
  return painter;
}

/** Draws when size or colours are others. */
class AppearanceAnimation extends CanvasAnimation {
  readonly #painter: Painter;

  constructor(turn: PaintTurn, painter: Painter) {
    super(turn);
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
