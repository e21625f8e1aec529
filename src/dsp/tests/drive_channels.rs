//! What the drive stage takes for its channels: mid and side are driven apart, and what is not driven is left alone.

use super::analysis::{difference, level_above, noise, pink_noise, sine};
use super::{RATE_HZ, process, process_changes, process_stereo, process_stereo_changes};
use crate::dsp::{Chain, ChainSettings, Character, DriveChannels, Oversampling};

const FRAMES: usize = 20_000;

fn settings(character: Character, drive_channels: DriveChannels) -> ChainSettings {
    ChainSettings { drive_db: 18.0, character, drive_channels, ..Default::default() }
}

/// Two sides that have something in common and something apart.
fn stereo() -> [Vec<f32>; 2] {
    let (mid, side) = (pink_noise(-18.0, FRAMES), noise(0.1, FRAMES));
    let add = |sign: f32| mid.iter().zip(&side).map(|(mid, side)| mid + sign * side).collect();
    [add(1.0), add(-1.0)]
}

fn mid_side([left, right]: &[Vec<f32>; 2]) -> [Vec<f32>; 2] {
    let add = |sign: f32| left.iter().zip(right).map(|(left, right)| 0.5 * (left + sign * right)).collect();
    [add(1.0), add(-1.0)]
}

#[test]
fn what_is_in_the_middle_sounds_alike_with_every_choice_that_drives_mid() {
    let middle = pink_noise(-12.0, FRAMES);
    let signal = [middle.clone(), middle];
    for character in Character::ALL {
        let [expected, _] = process_stereo(settings(character, DriveChannels::LeftRight), &signal);
        for channels in [DriveChannels::MidSide, DriveChannels::Mid] {
            for side in process_stereo(settings(character, channels), &signal) {
                let difference = difference(&side, &expected);
                assert!(difference < -120.0, "{character:?}, {channels:?}: {difference} dBFS");
            }
        }
        let left_alone = settings(character, DriveChannels::Side);
        let latency = left_alone.latency_frames() as usize;
        for side in process_stereo(left_alone, &signal) {
            let difference = difference(&side[latency..], &signal[0][..FRAMES - latency]);
            assert!(difference < -120.0, "{character:?}: {difference} dBFS");
        }
    }
}

#[test]
fn mid_and_side_are_driven_as_two_signals_of_their_own() {
    let signal = stereo();
    let [mid, side] = mid_side(&signal);
    for character in [Character::Soft, Character::Tube, Character::Hard] {
        let driven = settings(character, DriveChannels::MidSide);
        let output = mid_side(&process_stereo(driven, &signal));
        for (output, input) in output.iter().zip([&mid, &side]) {
            let difference = difference(output, &process(driven, input));
            assert!(difference < -100.0, "{character:?}: {difference} dBFS");
        }
    }
}

#[test]
fn what_is_not_driven_is_only_late() {
    let signal = stereo();
    let inputs = mid_side(&signal);
    for character in Character::ALL {
        for (channels, driven) in [(DriveChannels::Mid, 0), (DriveChannels::Side, 1)] {
            for oversampling in Oversampling::ALL {
                let settings = ChainSettings { oversampling, ..settings(character, channels) };
                let latency = settings.latency_frames() as usize;
                let outputs = mid_side(&process_stereo(settings, &signal));
                let left_alone = 1 - driven;
                let change =
                    difference(&outputs[left_alone][latency..], &inputs[left_alone][..FRAMES - latency]);
                assert!(change < -120.0, "{settings:?}: {change} dBFS");
                let change = difference(&outputs[driven], &process(settings, &inputs[driven]));
                assert!(change < -100.0, "{settings:?}: {change} dBFS");
            }
        }
    }
}

#[test]
fn a_mono_signal_sounds_the_same_with_all_of_them_to_the_bit() {
    let input = noise(0.5, FRAMES);
    for character in Character::ALL {
        let expected = process(settings(character, DriveChannels::LeftRight), &input);
        for channels in DriveChannels::ALL {
            assert_eq!(process(settings(character, channels), &input), expected);
            let changes = [(9_001, settings(character, channels))];
            let start = settings(character, DriveChannels::LeftRight);
            assert_eq!(process_changes(start, &changes, &input, 512), expected);
        }
    }
}

#[test]
fn every_change_of_the_channels_crossfades() {
    let tone = |frequency_hz| sine(frequency_hz, -6.0, RATE_HZ, 48_000);
    let signal = [tone(200.0), tone(330.0)];
    // At low levels, such that the curves themselves add no treble to speak of.
    let base =
        ChainSettings { input_gain_db: -24.0, output_gain_db: 18.0, drive_db: 6.0, ..Default::default() };
    for character in Character::ALL {
        for from in DriveChannels::ALL {
            for to in DriveChannels::ALL.into_iter().filter(|to| *to != from) {
                let from = ChainSettings { drive_channels: from, character, ..base };
                let to = ChainSettings { drive_channels: to, ..from };
                for side in process_stereo_changes(from, &[(19_201, to)], &signal) {
                    let treble = level_above(&side[9_600..38_400], 8_000.0, RATE_HZ);
                    assert!(treble < -85.0, "{from:?} to {to:?}: {treble} dBFS");
                }
            }
        }
    }
}

#[test]
fn without_drive_they_are_all_the_input_to_the_bit() {
    let signal = stereo();
    for drive_channels in DriveChannels::ALL {
        let settings = ChainSettings { drive_channels, ..Default::default() };
        let latency = settings.latency_frames() as usize;
        let output = process_stereo(settings, &signal);
        for (output, input) in output.iter().zip(&signal) {
            assert_eq!(output[latency..], input[..FRAMES - latency]);
        }
    }
}

#[test]
fn what_is_no_number_does_not_stay() {
    for channels in DriveChannels::ALL {
        let mut chain = Chain::new(RATE_HZ, settings(Character::Tape, channels));
        let [mut left, mut right] = stereo();
        (left[5_000], right[7_000]) = (f32::NAN, f32::MAX);
        chain.process(&mut [&mut left, &mut right]);
        assert!(left.iter().chain(&right).all(|sample| sample.is_finite()), "{channels:?}");
    }
}
