//! Delta: what the strip changes, and nothing else.

use super::analysis::{difference, noise};
use super::{process, process_stereo};
use crate::dsp::{ChainSettings, Character, Oversampling, Slope};

#[test]
fn neutral_settings_give_silence_to_the_bit() {
    let signal = [noise(0.8, 10_000), sine_of_noise()];
    for oversampling in Oversampling::ALL {
        let settings = ChainSettings { oversampling, delta: true, ..Default::default() };
        for side in process_stereo(settings, &signal) {
            assert!(side.iter().all(|sample| sample.abs() == 0.0), "{oversampling:?}");
        }
    }
}

/// Another signal than that of the other side.
fn sine_of_noise() -> Vec<f32> {
    noise(3.0, 10_000).into_iter().map(f32::sin).collect()
}

#[test]
fn delta_and_input_add_up_to_what_is_processed() {
    let input = noise(0.5, 20_000);
    for character in Character::ALL {
        let settings = ChainSettings {
            input_gain_db: 3.0,
            low_cut_slope: Slope::Db24,
            low_cut_hz: 200.0,
            drive_db: 18.0,
            character,
            mix: 0.7,
            output_gain_db: -2.0,
            ..Default::default()
        };
        let latency = settings.latency_frames() as usize;
        let processed = process(settings, &input);
        let delta = process(ChainSettings { delta: true, ..settings }, &input);
        let sum: Vec<f32> = delta[latency..].iter().zip(&input).map(|(delta, input)| delta + input).collect();
        let difference = difference(&sum, &processed[latency..]);
        assert!(difference < -130.0, "{character:?}: {difference} dBFS");
    }
}

#[test]
fn bypass_is_the_input_all_the_same() {
    let input = noise(0.5, 5_000);
    let settings = ChainSettings { delta: true, bypass: true, drive_db: 20.0, ..Default::default() };
    let latency = settings.latency_frames() as usize;
    assert_eq!(process(settings, &input)[latency..], input[..5_000 - latency]);
}
