/** Where values stand on the graphs' axes. Places are fractions, 0 at the left or top, 1 at the right or bottom. */

/** The frequencies at the ends of the filter graph: a little beyond what the corners can reach, so that both handles show. */
const LOWEST_HZ = 15;
const HIGHEST_HZ = 26_500;

/** The levels at the ends of the filter graph, in dB. */
const TOP_DB = 9;
const BOTTOM_DB = -39;

/** The largest samples that the drive graph shows: full scale and a little beyond, as the tube's lower half goes. */
const LARGEST_INPUT = 1.1;
const LARGEST_OUTPUT = 1.6;

/** Where a frequency stands from left to right. */
export function placeOfFrequency(frequencyHz: number): number {
  return Math.log(frequencyHz / LOWEST_HZ) / Math.log(HIGHEST_HZ / LOWEST_HZ);
}

/** The frequency that stands at a place, in Hz. */
export function frequencyAtPlace(place: number): number {
  return LOWEST_HZ * (HIGHEST_HZ / LOWEST_HZ) ** place;
}

/** Where a level in dB stands from top to bottom. Levels beyond the graph stand beyond its edge. */
export function placeOfLevel(levelDb: number): number {
  return (TOP_DB - levelDb) / (TOP_DB - BOTTOM_DB);
}

/** Where an input sample stands from left to right. */
export function placeOfInput(input: number): number {
  return (input + LARGEST_INPUT) / (2 * LARGEST_INPUT);
}

/** The input sample that stands at a place. */
export function inputAtPlace(place: number): number {
  return (2 * place - 1) * LARGEST_INPUT;
}

/** Where an output sample stands from top to bottom. */
export function placeOfOutput(output: number): number {
  return (LARGEST_OUTPUT - output) / (2 * LARGEST_OUTPUT);
}

/** A place as CSS has it. */
export function percent(place: number): string {
  return `${place * 100}%`;
}
