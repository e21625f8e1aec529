//! What the drive stage folds back from above half the sample rate.

use super::analysis::{amplitudes, sine, to_db};
use super::{RATE_HZ, process};
use crate::dsp::{ChainSettings, Character, Oversampling};

/// The strongest component of a driven tone of 5 kHz and -6 dBFS that is none of its harmonics, against the
/// fundamental, in dB.
fn aliasing(character: Character, drive_db: f32, oversampling: Oversampling) -> f64 {
    let settings = ChainSettings { drive_db, character, oversampling, ..Default::default() };
    let output = process(settings, &sine(5_000.0, -6.0, RATE_HZ, 96_000)).split_off(48_000);
    let amplitudes = amplitudes(&output);
    let strangers = amplitudes.iter().enumerate().filter(|(hz, _)| hz % 5_000 != 0);
    to_db(strangers.map(|(_, amplitude)| *amplitude).fold(0.0, f64::max) / amplitudes[5_000])
}

#[test]
fn soft_stays_below_its_limits() {
    let limits =
        [(12.0, Oversampling::X4, -95.0), (24.0, Oversampling::X4, -55.0), (24.0, Oversampling::X8, -95.0)];
    for (drive_db, oversampling, limit_db) in limits {
        let level = aliasing(Character::Soft, drive_db, oversampling);
        assert!(level < limit_db, "{drive_db} dB at {oversampling:?}: {level} dB");
    }
}

#[test]
fn hard_reaches_what_the_manual_states() {
    // Oversampling and antiderivative anti-aliasing together, at 12 dB of drive.
    let stated = [
        (Oversampling::Off, -26.0),
        (Oversampling::X2, -44.0),
        (Oversampling::X4, -73.0),
        (Oversampling::X8, -85.0),
    ];
    for (oversampling, limit_db) in stated {
        let level = aliasing(Character::Hard, 12.0, oversampling);
        assert!(level < limit_db, "{oversampling:?}: {level} dB");
    }
}

#[test]
fn more_oversampling_aliases_less() {
    for character in Character::ALL {
        let levels = Oversampling::ALL.map(|oversampling| aliasing(character, 24.0, oversampling));
        assert!(levels.is_sorted_by(|less, more| less > more), "{character:?}: {levels:?}");
    }
}
