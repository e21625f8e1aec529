/** An axis of a graph. Places are fractions of its length: 0 at the left or top, 1 at the right or bottom. */
export type Axis = {
  /** Where a value stands. Values beyond the ends stand beyond the graph's edge. */
  placeOf(value: number): number;
  /** The value that stands at a place. */
  valueAt(place: number): number;
};

/** An axis on which equal differences are equally far apart. It may run downwards: for levels, from the top. */
export function linearAxis(start: number, end: number): Axis {
  return {
    placeOf: (value) => (value - start) / (end - start),
    valueAt: (place) => start + (end - start) * place,
  };
}

/** An axis on which equal ratios are equally far apart, as for frequencies. Both ends are above 0. */
export function logarithmicAxis(start: number, end: number): Axis {
  const ratio = end / start;
  return {
    placeOf: (value) => Math.log(value / start) / Math.log(ratio),
    valueAt: (place) => start * ratio ** place,
  };
}

/** A place as CSS writes it. */
export function percent(place: number): string {
  return `${place * 100}%`;
}
