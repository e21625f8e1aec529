//! All that users set, as plain values.

use wavecraft_plugin::prelude::*;

/// The form of an oscillator's wave.
#[derive(Choose, Clone, Copy, Debug, PartialEq)]
pub enum Wave {
    Saw,
    Pulse,
    Triangle,
    Sine,
}

/// How steeply the filter falls above its cutoff.
#[derive(Choose, Clone, Copy, Debug, PartialEq)]
pub enum Slope {
    #[choose("12 dB")]
    Db12,
    #[choose("24 dB")]
    Db24,
}

/// The value of each parameter. Shares go from 0 to 1, and `level` is in dB.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub wave_1: Wave,
    pub octave_1: i32,
    pub width_1: f32,
    pub wave_2: Wave,
    pub octave_2: i32,
    pub width_2: f32,
    pub interval_semitones: i32,
    pub detune_cents: f32,
    pub mix: f32,
    pub cutoff_hz: f32,
    pub resonance: f32,
    pub slope: Slope,
    pub filter_envelope_octaves: f32,
    pub key_tracking: f32,
    pub filter_attack_ms: f32,
    pub filter_decay_ms: f32,
    pub filter_sustain: f32,
    pub filter_release_ms: f32,
    pub attack_ms: f32,
    pub decay_ms: f32,
    pub sustain: f32,
    pub release_ms: f32,
    pub unison: i32,
    pub unison_detune_cents: f32,
    pub spread: f32,
    pub bend_range_semitones: i32,
    pub velocity: f32,
    pub mpe: bool,
    pub level: f32,
}
