/** A parameter's value in [0, 1] as controls move it: clamping, steps, and how far a key or a wheel's notch goes. */

/** How far a key or a wheel's notch goes on a continuous parameter, as a part of the whole travel. */
const NOTCH = 1 / 100;
/** What remains of a movement while shift is held. */
export const FINE_FACTOR = 1 / 10;
/** How far PageUp and PageDown go, as a part of the whole travel. */
const PAGE = 1 / 10;

/** Pixels that the page scrolls for one notch of a wheel, in the browsers and webviews that count in pixels. */
const NOTCH_PX = 120;
/** Below this an event counts as part of a trackpad's smooth movement, above as whole notches of a wheel. */
const SMOOTH_LIMIT_PX = 50;
/** Lines that the page scrolls for one notch, in browsers that count in lines. */
const NOTCH_LINES = 3;

/** `position` within [0, 1]. */
export function clamp(position: number): number {
  return Math.min(1, Math.max(0, position));
}

/** The nearest position that a parameter of `steps` steps can have; any within [0, 1] when it is continuous. */
export function snap(position: number, steps: number | undefined): number {
  const clamped = clamp(position);
  return steps === undefined || steps < 1 ? clamped : Math.round(clamped * steps) / steps;
}

/** How far one press of an arrow key goes. */
export function arrowDistance(steps: number | undefined, fine: boolean): number {
  if (steps !== undefined && steps >= 1) {
    return 1 / steps;
  }
  return fine ? NOTCH * FINE_FACTOR : NOTCH;
}

/** How far PageUp and PageDown go: a tenth of the travel, in whole steps and at least one. */
export function pageDistance(steps: number | undefined): number {
  return steps !== undefined && steps >= 1 ? Math.max(1, Math.round(steps * PAGE)) / steps : PAGE;
}

/** What of a wheel event matters here. */
export type WheelMovement = Pick<WheelEvent, "deltaX" | "deltaY" | "deltaMode">;

/**
 * How many notches upwards a wheel event is worth.
 *
 * One notch is 40 to 120 pixels or 3 lines, depending on browser and system; trackpads send many events of few pixels,
 * which are worth fractions.
 */
export function wheelNotches({ deltaX, deltaY, deltaMode }: WheelMovement): number {
  // While shift is held some systems report a vertical wheel as a horizontal one.
  const delta = deltaY === 0 ? deltaX : deltaY;
  switch (deltaMode) {
    case 0: {
      const size = Math.abs(delta);
      const notches =
        size < SMOOTH_LIMIT_PX ? size / SMOOTH_LIMIT_PX : Math.max(1, Math.round(size / NOTCH_PX));
      return -Math.sign(delta) * notches || 0;
    }
    case 1:
      return -delta / NOTCH_LINES || 0;
    default:
      return -Math.sign(delta) || 0;
  }
}
