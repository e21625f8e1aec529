//! What the oscillators make beyond half of the sample rate comes back as tones that belong to no harmonic.

use std::ops::RangeInclusive;

use rustfft::FftPlanner;
use rustfft::num_complex::Complex;

use super::{RATE_HZ, db};
use crate::dsp::{Bare, Wave};

const FRAMES: usize = 1 << 16;
/// From the lowest A of a piano, and from middle C to C7.
const LOW_KEYS: RangeInclusive<u8> = 21..=59;
const HIGH_KEYS: RangeInclusive<u8> = 60..=96;

/// The strongest tone that is no harmonic, in dB below the fundamental. The tone has a whole and odd number of turns in the
/// frames, so that each harmonic has a bin of its own and whatever is aliased falls between them.
fn strongest_alias_db(wave: Wave, width: f32, key: u8) -> f32 {
    let hz = 440.0 * ((f32::from(key) - 69.0) / 12.0).exp2();
    let turns = 2 * (hz * FRAMES as f32 / RATE_HZ / 2.0) as usize + 1;
    let mut oscillator = Bare::new(wave, width, turns as f32 / FRAMES as f32);
    let mut spectrum: Vec<Complex<f64>> =
        (0..FRAMES).map(|_| Complex::new(f64::from(oscillator.next()), 0.0)).collect();
    FftPlanner::new().plan_fft_forward(FRAMES).process(&mut spectrum);
    let magnitude = |bin: usize| spectrum[bin].norm() as f32;
    let others = (1..FRAMES / 2).filter(|bin| bin % turns != 0).map(magnitude);
    db(others.fold(0.0, f32::max) / magnitude(turns))
}

#[test]
fn no_aliased_partial_is_above_minus_100_db_up_to_c7() {
    let waves =
        [(Wave::Saw, 0.5), (Wave::Pulse, 0.5), (Wave::Pulse, 0.13), (Wave::Triangle, 0.5), (Wave::Sine, 0.5)];
    for (wave, width) in waves {
        for keys in [LOW_KEYS, HIGH_KEYS] {
            let figures = keys.clone().map(|key| (key, strongest_alias_db(wave, width, key)));
            let (key, strongest) =
                figures.max_by(|one, other| one.1.total_cmp(&other.1)).expect("there are keys");
            println!("{wave:?}, width {width}, keys {keys:?}: {strongest:.1} dB at key {key}");
            assert!(strongest < -100.0, "{wave:?}, width {width}: {strongest:.1} dB at key {key}");
        }
    }
}

#[test]
fn the_harmonics_of_a_saw_are_there_up_to_17_khz() {
    let turns = 2_001_usize;
    let mut oscillator = Bare::new(Wave::Saw, 0.5, turns as f32 / FRAMES as f32);
    let mut spectrum: Vec<Complex<f64>> =
        (0..FRAMES).map(|_| Complex::new(f64::from(oscillator.next()), 0.0)).collect();
    FftPlanner::new().plan_fft_forward(FRAMES).process(&mut spectrum);
    let highest = (17_000.0 / RATE_HZ * FRAMES as f32) as usize / turns;
    for harmonic in 1..=highest {
        let ratio = spectrum[harmonic * turns].norm() / spectrum[turns].norm() * harmonic as f64;
        assert!(db(ratio as f32).abs() < 0.1, "harmonic {harmonic}: {:.2} dB", db(ratio as f32));
    }
}
