//! The four characters: what they add, what they take, and how loud they leave the signal.

use super::analysis::{amplitudes, from_db, level_above, peak, pink_noise, rms, sine, to_db};
use super::{RATE_HZ, process};
use crate::dsp::{ChainSettings, Character};

fn driven(character: Character, drive_db: f32) -> ChainSettings {
    ChainSettings { drive_db, character, ..Default::default() }
}

/// The last second of a tone of 1 kHz; bin k is at k Hz.
fn driven_tone(character: Character, drive_db: f32, frequency_hz: f64, peak_db: f64) -> Vec<f32> {
    let seconds = 3;
    let tone = sine(frequency_hz, peak_db, RATE_HZ, seconds * 48_000);
    process(driven(character, drive_db), &tone).split_off((seconds - 1) * 48_000)
}

/// Harmonics 0 (DC) to 7 against the fundamental, in dB.
fn harmonics(character: Character) -> [f64; 8] {
    let amplitudes = amplitudes(&driven_tone(character, 12.0, 1_000.0, -6.0));
    std::array::from_fn(|harmonic| to_db(amplitudes[harmonic * 1_000] / amplitudes[1_000]))
}

#[test]
fn soft_tape_and_hard_make_odd_harmonics_only() {
    for (character, third_db) in
        // Soft and Hard as the curves' Fourier series have them; Tape as its compressor leaves it.
        [(Character::Soft, -15.472), (Character::Tape, -20.3), (Character::Hard, -12.924)]
    {
        let harmonics = harmonics(character);
        for even in [2, 4, 6] {
            assert!(harmonics[even] < -110.0, "{character:?}: {harmonics:?}");
        }
        assert!((harmonics[3] - third_db).abs() < 0.1, "{character:?}: {harmonics:?}");
        assert!(harmonics[5] < harmonics[3] && harmonics[7] < harmonics[5], "{character:?}: {harmonics:?}");
    }
}

#[test]
fn tube_makes_even_harmonics_and_no_dc() {
    let harmonics = harmonics(Character::Tube);
    // As the Fourier series of the shifted tangent has it.
    assert!((harmonics[2] - -17.983).abs() < 0.1, "{harmonics:?}");
    assert!(harmonics[4] > -30.0, "{harmonics:?}");
    let dc = to_db(amplitudes(&driven_tone(Character::Tube, 24.0, 1_000.0, -6.0))[0]);
    assert!(dc < -100.0, "{dc} dBFS");
}

#[test]
fn hard_clips_flat() {
    // At 12 dB of drive a tone of 100 Hz and -6 dBFS peak is twice as high as the ceiling.
    let output = driven_tone(Character::Hard, 12.0, 100.0, -6.0);
    let top = f64::from(output.iter().copied().fold(0.0, f32::max));
    let flat = output.iter().filter(|sample| f64::from(sample.abs()) > 0.98 * top).count();
    // A sine spends 2/3 of its time above half of its peak; the filters' ripple takes some of that.
    assert!(flat as f64 / output.len() as f64 > 0.6, "{flat} of {}", output.len());
}

/// How much the output grows when the input grows by 20 dB, at 12 dB of drive.
fn growth(character: Character) -> f64 {
    let level = |peak_db| rms(&driven_tone(character, 12.0, 300.0, peak_db));
    level(-6.0) - level(-26.0)
}

#[test]
fn tape_compresses_what_is_loud_and_leaves_what_is_quiet() {
    let (tape, soft) = (growth(Character::Tape), growth(Character::Soft));
    assert!(tape < soft - 1.5 && tape < 14.0, "{tape} dB, Soft {soft} dB");
    let quiet = rms(&driven_tone(Character::Tape, 6.0, 300.0, -50.0))
        - rms(&driven_tone(Character::Tape, 6.0, 300.0, -60.0));
    assert!((quiet - 10.0).abs() < 0.05, "{quiet}");
}

/// How much weaker 10 kHz comes out than 500 Hz, in dB.
fn treble_loss(character: Character, peak_db: f64) -> f64 {
    let level = |frequency_hz: f64| {
        to_db(amplitudes(&driven_tone(character, 12.0, frequency_hz, peak_db))[frequency_hz as usize])
    };
    level(500.0) - level(10_000.0)
}

#[test]
fn tape_dulls_what_is_loud_a_little() {
    assert!(treble_loss(Character::Tape, -50.0).abs() < 0.1, "{}", treble_loss(Character::Tape, -50.0));
    let loss = treble_loss(Character::Tape, -6.0);
    assert!((1.0..4.0).contains(&loss), "{loss}");
    assert!(treble_loss(Character::Soft, -6.0).abs() < 0.2);
}

#[test]
fn tape_treats_both_sides_alike() {
    let mut chain = crate::dsp::Chain::new(RATE_HZ, driven(Character::Tape, 18.0));
    let mut left = sine(1_000.0, -6.0, RATE_HZ, 48_000);
    let mut right = sine(1_000.0, -40.0, RATE_HZ, 48_000);
    let mut alone = right.clone();
    chain.process(&mut [&mut left, &mut right]);
    crate::dsp::Chain::new(RATE_HZ, driven(Character::Tape, 18.0)).process(&mut [&mut alone]);
    // The quiet side is compressed with the loud one: the image does not lean over.
    assert!(rms(&right[24_000..]) < rms(&alone[24_000..]) - 3.0);
}

#[test]
fn loudness_of_a_mixed_signal_stays_through_the_whole_range() {
    let programme = pink_noise(-18.0, 96_000);
    for character in Character::ALL {
        let mut previous = rms(&programme);
        for step in 0..=72_u8 {
            let level = rms(&process(driven(character, f32::from(step) * 0.5), &programme)[9_600..]);
            assert!(
                (level - -18.0).abs() < 1.2,
                "{character:?} at {} dB: {level} dBFS",
                f32::from(step) * 0.5
            );
            assert!((level - previous).abs() < 0.5, "{character:?} jumps at {} dB", f32::from(step) * 0.5);
            previous = level;
        }
    }
}

#[test]
fn loudness_of_a_tone_stays_within_two_decibels() {
    for character in Character::ALL {
        for drive_db in [1.0, 6.0, 12.0, 18.0, 24.0, 30.0, 36.0] {
            let level = rms(&driven_tone(character, drive_db, 500.0, -15.0));
            let expected = -15.0 + to_db(0.5_f64.sqrt());
            assert!((level - expected).abs() < 2.0, "{character:?} at {drive_db} dB: {level} dBFS");
        }
    }
}

#[test]
fn the_least_drive_is_next_to_none() {
    let tone = sine(1_000.0, -20.0, RATE_HZ, 48_000);
    for character in Character::ALL {
        let output = process(driven(character, 0.1), &tone);
        let latency = driven(character, 0.1).latency_frames() as usize;
        let residue =
            super::analysis::difference(&output[24_000..], &tone[24_000 - latency..48_000 - latency]);
        assert!(residue < -46.0, "{character:?}: {residue} dBFS");
        assert!(peak(&output) < -19.5 && from_db(peak(&output)) > 0.09, "{character:?}");
        assert!(level_above(&output[24_000..], 4_000.0, RATE_HZ) < -70.0, "{character:?}");
    }
}
