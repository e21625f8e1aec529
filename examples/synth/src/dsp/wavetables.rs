//! One turn of each wave, with no more harmonics than fit below half of the sample rate.
//!
//! A wave is the sum of its harmonics (its Fourier series), so nothing is there that could alias. For each sixth of an octave
//! there is a table with fewer of them; two neighbours are blended by the pitch, so that harmonics come and go smoothly while
//! it moves. A pulse is the difference of two saws.
//!
//! Tables are made once for all instances, off the audio thread. Reading them neither allocates nor waits.

use std::f64::consts::{PI, TAU};
use std::sync::LazyLock;

/// The samples of a turn, as a power of two.
const LENGTH_BITS: u32 = 12;
const LENGTH: usize = 1 << LENGTH_BITS;
/// A turn, and its beginning once more: what is read around a place lies in one piece.
const TABLE: usize = LENGTH + 3;
/// How many harmonics the lowest notes have: up to 21 kHz for 41 Hz. Eight samples for each keep what lies between them exact.
const MOST_HARMONICS: usize = 512;
const BANDS_PER_OCTAVE: usize = 6;
/// Down to one harmonic.
const BANDS: usize = BANDS_PER_OCTAVE * MOST_HARMONICS.ilog2() as usize + 1;

/// The forms that have tables.
#[derive(Clone, Copy)]
pub enum Form {
    Saw,
    Triangle,
    Sine,
}

/// The tables of all forms.
pub struct Wavetables {
    /// From the most harmonics to one, then two of silence for what would lie above half of the sample rate.
    saw: Vec<[f32; TABLE]>,
    triangle: Vec<[f32; TABLE]>,
    sine: [f32; TABLE],
}

/// Between which two tables a frequency lies, and where.
#[derive(Clone, Copy, Default)]
pub struct Band {
    index: usize,
    blend: f32,
}

impl Band {
    /// For a frequency as a share of the sample rate. Neither of the two tables has a harmonic beyond half of that.
    pub fn of(turns_per_sample: f32) -> Self {
        let octaves = (2.0 * MOST_HARMONICS as f32 * turns_per_sample).log2();
        let place = (BANDS_PER_OCTAVE as f32 * octaves + 1.0).clamp(0.0, BANDS as f32);
        Self { index: place as usize, blend: place.fract() }
    }
}

impl Wavetables {
    /// Makes them at the first call. Not for the audio thread.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Wavetables> = LazyLock::new(Wavetables::new);
        &SHARED
    }

    fn new() -> Self {
        let sine: Vec<f64> = (0..LENGTH).map(|place| (TAU * place as f64 / LENGTH as f64).sin()).collect();
        // The sign of every second harmonic puts the jump of the saw into the middle: a turn begins at zero.
        let saw = |harmonic: usize| {
            let sign = if harmonic % 2 == 1 { 1.0 } else { -1.0 };
            2.0 / PI * sign / harmonic as f64
        };
        let triangle = |harmonic: usize| match harmonic % 4 {
            1 => 8.0 / (PI * PI) / (harmonic * harmonic) as f64,
            3 => -8.0 / (PI * PI) / (harmonic * harmonic) as f64,
            _ => 0.0,
        };
        Self { saw: tables(&sine, saw), triangle: tables(&sine, triangle), sine: table(&sine) }
    }

    /// The wave at a place in its turn, of which there are 2^32.
    #[inline]
    pub fn read(&self, form: Form, band: Band, place: u32) -> f32 {
        let tables = match form {
            Form::Saw => &self.saw,
            Form::Triangle => &self.triangle,
            Form::Sine => return self.read_sine(band, place),
        };
        let (index, between) = split(place);
        let (rich, poor) = (&tables[band.index], &tables[band.index + 1]);
        let [a, b, c, d] = std::array::from_fn(|offset| {
            let (rich, poor) = (rich[index + offset], poor[index + offset]);
            rich + band.blend * (poor - rich)
        });
        interpolate([a, b, c, d], between)
    }

    fn read_sine(&self, band: Band, place: u32) -> f32 {
        let (index, between) = split(place);
        let gain = match band.index {
            BANDS.. => 0.0,
            index if index + 1 == BANDS => 1.0 - band.blend,
            _ => 1.0,
        };
        gain * interpolate(std::array::from_fn(|offset| self.sine[index + offset]), between)
    }
}

/// A sample before the place, and how far it is to the next but one.
fn split(place: u32) -> (usize, f32) {
    let fraction_bits = u32::BITS - LENGTH_BITS;
    let fraction = place & ((1 << fraction_bits) - 1);
    ((place >> fraction_bits) as usize, fraction as f32 / (1_u32 << fraction_bits) as f32)
}

/// The cubic of Catmull and Rom through the middle two of four samples.
fn interpolate([a, b, c, d]: [f32; 4], between: f32) -> f32 {
    let slope = 0.5 * (c - a);
    let next_slope = 0.5 * (d - b);
    let rise = c - b;
    let square = 3.0 * rise - 2.0 * slope - next_slope;
    let cube = slope + next_slope - 2.0 * rise;
    b + between * (slope + between * (square + between * cube))
}

/// The tables of a wave that has harmonics of these amplitudes, the richest first.
fn tables(sine: &[f64], amplitude: impl Fn(usize) -> f64) -> Vec<[f32; TABLE]> {
    let mut turn = vec![0.0; LENGTH];
    let mut tables = vec![[0.0; TABLE]; 2];
    let mut harmonics = 0;
    for band in (0..BANDS).rev() {
        let fitting = MOST_HARMONICS as f64 * (-(band as f64) / BANDS_PER_OCTAVE as f64).exp2();
        // Rounding must not take away the last one.
        while harmonics < (fitting + 1e-9) as usize {
            harmonics += 1;
            let amplitude = amplitude(harmonics);
            for (place, sample) in turn.iter_mut().enumerate() {
                *sample += amplitude * sine[place * harmonics % LENGTH];
            }
        }
        tables.push(table(&turn));
    }
    tables.reverse();
    tables
}

fn table(turn: &[f64]) -> [f32; TABLE] {
    let mut table = [0.0; TABLE];
    for (index, sample) in table.iter_mut().enumerate() {
        *sample = turn[(index + LENGTH - 1) % LENGTH] as f32;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_richest_saw_is_a_ramp_and_the_poorest_a_sine() {
        let tables = Wavetables::shared();
        let at = |band: usize, place: f64| {
            tables.read(Form::Saw, Band { index: band, blend: 0.0 }, (place * 4_294_967_296.0) as u32)
        };
        for place in [0.0, 0.1, 0.25, 0.4] {
            assert!((f64::from(at(0, place)) - 2.0 * place).abs() < 4e-3, "{place}");
            assert!(
                (f64::from(at(BANDS - 1, place)) - 2.0 / PI * (TAU * place).sin()).abs() < 1e-6,
                "{place}"
            );
        }
        assert!(at(BANDS, 0.3).abs() <= 0.0);
    }

    #[test]
    fn no_table_has_a_harmonic_beyond_half_of_the_sample_rate() {
        for step in 0..10_000 {
            let turns = 0.5 * 2.0_f32.powf(-10.0 * step as f32 / 10_000.0);
            let band = Band::of(turns);
            let harmonics = (MOST_HARMONICS as f32 * 2.0_f32.powf(-(band.index as f32) / 6.0)) as usize;
            assert!(band.index >= BANDS || harmonics as f32 * turns <= 0.500_1, "{turns}: {harmonics}");
        }
    }
}
