/** The side of the square in which paths are drawn; the graph stretches it to its own shape. */
export const DRAWING = 1_000;

/** A point of a graph: places from left to right and from top to bottom, in [0, 1]. */
export type Point = readonly [x: number, y: number];

/** A polyline as the data of an SVG path. What lies outside of the graph is drawn outside of it. */
export function pathOf(points: readonly Point[]): string {
  const commands = points.map(([x, y]) => `${(x * DRAWING).toFixed(1)} ${(y * DRAWING).toFixed(1)}`);
  return `M${commands.join("L")}`;
}

/** As many places as are asked for, evenly from 0 to 1, both included. */
export function places(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index / (count - 1));
}
