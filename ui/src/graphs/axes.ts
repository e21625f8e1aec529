import { linearAxis, logarithmicAxis } from "@wavecraft/components";

/** The filter graph's frequencies, in Hz: a little beyond what the corners can reach, so that both handles show. */
export const FREQUENCY = logarithmicAxis(15, 26_500);

/** The filter graph's levels, in dB, from the top. */
export const LEVEL = linearAxis(9, -39);

/** The levels of the spectra in it, in dB, from the top. */
export const SPECTRUM_LEVEL = linearAxis(0, -84);

/** The samples that the drive graph shows: full scale and a little beyond, as the tube's lower half goes. */
export const INPUT = linearAxis(-1.1, 1.1);
/** What becomes of them, from the top. */
export const OUTPUT = linearAxis(1.6, -1.6);
