//! The cuts against the analogue Butterworth filter: |H|^2 = 1 / (1 + (f / fc)^(2 n)), the low cut with the ratio
//! turned round.

use super::analysis::{impulse, level_above, noise, peak, sine, spectrum, to_db};
use super::{EVERY_RATE_HZ, RATE_HZ, process_blocks, process_changes};
use crate::dsp::{ChainSettings, Oversampling, Slope};

/// Up to which corner, as a fraction of the sample rate, the response is that of the analogue filter.
const HIGHEST_LOW_CUT: f64 = 0.25;
const HIGHEST_HIGH_CUT: f64 = 0.46;
const SLOPES: [Slope; 3] = [Slope::Db12, Slope::Db24, Slope::Db48];
/// What lies lower drowns in the rounding of the output's single precision.
const MEASURABLE_DB: f64 = -100.0;

fn butterworth_db(ratio: f64, slope: Slope) -> f64 {
    let order = 2 * slope.sections() as i32;
    -10.0 * (1.0 + ratio.powi(2 * order)).log10()
}

/// Checks every bin of a measured response from 20 Hz to 0.4 of the sample rate.
fn assert_response(settings: ChainSettings, rate_hz: f32, theory: impl Fn(f64) -> f64) {
    // Long enough for the lowest corner to fade out, and for bins finer than 20 Hz at any rate.
    let frames = 1 << if rate_hz > 100_000.0 { 18 } else { 16 };
    let response = spectrum(&process_blocks(settings, rate_hz, &impulse(frames), 4_096));
    let mut checked = 0;
    for (bin, value) in response.iter().enumerate() {
        let frequency_hz = bin as f64 * f64::from(rate_hz) / frames as f64;
        let expected = theory(frequency_hz);
        if (20.0..=0.4 * f64::from(rate_hz)).contains(&frequency_hz) && expected > MEASURABLE_DB {
            let error = to_db(value.norm()) - expected;
            assert!(error.abs() < 0.1, "{error} dB at {frequency_hz} Hz, {rate_hz} Hz, {settings:?}");
            checked += 1;
        }
    }
    assert!(checked > 100);
}

#[test]
fn low_cut_is_butterworth_within_a_tenth_of_a_decibel() {
    for rate_hz in EVERY_RATE_HZ {
        for slope in SLOPES {
            for corner_hz in [20.0, 80.0, 300.0, 1_000.0] {
                let settings = ChainSettings {
                    low_cut_hz: corner_hz,
                    low_cut_slope: slope,
                    oversampling: Oversampling::Off,
                    ..Default::default()
                };
                let corner_hz = f64::from(corner_hz);
                if corner_hz <= HIGHEST_LOW_CUT * f64::from(rate_hz) {
                    assert_response(settings, rate_hz, |hz| butterworth_db(corner_hz / hz, slope));
                }
            }
        }
    }
}

#[test]
fn high_cut_is_butterworth_within_a_tenth_of_a_decibel() {
    for rate_hz in EVERY_RATE_HZ {
        for slope in SLOPES {
            for corner_hz in [1_000.0, 3_000.0, 8_000.0, 14_000.0, 20_000.0] {
                let settings = ChainSettings {
                    high_cut_hz: corner_hz,
                    high_cut_slope: slope,
                    oversampling: Oversampling::Off,
                    ..Default::default()
                };
                let corner_hz = f64::from(corner_hz);
                if corner_hz <= HIGHEST_HIGH_CUT * f64::from(rate_hz) {
                    assert_response(settings, rate_hz, |hz| butterworth_db(hz / corner_hz, slope));
                }
            }
        }
    }
}

/// Both corners anywhere, anew every 5 ms, for two seconds.
fn wild_sweep(slope: Slope) -> (ChainSettings, Vec<(usize, ChainSettings)>) {
    let at = |low: f32, high: f32| ChainSettings {
        low_cut_hz: 20.0 * 50.0_f32.powf(low),
        low_cut_slope: slope,
        high_cut_hz: 1_000.0 * 20.0_f32.powf(high),
        high_cut_slope: slope,
        ..Default::default()
    };
    let positions: Vec<f32> = noise(0.5, 800).into_iter().map(|value| value + 0.5).collect();
    let changes = positions.chunks(2).enumerate().map(|(index, pair)| (index * 240, at(pair[0], pair[1])));
    (at(0.5, 0.5), changes.collect())
}

#[test]
fn sweeping_fast_never_blows_up() {
    for slope in SLOPES {
        let (start, changes) = wild_sweep(slope);
        let output = process_changes(start, &changes, &noise(1.0, 96_000), 512);
        assert!(output.iter().all(|sample| sample.is_finite()));
        assert!(peak(&output) < 9.0, "{slope:?}: {} dBFS", peak(&output));
    }
}

#[test]
fn sweeping_fast_never_clicks() {
    // A click is a step, and a step has treble. All that a sweep may add to a low tone is its own slow modulation.
    let tone = sine(400.0, 0.0, RATE_HZ, 96_000);
    for slope in SLOPES {
        let (start, changes) = wild_sweep(slope);
        let output = process_changes(start, &changes, &tone, 512);
        let treble = level_above(&output, 6_000.0, RATE_HZ);
        assert!(treble < -80.0, "{slope:?}: {treble} dBFS");
    }
}

#[test]
fn corners_above_half_the_sample_rate_are_harmless() {
    for slope in SLOPES {
        let settings = ChainSettings { high_cut_slope: slope, ..Default::default() };
        let output = process_blocks(settings, 22_050.0, &noise(1.0, 22_050), 512);
        assert!(peak(&output) < 6.0);
    }
}
