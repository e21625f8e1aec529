import { linearAxis, logarithmicAxis } from "@wavecraft/components";

/**
 * The filter graph's frequencies, in Hz: beyond what the corners can reach, so that both handles show, and the numbers of the
 * levels have a place where no spectrum is.
 */
export const FREQUENCY = logarithmicAxis(10, 25_000);

/** The filter graph's levels, in dB, from the top: cuts lift nothing. */
export const LEVEL = linearAxis(3, -45);

/** The levels of the spectra in it, in dB, from the top. */
export const SPECTRUM_LEVEL = linearAxis(0, -84);

/** The levels of the drive graph, in dBFS: what arrives, from left to right, and what becomes of it, from the top. */
export const ARRIVING = linearAxis(-48, 6);
export const LEAVING = linearAxis(6, -48);
