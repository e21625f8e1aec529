/** The size of the square in which curves are drawn; the page stretches it. */
export const DRAWING = 1000;

/** A place in a graph: from left to right and from top to bottom, from 0 to 1. */
export type Point = readonly [x: number, y: number];

/** A line through points, as an SVG path has it. */
export function pathThrough(points: readonly Point[]): string {
  return `M${points.map(([x, y]) => `${(x * DRAWING).toFixed(1)} ${(y * DRAWING).toFixed(1)}`).join("L")}`;
}

/** So many points of a curve, evenly from left to right. */
export function curve(count: number, heightAt: (x: number) => number): Point[] {
  return Array.from({ length: count }, (_, index) => {
    const x = index / (count - 1);
    return [x, heightAt(x)];
  });
}
