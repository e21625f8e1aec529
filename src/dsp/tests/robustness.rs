//! Signals that are none, and the end of those that are.

use super::analysis::{noise, sine};
use super::{EVERY_RATE_HZ, RATE_HZ, process_blocks};
use crate::dsp::{Chain, ChainSettings, Character, Oversampling, Slope};

fn everything(character: Character) -> ChainSettings {
    ChainSettings {
        input_gain_db: 24.0,
        low_cut_slope: Slope::Db48,
        low_cut_hz: 100.0,
        high_cut_slope: Slope::Db48,
        drive_db: 24.0,
        character,
        mix: 0.7,
        output_gain_db: 24.0,
        ..Default::default()
    }
}

#[test]
fn what_is_not_finite_never_outlives_its_block() {
    for character in Character::ALL {
        for poison in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, -f32::MAX, 1e30] {
            let mut chain = Chain::new(RATE_HZ, everything(character));
            let mut signal = noise(0.5, 64 * 20);
            signal[64 * 4 + 7] = poison;
            signal[64 * 4 + 8] = poison;
            for block in signal.chunks_mut(64) {
                chain.process(&mut [block]);
            }
            assert!(signal.iter().all(|sample| sample.is_finite()), "{character:?} after {poison}");
            assert!(signal.iter().all(|sample| sample.abs() < 1e4), "{character:?} after {poison}");
        }
    }
}

#[test]
fn random_bits_come_out_finite() {
    let mut bits = 0x9e37_79b9_u32;
    let mut signal: Vec<f32> = (0..48_000)
        .map(|_| {
            bits = bits.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from_bits(bits ^ (bits >> 15))
        })
        .collect();
    for character in Character::ALL {
        Chain::new(RATE_HZ, everything(character)).process(&mut [&mut signal]);
        assert!(signal.iter().all(|sample| sample.is_finite()), "{character:?}");
    }
}

#[test]
fn silence_becomes_exact_silence_without_denormals_on_the_way() {
    for character in Character::ALL {
        let mut signal = noise(0.5, 48_000);
        // The lowest corner at 48 dB/oct rings longest: -300 dB take about five seconds.
        signal.resize(48_000 * 7, 0.0);
        let settings = ChainSettings { low_cut_hz: 20.0, ..everything(character) };
        let output = process_blocks(settings, RATE_HZ, &signal, 512);
        assert!(output[48_000 * 6..].iter().all(|sample| sample.abs() == 0.0), "{character:?}");
        assert!(!output.iter().any(|sample| sample.is_subnormal()), "{character:?}");
    }
}

#[test]
fn silence_from_the_start_stays_exact() {
    for character in Character::ALL {
        let output = process_blocks(everything(character), RATE_HZ, &vec![0.0; 4_800], 64);
        assert!(output.iter().all(|sample| sample.abs() == 0.0), "{character:?}");
    }
}

#[test]
fn the_stated_tail_holds_all_that_is_audible() {
    for character in Character::ALL {
        let settings = ChainSettings { input_gain_db: 0.0, output_gain_db: 0.0, ..everything(character) };
        let mut chain = Chain::new(RATE_HZ, settings);
        let mut signal = sine(200.0, -6.0, RATE_HZ, 48_000);
        chain.process(&mut [&mut signal]);
        let mut tail = vec![0.0; chain.tail_frames() as usize];
        chain.process(&mut [&mut tail]);
        let mut after = vec![0.0; 4_800];
        chain.process(&mut [&mut after]);
        let loudest = after.iter().fold(0.0_f32, |loudest, sample| loudest.max(sample.abs()));
        assert!(loudest < 1e-5, "{character:?}: {loudest}");
    }
}

#[test]
fn every_sample_rate_works_at_every_setting() {
    for rate_hz in EVERY_RATE_HZ {
        for character in Character::ALL {
            for oversampling in Oversampling::ALL {
                let settings = ChainSettings { oversampling, ..everything(character) };
                let output = process_blocks(settings, rate_hz, &noise(0.5, 8_192), 512);
                let loudest = output.iter().fold(0.0_f32, |loudest, sample| loudest.max(sample.abs()));
                assert!((0.01..1e3).contains(&loudest), "{settings:?} at {rate_hz} Hz: {loudest}");
            }
        }
    }
}

#[test]
fn a_block_without_frames_or_channels_changes_nothing() {
    let settings = everything(Character::Tape);
    let (mut chain, mut undisturbed) = (Chain::new(RATE_HZ, settings), Chain::new(RATE_HZ, settings));
    for block in noise(0.5, 64 * 20).chunks(64) {
        let (mut heard, mut expected) = (block.to_vec(), block.to_vec());
        chain.process(&mut []);
        chain.process(&mut [&mut [], &mut []]);
        chain.process(&mut [&mut heard]);
        undisturbed.process(&mut [&mut expected]);
        assert_eq!(heard, expected);
    }
}
