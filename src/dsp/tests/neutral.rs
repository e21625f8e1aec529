//! The strip at rest: transparent, aligned, and as late as it says.

use super::analysis::{difference, from_db, noise, rms};
use super::{EVERY_RATE_HZ, RATE_HZ, process, process_blocks};
use crate::dsp::{Chain, ChainSettings, Character, Oversampling, Slope};

const TRANSPARENT_DB: f64 = -120.0;

/// The largest deviation of `output` from `input` that comes `latency` frames late.
fn deviation(input: &[f32], output: &[f32], latency: usize) -> f64 {
    difference(&input[..input.len() - latency], &output[latency..])
}

#[test]
fn neutral_is_transparent_at_every_rate_and_oversampling() {
    let input = noise(1.0, 10_000);
    for rate_hz in EVERY_RATE_HZ {
        for oversampling in Oversampling::ALL {
            let settings = ChainSettings { oversampling, ..Default::default() };
            let output = process_blocks(settings, rate_hz, &input, 512);
            let deviation = deviation(&input, &output, settings.latency_frames() as usize);
            assert!(deviation < TRANSPARENT_DB, "{oversampling:?} at {rate_hz} Hz: {deviation} dBFS");
        }
    }
}

#[test]
fn neutral_stereo_keeps_its_sides_apart() {
    let (left, right) = (noise(1.0, 5_000), noise(0.3, 5_000));
    let settings = ChainSettings::default();
    let (mut left_output, mut right_output) = (left.clone(), right.clone());
    Chain::new(RATE_HZ, settings).process(&mut [&mut left_output, &mut right_output]);
    let latency = settings.latency_frames() as usize;
    assert!(deviation(&left, &left_output, latency) < TRANSPARENT_DB);
    assert!(deviation(&right, &right_output, latency) < TRANSPARENT_DB);
}

#[test]
fn stereo_is_two_times_mono() {
    let (left, right) = (noise(0.5, 5_000), noise(0.2, 5_000));
    for character in [Character::Soft, Character::Tube, Character::Hard] {
        let settings = ChainSettings {
            drive_db: 18.0,
            character,
            low_cut_slope: Slope::Db24,
            high_cut_hz: 5_000.0,
            high_cut_slope: Slope::Db48,
            ..Default::default()
        };
        let (mut left_output, mut right_output) = (left.clone(), right.clone());
        Chain::new(RATE_HZ, settings).process(&mut [&mut left_output, &mut right_output]);
        assert!(difference(&left_output, &process(settings, &left)) < -140.0, "{character:?}");
        assert!(difference(&right_output, &process(settings, &right)) < -140.0, "{character:?}");
    }
}

#[test]
fn only_oversampling_changes_the_latency() {
    let latencies = Oversampling::ALL
        .map(|oversampling| ChainSettings { oversampling, ..Default::default() }.latency_frames());
    assert_eq!(latencies, [0, 107, 113, 115]);
    let busy = ChainSettings {
        bypass: true,
        input_gain_db: 3.0,
        low_cut_slope: Slope::Db48,
        high_cut_slope: Slope::Db12,
        drive_db: 36.0,
        character: Character::Tape,
        mix: 0.5,
        ..Default::default()
    };
    assert_eq!(busy.latency_frames(), ChainSettings::default().latency_frames());
}

#[test]
fn bypass_is_the_input_whatever_else_is_set() {
    let input = noise(1.0, 5_000);
    for oversampling in Oversampling::ALL {
        let settings = ChainSettings {
            bypass: true,
            oversampling,
            input_gain_db: 12.0,
            drive_db: 24.0,
            low_cut_slope: Slope::Db48,
            output_gain_db: -12.0,
            ..Default::default()
        };
        let deviation = deviation(&input, &process(settings, &input), settings.latency_frames() as usize);
        assert!(deviation < TRANSPARENT_DB, "{oversampling:?}: {deviation} dBFS");
    }
}

#[test]
fn dry_and_processed_are_aligned_to_the_sample() {
    // A quiet signal within the oversampler's pass band comes out of a gentle drive almost as it went in. Were the dry
    // signal one sample off, half of each would differ from the input by -25 dB at 5 kHz.
    let input: Vec<f32> = super::analysis::sine(5_000.0, -60.0, RATE_HZ, 4_800);
    for oversampling in Oversampling::ALL {
        let settings = ChainSettings { drive_db: 0.1, mix: 0.5, oversampling, ..Default::default() };
        let output = process(settings, &input);
        let latency = settings.latency_frames() as usize;
        let settled = 1_000;
        // Even the least drive compresses a little: look at the shape alone.
        let gain = from_db(rms(&input[settled..]) - rms(&output[settled..])) as f32;
        let shape: Vec<f32> = output[settled..].iter().map(|sample| sample * gain).collect();
        let deviation = difference(&input[settled - latency..input.len() - latency], &shape) - -60.0;
        assert!(deviation < -60.0, "{oversampling:?}: {deviation} dB");
    }
}

#[test]
fn nothing_of_the_processing_is_left_in_a_dry_mix() {
    let input = noise(1.0, 5_000);
    let settings =
        ChainSettings { mix: 0.0, drive_db: 36.0, low_cut_slope: Slope::Db48, ..Default::default() };
    let deviation = deviation(&input, &process(settings, &input), settings.latency_frames() as usize);
    assert!(deviation < TRANSPARENT_DB, "{deviation} dBFS");
}
