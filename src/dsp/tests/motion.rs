//! Controls that move: no zipper, no click, from the exact frame on, and the same in blocks of any size.

use super::analysis::{difference, level_above, noise, peak, sine};
use super::{RATE_HZ, process, process_changes};
use crate::dsp::{ChainSettings, Character, OfflineOversampling, Oversampling, Slope};

/// A low tone, in which treble can only come from a step.
fn tone() -> Vec<f32> {
    sine(200.0, -6.0, RATE_HZ, 48_000)
}

/// Treble, in dBFS, that a change at 0.4 s brings into the low tone.
fn treble_of_change(from: ChainSettings, to: ChainSettings) -> f64 {
    let output = process_changes(from, &[(19_201, to)], &tone(), 512);
    level_above(&output[9_600..38_400], 8_000.0, RATE_HZ)
}

#[test]
fn jumps_of_continuous_controls_are_smoothed() {
    let base = ChainSettings {
        low_cut_slope: Slope::Db24,
        high_cut_slope: Slope::Db24,
        high_cut_hz: 6_000.0,
        ..Default::default()
    };
    let jumps = [
        ChainSettings { input_gain_db: -24.0, ..base },
        ChainSettings { output_gain_db: -24.0, ..base },
        ChainSettings { low_cut_hz: 1_000.0, ..base },
        ChainSettings { high_cut_hz: 1_000.0, ..base },
        ChainSettings { mix: 0.0, input_gain_db: -24.0, ..base },
    ];
    for to in jumps {
        let treble = treble_of_change(base, to);
        assert!(treble < -85.0, "{to:?}: {treble} dBFS");
        let treble = treble_of_change(to, base);
        assert!(treble < -85.0, "back from {to:?}: {treble} dBFS");
    }
}

#[test]
fn switches_crossfade() {
    // Low levels, such that the curves themselves add no treble to speak of.
    let base = ChainSettings { input_gain_db: -24.0, output_gain_db: 18.0, ..Default::default() };
    let changes = [
        (base, ChainSettings { bypass: true, ..base }),
        (base, ChainSettings { low_cut_slope: Slope::Db48, low_cut_hz: 300.0, ..base }),
        (base, ChainSettings { high_cut_slope: Slope::Db48, high_cut_hz: 1_000.0, ..base }),
        (base, ChainSettings { oversampling: Oversampling::Off, ..base }),
        (base, ChainSettings { oversampling: Oversampling::X8, ..base }),
        (base, ChainSettings { offline_oversampling: OfflineOversampling::X8, ..base }),
        (base, ChainSettings { delta: true, ..base }),
        (base, ChainSettings { auto_gain: true, ..base }),
        (base, ChainSettings { drive_db: 6.0, ..base }),
        (
            ChainSettings { drive_db: 6.0, ..base },
            ChainSettings { drive_db: 6.0, character: Character::Tape, ..base },
        ),
        (
            ChainSettings { drive_db: 6.0, ..base },
            ChainSettings { drive_db: 6.0, character: Character::Tube, ..base },
        ),
        (
            ChainSettings { drive_db: 6.0, ..base },
            ChainSettings { drive_db: 6.0, oversampling: Oversampling::X2, ..base },
        ),
        (
            ChainSettings { drive_db: 6.0, ..base },
            ChainSettings { drive_db: 6.0, offline_oversampling: OfflineOversampling::X8, ..base },
        ),
    ];
    for (from, to) in changes {
        for (from, to) in [(from, to), (to, from)] {
            let treble = treble_of_change(from, to);
            assert!(treble < -85.0, "{from:?} to {to:?}: {treble} dBFS");
        }
    }
}

#[test]
fn a_switch_never_drops_the_signal() {
    let drive = ChainSettings { drive_db: 3.0, ..Default::default() };
    let quiet = sine(1_000.0, -40.0, RATE_HZ, 48_000);
    let changes = [
        ChainSettings { oversampling: Oversampling::X8, ..drive },
        ChainSettings { character: Character::Tube, ..drive },
        ChainSettings { drive_db: 0.0, ..drive },
        ChainSettings { bypass: true, ..drive },
    ];
    for to in changes {
        let output = process_changes(drive, &[(19_201, to)], &quiet, 64);
        for (index, period) in output[4_800..].chunks_exact(480).enumerate() {
            assert!((peak(period) - -40.0).abs() < 1.0, "{to:?}, period {index}: {} dBFS", peak(period));
        }
    }
}

#[test]
fn switches_changed_quickly_all_arrive() {
    let settings = |character, oversampling, slope| ChainSettings {
        drive_db: 12.0,
        character,
        oversampling,
        low_cut_hz: 200.0,
        low_cut_slope: slope,
        ..Default::default()
    };
    let last = settings(Character::Hard, Oversampling::X2, Slope::Db12);
    let changes = [
        (1_000, settings(Character::Tape, Oversampling::X8, Slope::Db48)),
        (1_100, settings(Character::Tube, Oversampling::Off, Slope::Off)),
        (1_200, last),
    ];
    let signal = sine(1_000.0, -12.0, RATE_HZ, 96_000);
    let first = settings(Character::Soft, Oversampling::X4, Slope::Db24);
    let output = process_changes(first, &changes, &signal, 512);
    assert!(difference(&output[48_000..], &process(last, &signal)[48_000..]) < -100.0);
}

#[test]
fn a_change_begins_at_its_very_frame() {
    let signal = noise(0.5, 4_000);
    let changes = [
        ChainSettings { input_gain_db: 6.0, ..Default::default() },
        ChainSettings { output_gain_db: 6.0, ..Default::default() },
        ChainSettings { mix: 0.0, input_gain_db: 0.0, ..Default::default() },
    ];
    for (to, start) in changes.into_iter().zip([
        ChainSettings::default(),
        ChainSettings::default(),
        ChainSettings {
            output_gain_db: 0.0,
            low_cut_slope: Slope::Db12,
            low_cut_hz: 1_000.0,
            ..Default::default()
        },
    ]) {
        let still = process_changes(start, &[], &signal, 512);
        for at in [1_000, 1_001, 1_037] {
            let moved = process_changes(start, &[(at, to)], &signal, 512);
            let first =
                still.iter().zip(&moved).position(|(still, moved)| still.to_bits() != moved.to_bits());
            let latency = if start.input_gain_db.to_bits() == to.input_gain_db.to_bits() {
                0
            } else {
                start.latency_frames() as usize
            };
            assert_eq!(first, Some(at + latency), "{to:?}");
        }
    }
}

#[test]
fn blocks_of_any_size_sound_the_same() {
    let base = ChainSettings {
        low_cut_slope: Slope::Db24,
        high_cut_slope: Slope::Db48,
        drive_db: 12.0,
        ..Default::default()
    };
    let changes: Vec<(usize, ChainSettings)> = [
        ChainSettings { low_cut_hz: 500.0, input_gain_db: 6.0, ..base },
        ChainSettings { high_cut_hz: 2_000.0, character: Character::Tape, ..base },
        ChainSettings { drive_db: 0.0, mix: 0.5, ..base },
        ChainSettings { oversampling: Oversampling::X8, drive_db: 30.0, character: Character::Hard, ..base },
        ChainSettings { oversampling: Oversampling::Off, character: Character::Tube, ..base },
        ChainSettings { bypass: true, high_cut_slope: Slope::Db12, ..base },
        ChainSettings { output_gain_db: -6.0, ..base },
    ]
    .into_iter()
    .enumerate()
    // Some of them before the last one has faded in.
    .map(|(index, settings)| (1_003 * (index + 1), settings))
    .collect();
    let signal = noise(0.5, 16_000);
    let reference = process_changes(base, &changes, &signal, 512);
    for block_frames in [1, 17, 64, 4_096] {
        let output = process_changes(base, &changes, &signal, block_frames);
        let difference = difference(&output, &reference);
        assert!(difference < -120.0, "blocks of {block_frames}: {difference} dBFS");
    }
}
