//! Pitch, within a tenth of a cent.

use std::f64::consts::TAU;

use super::{Player, RATE_HZ, SECOND, SINE, bend, control, note_off, note_on};

/// By how many cents a tone is off from a frequency: how far its phase moves against it within a second.
fn cents_off(samples: &[f32], hz: f64) -> f64 {
    let phase_at = |start: usize| {
        let (mut sine, mut cosine) = (0.0, 0.0);
        for (frame, sample) in samples.iter().enumerate().skip(start).take(SECOND) {
            let window = 1.0 - (TAU * (frame - start) as f64 / SECOND as f64).cos();
            let angle = TAU * hz * frame as f64 / f64::from(RATE_HZ);
            sine += window * f64::from(*sample) * angle.sin();
            cosine += window * f64::from(*sample) * angle.cos();
        }
        cosine.atan2(sine)
    };
    let turns = (phase_at(SECOND) - phase_at(0)) / TAU;
    let off_hz = turns - turns.round();
    1_200.0 * ((hz + off_hz) / hz).log2()
}

fn key_hz(key: f64) -> f64 {
    440.0 * ((key - 69.0) / 12.0).exp2()
}

#[test]
fn every_key_is_in_tune_to_a_hundredth_of_a_cent() {
    let mut player = Player::new(SINE);
    for key in 0..=127 {
        player.play(SECOND / 10, &[note_on(0, key)]);
        let left = player.play_left(2 * SECOND, &[]);
        let off = cents_off(&left, key_hz(f64::from(key)));
        assert!(off.abs() < 0.01, "key {key}: {off:.4} cents");
        player.play(SECOND / 10, &[note_off(0, key)]);
    }
}

#[test]
fn octave_interval_and_detune_are_what_they_say() {
    let mut player = Player::new(SINE);
    for (id, text) in
        [("wave_2", "Sine"), ("mix", "100 %"), ("octave_2", "-1"), ("interval", "7"), ("detune", "-13 cents")]
    {
        player.set(id, text);
    }
    player.play(SECOND, &[note_on(0, 60)]);
    let off = cents_off(&player.play_left(2 * SECOND, &[]), key_hz(55.0 - 0.13));
    assert!(off.abs() < 0.01, "{off:.4} cents");
}

#[test]
fn the_bend_goes_to_both_ends_of_its_range_and_back_to_the_middle() {
    for range in [2.0, 12.0] {
        let mut player = Player::new(SINE);
        player.set("bend_range", &format!("{range}"));
        player.play(SECOND, &[note_on(0, 57)]);
        for (value, semitones) in [(16_383, range), (0, -range), (4_096, -range / 2.0), (8_192, 0.0)] {
            player.play(SECOND, &[bend(0, 0, value)]);
            let off = cents_off(&player.play_left(2 * SECOND, &[]), key_hz(57.0 + semitones));
            assert!(off.abs() < 0.02, "{value} of {range}: {off:.4} cents");
        }
    }
}

#[test]
fn notes_on_a_keyboard_for_mpe_bend_by_themselves() {
    let mut player = Player::new(SINE);
    player.set("mpe", "on");
    let on = wavecraft_plugin::driver::MidiEvent::note_on(0, 3, 60, 127);
    // A quarter of 48 semitones up on the note's channel, two down on the master's, and a channel that is another's.
    player.play(SECOND, &[on, bend(0, 3, 8_192 + 2_048), bend(0, 0, 0), bend(0, 4, 16_383)]);
    let off = cents_off(&player.play_left(2 * SECOND, &[]), key_hz(60.0 + 48.0 * 2_048.0 / 8_191.0 - 2.0));
    assert!(off.abs() < 0.02, "{off:.4} cents");
}

#[test]
fn the_mod_wheel_swings_the_pitch_by_half_a_semitone_to_either_side() {
    let mut player = Player::new(SINE);
    let left = player.play_left(2 * SECOND, &[control(0, 1, 127), note_on(0, 81)]);
    // From one upward crossing of zero to the next, placed between samples.
    let crossings: Vec<f64> = left
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| pair[0] < 0.0 && pair[1] >= 0.0)
        .map(|(frame, pair)| frame as f64 + f64::from(pair[0] / (pair[0] - pair[1])))
        .collect();
    let cents = crossings
        .windows(2)
        .map(|pair| 1_200.0 * (f64::from(RATE_HZ) / (pair[1] - pair[0]) / key_hz(81.0)).log2());
    let (lowest, highest) =
        cents.fold((0.0_f64, 0.0_f64), |(low, high), cents| (low.min(cents), high.max(cents)));
    assert!((lowest + 50.0).abs() < 2.0 && (highest - 50.0).abs() < 2.0, "{lowest} to {highest}");
}
