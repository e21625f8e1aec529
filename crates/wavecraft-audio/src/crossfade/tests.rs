#![allow(clippy::float_cmp, reason = "what stands alone is left exactly as it is")]

use super::*;

const RATE_HZ: f32 = 48_000.0;
const FRAMES: usize = 9_600;

fn sine(frame: usize, frequency_hz: f64) -> f32 {
    (std::f64::consts::TAU * frequency_hz * frame as f64 / f64::from(RATE_HZ)).sin() as f32
}

fn noise(seed: u32) -> impl Iterator<Item = f32> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / u32::MAX as f32 * 2.0 - 1.0
    })
}

/// The whole change between two sounds, in blocks of odd lengths.
fn faded(mut crossfade: Crossfade, old: &[f32], new: &[f32]) -> Vec<f32> {
    let mut mixed = new.to_vec();
    let mut old = old.to_vec();
    let mut from = 0;
    for length in [1, 63, 64, 127, 500].iter().cycle() {
        let to = (from + length).min(mixed.len());
        crossfade.mix(&[&mut old[from..to]], &mut [&mut mixed[from..to]]);
        from = to;
        if from == mixed.len() {
            break;
        }
    }
    assert_eq!(crossfade.remaining(), Some(Remaining::New));
    mixed
}

fn power(samples: &[f32]) -> f64 {
    samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / samples.len() as f64
}

#[test]
fn equal_sounds_pass_as_if_nothing_happened() {
    let tone: Vec<f32> = (0..FRAMES).map(|frame| sine(frame, 1_000.0)).collect();
    let mixed = faded(Crossfade::new(RATE_HZ, 0), &tone, &tone);
    let largest = mixed.iter().zip(&tone).map(|(mixed, tone)| (mixed - tone).abs()).fold(0.0, f32::max);
    assert!(largest < 1e-6, "{largest}");
}

#[test]
fn unlike_sounds_keep_their_power_at_each_moment() {
    // The average over many pairs shows each moment by itself.
    const PAIRS: usize = 2_000;
    let mut powers = vec![0.0_f64; 2_880];
    let mut noise = noise(0x9E37_79B9);
    for _ in 0..PAIRS {
        let old: Vec<f32> = noise.by_ref().take(powers.len()).collect();
        let new: Vec<f32> = noise.by_ref().take(powers.len()).collect();
        for (power, sample) in powers.iter_mut().zip(faded(Crossfade::new(RATE_HZ, 0), &old, &new)) {
            *power += f64::from(sample).powi(2) / PAIRS as f64;
        }
    }
    // Uniform noise has a power of 1/3.
    for moment in powers.chunks(48) {
        let level_db = 10.0 * (3.0 * moment.iter().sum::<f64>() / 48.0).log10();
        assert!(level_db.abs() < 0.15, "{level_db} dB");
    }
}

#[test]
fn a_tone_that_comes_later_keeps_its_level() {
    // As from a processor with another latency: 120 degrees apart are the hardest that can be done at constant power.
    for delay_frames in [4, 8, 12, 16] {
        let old: Vec<f32> = (0..FRAMES).map(|frame| sine(frame + 48, 1_000.0)).collect();
        let new: Vec<f32> = (0..FRAMES).map(|frame| sine(frame + 48 - delay_frames, 1_000.0)).collect();
        let mixed = faded(Crossfade::new(RATE_HZ, 0), &old, &new);
        for period in mixed.chunks(48) {
            let level_db = 10.0 * (2.0 * power(period)).log10();
            assert!(level_db.abs() < 0.1, "{delay_frames} frames: {level_db} dB");
        }
    }
}

#[test]
fn another_gain_is_reached_without_a_detour() {
    let old: Vec<f32> = (0..FRAMES).map(|frame| sine(frame, 1_000.0)).collect();
    let new: Vec<f32> = old.iter().map(|sample| sample / 4.0).collect();
    let mixed = faded(Crossfade::new(RATE_HZ, 0), &old, &new);
    let levels: Vec<f64> = mixed.chunks(48).map(power).collect();
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] * 1.000_01), "{levels:?}");
    assert!((levels[0] - 0.5).abs() < 1e-4 && (levels[FRAMES / 48 - 1] - 0.5 / 16.0).abs() < 1e-5);
}

#[test]
fn a_sound_is_not_heard_before_its_latency_has_passed() {
    // Silence first, and then at once the tone: the first samples that a processor with latency makes.
    const LATENCY: usize = 1_000;
    let tone: Vec<f32> = (0..FRAMES).map(|frame| sine(frame + 12, 1_000.0)).collect();
    let mut late = vec![0.0; LATENCY];
    late.extend(&tone[LATENCY..]);
    let mixed = faded(Crossfade::new(RATE_HZ, LATENCY), &tone, &late);
    let largest = mixed.iter().zip(&tone).map(|(mixed, tone)| (mixed - tone).abs()).fold(0.0, f32::max);
    assert!(largest < 1e-6, "{largest}");
}

#[test]
fn a_change_that_is_turned_back_ends_with_the_old_sound() {
    let mut crossfade = Crossfade::new(RATE_HZ, 0);
    let (mut old, mut turned) = ([1.0; 1_900], false);
    let mut heard = Vec::new();
    while crossfade.remaining().is_none() {
        let mut block = [0.5; 1_900];
        crossfade.mix(&[&mut old], &mut [&mut block]);
        heard.extend(block);
        if !turned {
            crossfade.turn_back();
            turned = true;
        }
    }
    assert_eq!(crossfade.remaining(), Some(Remaining::Old));
    assert!(heard[1_899] < 0.9, "the new sound was in it: {}", heard[1_899]);
    assert_eq!(heard.last(), Some(&1.0));
    let steepest = heard.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    assert!(steepest < 0.002, "{steepest}");
}

#[test]
fn what_is_not_a_number_is_heard_by_nobody() {
    let tone: Vec<f32> = (0..FRAMES).map(|frame| sine(frame, 1_000.0)).collect();
    let mut broken = tone.clone();
    broken[100] = f32::NAN;
    broken[2_000] = f32::INFINITY;
    let mixed = faded(Crossfade::new(RATE_HZ, 0), &tone, &broken);
    assert!(mixed.iter().all(|sample| sample.is_finite() && sample.abs() <= 1.001));
}
