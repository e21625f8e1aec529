//! Every rate that a file or a host can have.

use super::analysis::{noise, peak, rms};
use super::{EVERY_RATE_HZ, process_blocks};
use crate::dsp::{Chain, ChainSettings, Character, Oversampling, Slope};

/// Long enough for whatever grows to be seen.
const FRAMES: usize = 16_384;

const SLOPES: [Slope; 3] = [Slope::Db12, Slope::Db24, Slope::Db48];

#[test]
fn every_character_stays_within_bounds_at_every_rate() {
    let input = noise(0.5, FRAMES);
    for rate_hz in EVERY_RATE_HZ {
        for character in Character::ALL {
            for oversampling in Oversampling::ALL {
                for drive_db in [12.0, 36.0] {
                    let settings =
                        ChainSettings { drive_db, character, oversampling, ..ChainSettings::default() };
                    let output = process_blocks(settings, rate_hz, &input, 512);
                    let levels = (peak(&output), rms(&output[FRAMES / 2..]) - rms(&input));
                    let is_right = levels.0 < 6.0 && (-12.0..3.0).contains(&levels.1);
                    assert!(is_right, "{levels:?} dB at {rate_hz} Hz with {settings:?}");
                }
            }
        }
    }
}

#[test]
fn both_cuts_stay_within_bounds_at_every_rate() {
    let input = noise(0.5, FRAMES);
    for rate_hz in EVERY_RATE_HZ {
        for slope in SLOPES {
            for (low_cut_hz, high_cut_hz) in [(20.0, 20_000.0), (1_000.0, 1_000.0), (200.0, 5_000.0)] {
                let settings = ChainSettings {
                    low_cut_hz,
                    low_cut_slope: slope,
                    high_cut_hz,
                    high_cut_slope: slope,
                    ..ChainSettings::default()
                };
                let output = process_blocks(settings, rate_hz, &input, 512);
                let level = rms(&output[FRAMES / 2..]) - rms(&input);
                assert!(peak(&output) < 3.0 && level < 0.5, "{level} dB at {rate_hz} Hz with {settings:?}");
            }
        }
    }
}

#[test]
fn corners_that_jump_stay_within_bounds_at_every_rate() {
    for rate_hz in EVERY_RATE_HZ {
        for slope in SLOPES {
            let at = |low_cut_hz, high_cut_hz| ChainSettings {
                low_cut_hz,
                low_cut_slope: slope,
                high_cut_hz,
                high_cut_slope: slope,
                ..ChainSettings::default()
            };
            let ends = [at(20.0, 20_000.0), at(1_000.0, 1_000.0)];
            let mut chain = Chain::new(rate_hz, ends[0]);
            let mut output = noise(0.5, FRAMES);
            for (index, block) in output.chunks_mut(37).enumerate() {
                chain.set(ends[index % 2]);
                chain.process(&mut [block]);
            }
            assert!(peak(&output) < 3.0, "{} dBFS at {rate_hz} Hz, {slope:?}", peak(&output));
        }
    }
}
