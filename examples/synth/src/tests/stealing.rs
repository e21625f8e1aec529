//! A ninth note takes another's place without a click; nor does a switch click.

use super::{Player, SECOND, SINE, db, note_on, peak};

/// The largest difference of the third order: what is low in pitch has hardly any, and a step of its own size times three.
fn roughness(samples: &[f32]) -> f32 {
    let rough = samples.windows(4).map(|four| four[3] - 3.0 * four[2] + 3.0 * four[1] - four[0]);
    rough.fold(0.0, |largest, rough| largest.max(rough.abs()))
}

/// The lowest keys: their sines have next to no roughness.
const KEYS: std::ops::Range<u8> = 20..28;

fn eight_notes() -> Player {
    let mut player = Player::new(SINE);
    player.set("attack", "20 ms");
    let notes: Vec<_> = KEYS.map(|key| note_on(0, key)).collect();
    player.play(SECOND, &notes);
    player
}

#[test]
fn a_stolen_note_leaves_no_click() {
    let steady = eight_notes().play_left(SECOND, &[]);
    let mut player = eight_notes();
    // Eight more, each a twentieth of a second after the last: all of the first eight go.
    let more: Vec<_> = (0..8).map(|index| note_on(index * SECOND / 20, 28 + index as u8)).collect();
    let stolen = player.play_left(SECOND / 2, &more);
    let figure = db(roughness(&stolen) / peak(&steady));
    println!("steady {:.1} dB, stolen {figure:.1} dB", db(roughness(&steady) / peak(&steady)));
    assert!(figure < -78.0, "{figure:.1} dB");

    // What a cut would be, so that the figure means something.
    let mut cut = steady;
    let quarter = cut.len() / 4;
    let sample = cut[quarter..].iter().position(|sample| sample.abs() > 0.3).expect("it is loud") + quarter;
    cut[sample..].fill(0.0);
    assert!(db(roughness(&cut) / peak(&cut)) > -20.0);
}

#[test]
fn another_wave_another_slope_and_a_wider_unison_come_without_a_click() {
    let mut player = Player::new(SINE);
    for (id, text) in [("unison", "4"), ("unison_detune", "0"), ("spread", "0 %")] {
        player.set(id, text);
    }
    player.play(SECOND, &[note_on(0, 24)]);
    let mut left = Vec::new();
    for (id, text) in [("spread", "100 %"), ("wave_1", "Triangle"), ("slope", "12 dB"), ("wave_1", "Sine")] {
        player.set(id, text);
        left.extend(player.play_left(SECOND / 4, &[]));
    }
    let figure = db(roughness(&left) / peak(&left));
    // The corners of a triangle are rougher than a fade; a jump from a sine to one has -10 dB.
    println!("switches {figure:.1} dB");
    assert!(figure < -45.0, "{figure:.1} dB");
}

#[test]
fn the_ninth_note_begins_at_its_frame() {
    let mut player = eight_notes();
    let expected = eight_notes().play_left(400, &[]);
    let left = player.play_left(400, &[note_on(300, 60)]);
    assert_eq!(left[..300], expected[..300]);
    assert_ne!(left[301..], expected[301..]);
}

#[test]
fn the_oldest_held_note_goes_unless_another_is_let_go() {
    let frequency_is_there = |player: &mut Player, key: u8| {
        let samples = player.play_left(4 * SECOND, &[]);
        let hz = 440.0 * ((f32::from(key) - 69.0) / 12.0).exp2();
        let angle = |frame: usize| std::f32::consts::TAU * hz * frame as f32 / SECOND as f32;
        let part = |wave: fn(f32) -> f32| -> f32 {
            let window =
                |frame: usize| (std::f32::consts::PI * frame as f32 / samples.len() as f32).sin().powi(2);
            samples
                .iter()
                .enumerate()
                .map(|(frame, sample)| window(frame) * sample * wave(angle(frame)))
                .sum()
        };
        part(f32::sin).hypot(part(f32::cos)) / samples.len() as f32 > 0.02
    };
    let keys = [40, 47, 54, 61, 68, 75, 82, 89];
    let held = || {
        let mut player = Player::new(SINE);
        player.set("release", "10 s");
        let notes: Vec<_> = keys.iter().enumerate().map(|(index, key)| note_on(100 * index, *key)).collect();
        player.play(SECOND, &notes);
        player
    };
    let mut player = held();
    player.play(SECOND, &[note_on(0, 96)]);
    assert!(!frequency_is_there(&mut player, 40) && frequency_is_there(&mut player, 47));
    let mut player = held();
    player.play(SECOND, &[super::note_off(0, 75), note_on(100, 96)]);
    assert!(frequency_is_there(&mut player, 40) && !frequency_is_there(&mut player, 75));
}

#[test]
fn ten_thousand_events_in_a_second_leave_no_click_and_no_note() {
    let mut player = Player::new(SINE);
    player.set("attack", "20 ms");
    player.set("release", "10 s");
    // A note on and the end of the one four before it, five thousand times.
    let mut events = Vec::new();
    for index in 0..5_000_usize {
        let frame = index * SECOND / 5_000;
        let key = |index: usize| 20 + (index % 12) as u8;
        events.push(note_on(frame, key(index)));
        events.push(super::note_off(frame, key(index + 12 - 4)));
    }
    events.push(all_sound_off());
    let left = player.play_left(SECOND + SECOND / 10, &events);
    assert!(peak(&left) > 0.05 && peak(&left) < 4.0, "{}", peak(&left));
    let figure = db(roughness(&left));
    println!("flood {figure:.1} dB");
    assert!(figure < -60.0, "{figure:.1} dB");
    assert!(super::is_silent(&player.play_left(100, &[])));
}

fn all_sound_off() -> wavecraft_plugin::driver::MidiEvent {
    super::control(SECOND, 120, 0)
}
