//! What a host says about a single note while it sounds.

use wavecraft_plugin::prelude::*;

use super::{RATE_HZ, peak};
use crate::dsp::{Settings, Synth};
use crate::params::WavecraftSynthParameters;

const ONE: VoiceID = VoiceID::ID(1);
const CHANNEL: Channel = Channel::Number(0);
const KEY: Key = Key::Number(69);

fn settings() -> Settings {
    let parameters = WavecraftSynthParameters::default();
    Settings {
        wave_1: crate::dsp::Wave::Sine,
        mix: 0.0,
        cutoff_hz: 20_000.0,
        filter_envelope_octaves: 0.0,
        sustain: 1.0,
        velocity: 0.0,
        level: 0.0,
        ..parameters.settings()
    }
}

/// A tenth of a second, left and right, of a note that has been held for as long, after an event.
fn after(event: NoteEvent<()>) -> [Vec<f32>; 2] {
    after_with(&settings(), event)
}

fn after_with(settings: &Settings, event: NoteEvent<()>) -> [Vec<f32>; 2] {
    let mut synth = Synth::new(RATE_HZ);
    synth.reset(settings);
    synth.begin_block(settings);
    let on = NoteEvent::NoteOn { timing: 0, voice_id: ONE, channel: CHANNEL, key: KEY, velocity: 1.0 };
    synth.handle(&on, settings);
    for _ in 0..4_800 {
        synth.next_frame(settings);
    }
    synth.handle(&event, settings);
    let frames: Vec<[f32; 2]> = (0..9_600).map(|_| synth.next_frame(settings)).collect();
    [0, 1].map(|side| frames[4_800..].iter().map(|frame| frame[side]).collect())
}

fn turns(samples: &[f32]) -> usize {
    samples.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count()
}

#[test]
fn a_note_is_tuned_placed_and_made_louder_by_itself() {
    let tuning = NoteEvent::PolyTuning { timing: 0, voice_id: ONE, channel: CHANNEL, key: KEY, tuning: 12.0 };
    assert_eq!(turns(&after(tuning)[0]), 88);
    let gain = NoteEvent::PolyVolume { timing: 0, voice_id: ONE, channel: CHANNEL, key: KEY, gain: 0.5 };
    assert!((peak(&after(gain)[0]) - 0.175).abs() < 0.002);
    let pan = NoteEvent::PolyPan { timing: 0, voice_id: ONE, channel: CHANNEL, key: KEY, pan: 1.0 };
    let [left, right] = after(pan);
    assert!(peak(&left) < 1e-3 && (peak(&right) - 0.35 * 2.0_f32.sqrt()).abs() < 0.005);
}

#[test]
fn an_expression_is_for_the_note_that_it_names() {
    let other = VoiceID::ID(2);
    let tuning =
        NoteEvent::PolyTuning { timing: 0, voice_id: other, channel: CHANNEL, key: KEY, tuning: 12.0 };
    assert_eq!(turns(&after(tuning)[0]), 44);
    let any = VoiceID::Wildcard;
    let tuning = NoteEvent::PolyTuning {
        timing: 0,
        voice_id: any,
        channel: Channel::Wildcard,
        key: KEY,
        tuning: 12.0,
    };
    assert_eq!(turns(&after(tuning)[0]), 88);
}

#[test]
fn a_choked_note_is_gone_after_four_milliseconds() {
    let choke = NoteEvent::Choke { timing: 0, voice_id: ONE, channel: CHANNEL, key: Key::Wildcard };
    assert!(super::is_silent(&after(choke)[0]));
}

#[test]
fn brightness_and_pressure_move_the_filter_by_two_octaves() {
    let settings = Settings { cutoff_hz: 440.0, resonance: 0.0, key_tracking: 0.0, ..settings() };
    let level_db = |event| super::db(peak(&after_with(&settings, event)[0]) / 0.35);
    let bright = |brightness| NoteEvent::PolyBrightness {
        timing: 0,
        voice_id: ONE,
        channel: CHANNEL,
        key: KEY,
        brightness,
    };
    // The four poles of Butterworth, two octaves above their cutoff, at it, and two octaves below.
    for (brightness, expected_db) in [(0.0, -48.2), (0.5, -3.0), (1.0, 0.0)] {
        let found_db = level_db(bright(brightness));
        assert!((found_db - expected_db).abs() < 0.2, "{brightness}: {found_db} dB");
    }
    let pressed =
        NoteEvent::PolyPressure { timing: 0, voice_id: ONE, channel: CHANNEL, key: KEY, pressure: 1.0 };
    assert!(level_db(pressed).abs() < 0.2);
}
