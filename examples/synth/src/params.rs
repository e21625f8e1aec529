//! What users set. Ids are part of saved projects: they never change.

use wavecraft_plugin::prelude::*;

use crate::dsp::{MAX_UNISON, POLYPHONY, Settings, Slope, Wave};

/// In the order in which hosts list them.
#[derive(Parameters)]
#[parameters(settings = Settings)]
pub struct WavecraftSynthParameters {
    #[parameter(group = "Oscillator 1", choice("Wave 1", Wave::Saw))]
    pub wave_1: Choice<Wave>,
    #[parameter(group = "Oscillator 1", integer("Octave 1", -2..=2, 0, ""))]
    pub octave_1: Integer,
    /// How much of its turn a pulse is high.
    #[parameter(group = "Oscillator 1", percent("Width 1", 50.0))]
    pub width_1: Percent,

    #[parameter(group = "Oscillator 2", choice("Wave 2", Wave::Saw))]
    pub wave_2: Choice<Wave>,
    #[parameter(group = "Oscillator 2", integer("Octave 2", -2..=2, 0, ""))]
    pub octave_2: Integer,
    #[parameter(group = "Oscillator 2", percent("Width 2", 50.0))]
    pub width_2: Percent,
    #[parameter(id = "interval", group = "Oscillator 2", integer("Interval", -12..=12, 0, "st"))]
    pub interval_semitones: Integer,
    #[parameter(id = "detune", group = "Oscillator 2", number("Detune", -50.0..=50.0, 6.0, "ct"))]
    pub detune_cents: Number,
    /// From the first oscillator alone to the second alone.
    #[parameter(group = "Oscillator 2", percent("Mix", 40.0))]
    pub mix: Percent,

    #[parameter(id = "cutoff", group = "Filter", frequency("Cutoff", 20.0..=20_000.0, 1_200.0))]
    pub cutoff_hz: Frequency,
    #[parameter(group = "Filter", percent("Resonance", 20.0))]
    pub resonance: Percent,
    #[parameter(group = "Filter", choice("Slope", Slope::Db24))]
    pub slope: Choice<Slope>,
    #[parameter(id = "filter_envelope", group = "Filter", number("Envelope", -6.0..=6.0, 2.5, "oct"))]
    pub filter_envelope_octaves: Number,
    #[parameter(group = "Filter", percent("Key tracking", 50.0))]
    pub key_tracking: Percent,

    #[parameter(id = "filter_attack", group = "Filter envelope", time("Filter attack", 0.5..=10_000.0, 2.0))]
    pub filter_attack_ms: Time,
    #[parameter(id = "filter_decay", group = "Filter envelope", time("Filter decay", 1.0..=10_000.0, 600.0))]
    pub filter_decay_ms: Time,
    #[parameter(group = "Filter envelope", percent("Filter sustain", 30.0))]
    pub filter_sustain: Percent,
    #[parameter(
        id = "filter_release",
        group = "Filter envelope",
        time("Filter release", 1.0..=10_000.0, 400.0)
    )]
    pub filter_release_ms: Time,

    #[parameter(id = "attack", group = "Amplitude envelope", time("Attack", 0.5..=10_000.0, 3.0))]
    pub attack_ms: Time,
    #[parameter(id = "decay", group = "Amplitude envelope", time("Decay", 1.0..=10_000.0, 800.0))]
    pub decay_ms: Time,
    #[parameter(group = "Amplitude envelope", percent("Sustain", 70.0))]
    pub sustain: Percent,
    #[parameter(id = "release", group = "Amplitude envelope", time("Release", 1.0..=10_000.0, 300.0))]
    pub release_ms: Time,

    /// How many there are of each oscillator in a note; it counts for the next note.
    #[parameter(group = "Unison", integer("Unison", 1..=MAX_UNISON as i32, 1, ""))]
    pub unison: Integer,
    /// How far the outermost of them are from the note.
    #[parameter(
        id = "unison_detune",
        group = "Unison",
        number("Unison detune", 0.0..=50.0, 12.0, "ct")
    )]
    pub unison_detune_cents: Number,
    #[parameter(group = "Unison", percent("Spread", 60.0))]
    pub spread: Percent,

    #[parameter(id = "bend_range", group = "Voice", integer("Bend range", 0..=24, 2, "st"))]
    pub bend_range_semitones: Integer,
    /// How much softer a note is that is played softly.
    #[parameter(group = "Voice", percent("Velocity", 60.0))]
    pub velocity: Percent,
    /// Whether the notes of a keyboard for MPE have a channel each.
    #[parameter(group = "Voice", toggle("MPE", false))]
    pub mpe: Toggle,
    #[parameter(group = "Output", decibels("Level", -36.0..=12.0, -6.0))]
    pub level: Decibels,

    #[meter(value("Voices", 0.0..=POLYPHONY as f32, ""))]
    pub voices: Meter,
    /// What is heard.
    #[signal(waveform("Waveform").stereo())]
    pub waveform: Signal,
}

impl WavecraftSynthParameters {
    /// Goes on by one frame: what would be heard to jump is on its way to where the user has set it.
    pub fn next_frame(&self, settings: &mut Settings) {
        settings.width_1 = self.width_1.next();
        settings.width_2 = self.width_2.next();
        settings.mix = self.mix.next();
        settings.detune_cents = self.detune_cents.next();
        settings.unison_detune_cents = self.unison_detune_cents.next();
        settings.spread = self.spread.next();
        settings.cutoff_hz = self.cutoff_hz.next();
        settings.resonance = self.resonance.next();
        settings.filter_envelope_octaves = self.filter_envelope_octaves.next();
        settings.key_tracking = self.key_tracking.next();
        settings.level = self.level.next();
    }
}
