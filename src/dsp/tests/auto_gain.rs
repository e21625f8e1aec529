//! Auto gain: as loud as the input, without a step and without pumping, and what is measured for those who look on.

use assert_no_alloc::assert_no_alloc;
use wavecraft_metering::loudness::{LoudnessMeter, gated_power, lufs_from_power};

use super::analysis::{difference, level_above, noise, pink_noise, sine};
use super::{RATE_HZ, process, process_blocks, process_changes};
use crate::dsp::{Chain, ChainSettings, Character, Slope};

/// A tenth of a second.
const STEP: usize = 4_800;
const SECOND: usize = 48_000;

/// Integrated loudness, in LUFS.
fn loudness(signal: &[f32]) -> f64 {
    let powers = momentary_powers(signal);
    lufs_from_power(gated_power(powers[3..].iter().copied()).expect("there is sound"))
}

/// One for each step.
fn momentary_powers(signal: &[f32]) -> Vec<f64> {
    let mut meter = LoudnessMeter::new(RATE_HZ);
    let step = |step: &[f32]| {
        meter.add(&[step]);
        meter.momentary_power()
    };
    signal.chunks_exact(STEP).map(step).collect()
}

fn on(settings: ChainSettings) -> ChainSettings {
    ChainSettings { auto_gain: true, ..settings }
}

/// Settings that change the loudness in ways that are known beforehand, and in ways that are not.
fn loud_and_soft() -> Vec<ChainSettings> {
    let neutral = ChainSettings::default();
    let mut all = vec![
        neutral,
        ChainSettings { input_gain_db: 12.0, ..neutral },
        ChainSettings { input_gain_db: -24.0, mix: 0.6, ..neutral },
        ChainSettings { low_cut_hz: 600.0, low_cut_slope: Slope::Db48, ..neutral },
        ChainSettings { high_cut_hz: 1_500.0, high_cut_slope: Slope::Db24, mix: 0.8, ..neutral },
    ];
    for character in Character::ALL {
        all.push(ChainSettings { drive_db: 12.0, character, ..neutral });
        all.push(ChainSettings { drive_db: 30.0, input_gain_db: 9.0, character, ..neutral });
        all.push(ChainSettings { drive_db: 18.0, input_gain_db: -20.0, character, ..neutral });
    }
    all
}

#[test]
fn pink_noise_and_bursts_come_out_as_loud_as_they_go_in() {
    let pink = pink_noise(-18.0, 12 * SECOND);
    // Four bursts a second, 12 dB apart, and silence in between.
    let bursts: Vec<f32> = pink
        .iter()
        .enumerate()
        .map(|(frame, sample)| match frame / (SECOND / 8) % 4 {
            0 => sample * 2.0,
            2 => sample * 0.5,
            _ => 0.0,
        })
        .collect();
    for (name, input) in [("noise", &pink), ("bursts", &bursts)] {
        for settings in loud_and_soft() {
            let output = process(on(settings), input);
            let change = loudness(&output[4 * SECOND..]) - loudness(&input[4 * SECOND..]);
            assert!(change.abs() < 0.5, "{name}: {change:+.2} LU with {settings:?}");
        }
    }
}

#[test]
fn the_output_gain_stays_a_trim() {
    let input = pink_noise(-18.0, 8 * SECOND);
    let settings =
        ChainSettings { input_gain_db: 6.0, drive_db: 20.0, output_gain_db: -4.0, ..Default::default() };
    let change = loudness(&process(on(settings), &input)[4 * SECOND..]) - loudness(&input[4 * SECOND..]);
    assert!((change - -4.0).abs() < 0.5, "{change:+.2} LU");
}

/// How long after a change the gain is still more than half a decibel from where it comes to rest, in seconds.
fn settling_seconds(from: ChainSettings, to: ChainSettings) -> f64 {
    let input = pink_noise(-18.0, 20 * SECOND);
    let (before, after) = input.split_at(5 * SECOND);
    let mut chain = Chain::new(RATE_HZ, on(from));
    gains_db(&mut chain, before);
    chain.set(on(to));
    let gains = gains_db(&mut chain, after);
    let rest = gains.last().unwrap();
    let last = gains.iter().rposition(|gain| (gain - rest).abs() > 0.5);
    last.map_or(0.0, |step| ((step + 1) * STEP) as f64 / f64::from(RATE_HZ))
}

#[test]
fn a_change_has_settled_within_two_seconds_and_a_known_one_within_half_a_second() {
    let neutral = ChainSettings::default();
    let known = [
        ChainSettings { input_gain_db: 18.0, ..neutral },
        ChainSettings { drive_db: 36.0, ..neutral },
        ChainSettings { drive_db: 24.0, input_gain_db: 12.0, character: Character::Hard, ..neutral },
    ];
    let unknown = [
        ChainSettings { low_cut_hz: 1_000.0, low_cut_slope: Slope::Db48, ..neutral },
        ChainSettings { high_cut_hz: 1_000.0, high_cut_slope: Slope::Db48, ..neutral },
        ChainSettings { drive_db: 36.0, character: Character::Tape, input_gain_db: 24.0, ..neutral },
    ];
    for (settings, most) in known.map(|it| (it, 0.5)).into_iter().chain(unknown.map(|it| (it, 2.0))) {
        for (from, to) in [(neutral, settings), (settings, neutral)] {
            let seconds = settling_seconds(from, to);
            println!("{seconds:.1} s from {from:?} to {to:?}");
            assert!(seconds <= most, "{seconds} s from {from:?} to {to:?}");
        }
    }
}

#[test]
fn it_begins_where_the_settings_let_expect() {
    let input = pink_noise(-18.0, SECOND);
    let settings = ChainSettings { input_gain_db: 18.0, drive_db: 18.0, ..Default::default() };
    let output = process(on(settings), &input);
    let change = loudness(&output[..STEP * 5]) - loudness(&input[..STEP * 5]);
    assert!(change.abs() < 1.0, "{change:+.2} LU");
}

#[test]
fn it_never_steps_while_it_finds_its_level() {
    let base = ChainSettings { low_cut_hz: 1_000.0, low_cut_slope: Slope::Db12, ..Default::default() };
    let output = process(on(base), &sine(200.0, -6.0, RATE_HZ, 3 * SECOND));
    let treble = level_above(&output[SECOND / 2..], 8_000.0, RATE_HZ);
    assert!(treble < -85.0, "{treble} dBFS");
}

/// The gain after each block of a signal, in dB.
fn gains_db(chain: &mut Chain, signal: &[f32]) -> Vec<f32> {
    let mut signal = signal.to_vec();
    let mut gain = |block: &mut [f32]| {
        assert_no_alloc(|| chain.process(&mut [block]));
        chain.auto_gain_db()
    };
    signal.chunks_mut(STEP).map(&mut gain).collect()
}

fn spread(values: &[f32]) -> f32 {
    let (lowest, highest) =
        values.iter().fold((f32::MAX, f32::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
    highest - lowest
}

#[test]
fn it_does_not_pump() {
    // A beat twice a second: 20 dB up and down.
    let pink = pink_noise(-18.0, 30 * SECOND);
    let beat = |(frame, sample): (usize, &f32)| {
        if (frame / (SECOND / 4)).is_multiple_of(2) { *sample } else { 0.1 * sample }
    };
    let signal: Vec<f32> = pink.iter().enumerate().map(beat).collect();
    for character in Character::ALL {
        let settings = ChainSettings { drive_db: 24.0, character, input_gain_db: 6.0, ..Default::default() };
        let gains = gains_db(&mut Chain::new(RATE_HZ, on(settings)), &signal);
        let spread = spread(&gains[150..]);
        assert!(spread < 0.5, "{character:?}: {spread} dB");
    }
}

#[test]
fn it_stays_in_silence_and_in_what_is_nearly_silent() {
    let settings = ChainSettings { low_cut_hz: 1_000.0, low_cut_slope: Slope::Db48, ..Default::default() };
    let mut chain = Chain::new(RATE_HZ, on(settings));
    let before = *gains_db(&mut chain, &pink_noise(-18.0, 6 * SECOND)).last().unwrap();
    assert!(before.abs() > 1.0, "{before} dB");
    // The momentary loudness of what has just ended still counts.
    gains_db(&mut chain, &vec![0.0; SECOND / 2]);
    let ended = chain.auto_gain_db();
    assert!((ended - before).abs() < 0.5, "{before} dB to {ended} dB");
    let held = gains_db(&mut chain, &[vec![0.0; 10 * SECOND], noise(1e-4, 10 * SECOND)].concat());
    assert!(held.iter().all(|gain| gain.to_bits() == ended.to_bits()), "{ended} dB to {held:?}");
}

#[test]
fn it_is_bounded() {
    let settings = ChainSettings {
        input_gain_db: -24.0,
        low_cut_hz: 1_000.0,
        low_cut_slope: Slope::Db24,
        ..Default::default()
    };
    let gains = gains_db(&mut Chain::new(RATE_HZ, on(settings)), &sine(300.0, -6.0, RATE_HZ, 10 * SECOND));
    assert!(gains.iter().all(|gain| gain.abs() <= 30.001), "{gains:?}");
    assert!(gains.last().unwrap() > &29.0, "{gains:?}");
}

#[test]
fn blocks_of_any_size_sound_the_same() {
    let input = pink_noise(-18.0, 2 * SECOND);
    let start = on(ChainSettings { low_cut_hz: 300.0, low_cut_slope: Slope::Db24, ..Default::default() });
    let changes = [
        (31_003, ChainSettings { drive_db: 24.0, character: Character::Tape, ..start }),
        (60_001, ChainSettings { auto_gain: false, ..start }),
        (66_007, ChainSettings { input_gain_db: 6.0, ..start }),
    ];
    let reference = process_changes(start, &changes, &input, 512);
    for block_frames in [1, 17, 64, 4_096] {
        let difference = difference(&process_changes(start, &changes, &input, block_frames), &reference);
        assert!(difference < -120.0, "blocks of {block_frames}: {difference} dBFS");
    }
}

#[test]
fn a_reset_begins_anew() {
    let input = pink_noise(-18.0, 2 * SECOND);
    let settings = on(ChainSettings { low_cut_hz: 700.0, low_cut_slope: Slope::Db48, ..Default::default() });
    let mut chain = Chain::new(RATE_HZ, settings);
    let mut outputs = [input.clone(), input];
    for output in &mut outputs {
        assert_no_alloc(|| {
            chain.reset(settings);
            chain.process(&mut [output]);
        });
    }
    assert!(outputs[0] == outputs[1]);
}

#[test]
fn bypass_is_the_input_to_the_bit() {
    let input = noise(0.5, SECOND);
    let settings =
        on(ChainSettings { bypass: true, input_gain_db: 12.0, drive_db: 12.0, ..Default::default() });
    let latency = settings.latency_frames() as usize;
    assert_eq!(process(settings, &input)[latency..], input[..SECOND - latency]);
}

#[test]
fn every_sample_rate_settles() {
    for rate_hz in [8_000.0, 44_100.0, 96_000.0] {
        let input = pink_noise(-18.0, 6 * rate_hz as usize);
        let settings = on(ChainSettings { input_gain_db: 10.0, drive_db: 18.0, ..Default::default() });
        let output = process_blocks(settings, rate_hz, &input, 512);
        let loudness = |signal: &[f32]| {
            let mut meter = LoudnessMeter::new(rate_hz);
            meter.add(&[&signal[signal.len() - rate_hz as usize..]]);
            f64::from(meter.momentary_lufs())
        };
        let change = loudness(&output) - loudness(&input);
        assert!(change.abs() < 0.5, "{rate_hz} Hz: {change:+.2} LU");
    }
}

#[test]
fn who_looks_on_sees_both_loudnesses_and_what_the_drive_stage_does() {
    let mut chain = Chain::new(RATE_HZ, ChainSettings { output_gain_db: -6.0, ..Default::default() });
    let mut play = |settings: ChainSettings| {
        assert_no_alloc(|| {
            chain.set_measured(true);
            chain.set(settings);
        });
        for block in pink_noise(-18.0, 2 * SECOND).chunks_mut(512) {
            let mut right = block.to_vec();
            assert_no_alloc(|| chain.process(&mut [block, &mut right]));
        }
        chain.measurement().unwrap()
    };
    let still = play(ChainSettings { output_gain_db: -6.0, ..Default::default() });
    assert!((still.output_loudness_lufs - still.input_loudness_lufs - -6.0).abs() < 0.1, "{still:?}");
    assert_eq!(still.drive_gain_db.to_bits(), 0, "{still:?}");
    let driven = play(ChainSettings { drive_db: 24.0, input_gain_db: -12.0, ..Default::default() });
    assert!((2.0..12.0).contains(&driven.drive_gain_db), "{driven:?}");
    chain.set_measured(false);
    assert_eq!(chain.measurement(), None);
}

#[test]
fn measuring_changes_no_sample() {
    let input = pink_noise(-18.0, SECOND);
    let settings = ChainSettings { drive_db: 12.0, mix: 0.5, ..Default::default() };
    let mut chain = Chain::new(RATE_HZ, settings);
    chain.set_measured(true);
    let mut measured = input.clone();
    measured.chunks_mut(512).for_each(|block| chain.process(&mut [block]));
    assert_eq!(measured, process(settings, &input));
}
