//! When notes begin and end.

use super::{Player, SECOND, SINE, bend, control, is_silent, note_off, note_on, peak};

#[test]
fn a_note_begins_at_its_frame() {
    let late = |frame: usize| Player::new(SINE).play_left(2_000, &[note_on(frame, 69)]);
    let at_once = late(0);
    for frame in [1, 63, 511, 512, 777] {
        let left = late(frame);
        assert!(is_silent(&left[..frame]));
        assert_eq!(left[frame..], at_once[..2_000 - frame], "{frame}");
    }
}

#[test]
fn after_its_release_a_note_is_silence_to_the_bit() {
    let mut player = Player::new(SINE);
    player.set("release", "100 ms");
    player.play(SECOND, &[note_on(0, 60)]);
    let left = player.play_left(SECOND, &[note_off(1_000, 60)]);
    let end = 1_000 + SECOND / 10;
    assert!(peak(&left[end - 200..end - 10]) > 0.0);
    assert!(is_silent(&left[end + 1..]));
    assert!(is_silent(&player.play_left(SECOND, &[])));
}

#[test]
fn a_long_release_has_no_samples_that_are_slow_to_compute_with() {
    let mut player = Player::new(&[("release", "10 s"), ("filter_release", "10 s"), ("cutoff", "20 Hz")]);
    player.play(SECOND, &[note_on(0, 36), control(0, 1, 127)]);
    let [left, right] = player.play(11 * SECOND, &[note_off(0, 36), control(100, 1, 0)]);
    assert!(left.iter().chain(&right).all(|sample| !sample.is_subnormal()));
    assert!(is_silent(&left[10 * SECOND + 2..]));
}

#[test]
fn the_pedal_holds_notes_until_it_is_lifted() {
    let mut player = Player::new(SINE);
    player.play(SECOND, &[control(0, 64, 127), note_on(0, 60), note_off(1_000, 60)]);
    assert!(peak(&player.play_left(SECOND, &[])) > 0.3);
    let left = player.play_left(SECOND, &[control(0, 64, 0)]);
    assert!(is_silent(&left[500..]));
    // A key that is down when the pedal is lifted goes on.
    player.play(SECOND, &[note_on(0, 60), control(0, 64, 127), control(100, 64, 0)]);
    assert!(peak(&player.play_left(SECOND, &[])) > 0.3);
}

#[test]
fn a_key_that_is_struck_again_sounds_once() {
    let mut player = Player::new(SINE);
    player.play(SECOND, &[control(0, 64, 127), note_on(0, 60), note_off(500, 60), note_on(1_000, 60)]);
    assert!(peak(&player.play_left(SECOND, &[])) < 0.36);
    let left = player.play_left(SECOND, &[note_off(0, 60), control(0, 64, 0)]);
    assert!(is_silent(&left[500..]));
}

/// Notes, bends and a wheel, some on the same frame.
fn passage(settings: &[(&str, &str)], block_frames: usize) -> [Vec<f32>; 2] {
    let mut player = Player::new(settings);
    player.block_frames = block_frames;
    let events = [
        note_on(0, 48),
        note_on(0, 55),
        note_on(333, 64),
        bend(1_000, 0, 12_000),
        note_off(2_000, 48),
        control(2_500, 1, 90),
        note_on(2_501, 71),
        note_off(5_000, 55),
        note_off(6_000, 64),
        note_off(9_000, 71),
    ];
    player.play(SECOND / 2, &events)
}

#[test]
fn blocks_of_any_size_give_the_same_sound() {
    let settings = [("unison", "4"), ("wave_2", "Pulse"), ("release", "100 ms")];
    let whole = passage(&settings, 4_096);
    assert!(peak(&whole[0]) > 0.1 && whole[0] != whole[1]);
    for block_frames in [1, 17, 512] {
        assert!(passage(&settings, block_frames) == whole, "blocks of {block_frames}");
    }
}
