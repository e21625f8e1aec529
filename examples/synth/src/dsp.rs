//! The sound: notes on their way to voices.
//!
//! Realtime safety: [`Synth::new`] makes the tables and allocates; everything else neither allocates, locks nor waits.

mod controllers;
mod envelope;
mod filter;
mod oscillator;
mod settings;
mod voice;
mod wavetables;

use std::f32::consts::TAU;

use wavecraft_plugin::prelude::*;

use controllers::{Controllers, Order};
use envelope::Shape;
use filter::Damping;
use oscillator::{Unison, Waves};
use voice::{Frame, Hold, Note, Patch, Tuning, Voice};
use wavetables::Wavetables;

#[cfg(test)]
pub use oscillator::Bare;
pub use oscillator::MAX_UNISON;
pub use settings::{Settings, Slope, Wave};

/// How many notes sound at once. One more takes the place of another, which fades out beside it.
pub const POLYPHONY: usize = 8;
/// How many may be fading: of five thousand notes in a second no more than this are within the fade.
const FADING: usize = 24;
/// How long a note takes that must make room for another, in seconds.
const FADE_SECONDS: f32 = 0.004;
/// How long controllers take for two thirds of their way, in seconds.
const APPROACH_SECONDS: f32 = 0.004;
/// How long the filter takes from one slope to the other, in seconds.
const SLOPE_SECONDS: f32 = 0.02;
const VIBRATO_HZ: f32 = 5.5;
/// The level of one voice, so that a chord stays below full scale.
const VOICE_GAIN: f32 = 0.35;

/// The instrument.
pub struct Synth {
    tables: &'static Wavetables,
    patch: Patch,
    voices: [Voice; POLYPHONY + FADING],
    controllers: Controllers,
    /// Where in its turn the vibrato is, from 0 to 1.
    vibrato: f32,
    waves: [Waves; 2],
    /// From two poles, 0, to four, 1.
    four_poles: f32,
    notes_begun: u64,
    sample_rate_hz: f32,
}

impl Synth {
    /// Not for the audio thread.
    pub fn new(sample_rate_hz: f32) -> Self {
        Self {
            tables: Wavetables::shared(),
            patch: Patch::idle(sample_rate_hz),
            voices: [Voice::default(); POLYPHONY + FADING],
            controllers: Controllers::default(),
            vibrato: 0.0,
            waves: [Waves::new(Wave::Saw); 2],
            four_poles: 0.0,
            notes_begun: 0,
            sample_rate_hz,
        }
    }

    /// As if new.
    pub fn reset(&mut self, settings: &Settings) {
        self.voices = [Voice::default(); POLYPHONY + FADING];
        self.controllers = Controllers::default();
        self.vibrato = 0.0;
        self.waves = [settings.wave_1, settings.wave_2].map(Waves::new);
        self.four_poles = four_poles(settings.slope);
        self.notes_begun = 0;
    }

    /// Gets ready for frames with these settings. Where automation changes one, a block begins.
    pub fn begin_block(&mut self, settings: &Settings) {
        self.patch = Patch::new(settings, self.sample_rate_hz);
        self.voices.iter_mut().for_each(Voice::begin_block);
    }

    /// How many notes sound, without those that fade.
    pub fn voices_playing(&self) -> usize {
        self.voices.iter().filter(|voice| voice.is_playing()).count()
    }

    /// Takes a note or a controller.
    pub fn handle(&mut self, event: &NoteEvent<()>, settings: &Settings) {
        match *event {
            NoteEvent::NoteOn { voice_id, channel, key: Key::Number(key), velocity, .. } => {
                let note = Note { id: voice_id.id(), channel: channel.number().unwrap_or(0), key };
                self.begin(note, velocity, settings);
            }
            NoteEvent::NoteOff { voice_id, channel, key, .. } => {
                let Self { voices, controllers, .. } = self;
                let held = voices.iter_mut().filter(|voice| voice.hold == Hold::Key);
                for voice in held.filter(|voice| voice.note.is_meant(voice_id, channel, key)) {
                    if controllers.is_pedal_down(voice.note.channel, settings.mpe) {
                        voice.hold = Hold::Pedal;
                    } else {
                        voice.release();
                    }
                }
            }
            NoteEvent::Choke { voice_id, channel, key, .. } => {
                self.fade_out(|note| note.is_meant(voice_id, channel, key));
            }
            NoteEvent::PolyPressure { voice_id, channel, key, .. }
            | NoteEvent::PolyVolume { voice_id, channel, key, .. }
            | NoteEvent::PolyPan { voice_id, channel, key, .. }
            | NoteEvent::PolyTuning { voice_id, channel, key, .. }
            | NoteEvent::PolyVibrato { voice_id, channel, key, .. }
            | NoteEvent::PolyExpression { voice_id, channel, key, .. }
            | NoteEvent::PolyBrightness { voice_id, channel, key, .. } => {
                let playing = self.voices.iter_mut().filter(|voice| voice.is_playing());
                playing
                    .filter(|voice| voice.note.is_meant(voice_id, channel, key))
                    .for_each(|voice| voice.express(event));
            }
            _ => {
                if let Some(order) = self.controllers.handle(event) {
                    self.obey(order, settings);
                }
            }
        }
    }

    fn obey(&mut self, order: Order, settings: &Settings) {
        match order {
            Order::LiftPedal => {
                let Self { voices, controllers, .. } = self;
                voices
                    .iter_mut()
                    .filter(|voice| voice.hold == Hold::Pedal)
                    .filter(|voice| !controllers.is_pedal_down(voice.note.channel, settings.mpe))
                    .for_each(Voice::release);
            }
            Order::ReleaseAll { channel } => {
                self.voices
                    .iter_mut()
                    .filter(|voice| voice.hold != Hold::Released && voice.note.channel == channel)
                    .for_each(Voice::release);
            }
            Order::SilenceAll { channel } => self.fade_out(|note| note.channel == channel),
        }
    }

    fn fade_out(&mut self, is_meant: impl Fn(&Note) -> bool) {
        let Self { voices, patch, .. } = self;
        let meant = voices.iter_mut().filter(|voice| voice.is_playing() && is_meant(&voice.note));
        meant.for_each(|voice| voice.fade_out(patch));
    }

    /// Begins a note: in the place of the same key's if that still sounds, else of one that must go if all eight do.
    fn begin(&mut self, note: Note, velocity: f32, settings: &Settings) {
        self.fade_out(|other| (other.channel, other.key) == (note.channel, note.key));
        let Self { voices, patch, .. } = self;
        if voices.iter().filter(|voice| voice.is_playing()).count() >= POLYPHONY {
            // What nothing holds goes first, the quietest of it; then the oldest.
            let of_rank = |voice: &&mut Voice| match voice.hold {
                Hold::Released => (0, voice.level(patch), voice.age),
                Hold::Key | Hold::Pedal => (1, 0.0, voice.age),
            };
            let least = voices
                .iter_mut()
                .filter(|voice| voice.is_playing())
                .min_by(|one, other| of_rank(one).partial_cmp(&of_rank(other)).expect("levels are numbers"));
            if let Some(least) = least {
                least.fade_out(patch);
            }
        }
        self.notes_begun += 1;
        let quietest = voices
            .iter_mut()
            .filter(|voice| !voice.is_playing())
            .min_by(|one, other| one.level(patch).total_cmp(&other.level(patch)));
        if let Some(place) = quietest {
            *place = Voice::new(note, velocity, self.notes_begun, settings);
        }
    }

    /// The next frame, left and right: zeros without a note.
    pub fn next_frame(&mut self, settings: &Settings) -> [f32; 2] {
        if self.patch.tuning != Tuning::of(settings) {
            self.begin_block(settings);
        }
        for (waves, wave) in self.waves.iter_mut().zip([settings.wave_1, settings.wave_2]) {
            waves.follow(wave, self.sample_rate_hz);
        }
        let step = 1.0 / (SLOPE_SECONDS * self.sample_rate_hz);
        self.four_poles += (four_poles(settings.slope) - self.four_poles).clamp(-step, step);
        self.vibrato = (self.vibrato + VIBRATO_HZ / self.sample_rate_hz).fract();
        let Self { voices, patch, tables, controllers, waves, .. } = self;
        let mut sum = [0.0; 2];
        if !voices.iter().any(Voice::is_sounding) {
            return sum;
        }
        let damping = Damping::new(settings.resonance, self.four_poles);
        let vibrato = (TAU * self.vibrato).sin();
        let frame = Frame { settings, patch, tables, controllers, waves: *waves, damping, vibrato };
        for voice in voices.iter_mut().filter(|voice| voice.is_sounding()) {
            for (sum, sample) in sum.iter_mut().zip(voice.next(&frame)) {
                *sum += sample;
            }
        }
        let gain = VOICE_GAIN * db_to_gain(settings.level);
        sum.map(|sample| sample * gain)
    }
}

fn four_poles(slope: Slope) -> f32 {
    match slope {
        Slope::Db12 => 0.0,
        Slope::Db24 => 1.0,
    }
}

impl Tuning {
    fn of(settings: &Settings) -> Self {
        let Settings { detune_cents, unison_detune_cents, spread, .. } = *settings;
        Self { detune_cents, unison_detune_cents, spread }
    }
}

impl Patch {
    /// Before the first block.
    fn idle(sample_rate_hz: f32) -> Self {
        Self {
            sample_rate_hz,
            amplitude: Shape::default(),
            filter: Shape::default(),
            tuning: Tuning::default(),
            transpositions: [0.0; 2],
            unisons: [Unison::new(1, 0.0, 0.0); MAX_UNISON],
            approach: 1.0,
            fade_frames: 1,
        }
    }

    fn new(settings: &Settings, sample_rate_hz: f32) -> Self {
        let Settings { attack_ms, decay_ms, sustain, release_ms, .. } = *settings;
        let Settings { filter_attack_ms, filter_decay_ms, filter_sustain, filter_release_ms, .. } = *settings;
        let tuning = Tuning::of(settings);
        let semitones = settings.interval_semitones as f32 + tuning.detune_cents / 100.0;
        Self {
            amplitude: Shape::new(attack_ms, decay_ms, sustain, release_ms, sample_rate_hz),
            filter: Shape::new(
                filter_attack_ms,
                filter_decay_ms,
                filter_sustain,
                filter_release_ms,
                sample_rate_hz,
            ),
            transpositions: [12.0 * settings.octave_1 as f32, 12.0 * settings.octave_2 as f32 + semitones],
            unisons: std::array::from_fn(|index| {
                Unison::new(index + 1, tuning.unison_detune_cents, tuning.spread)
            }),
            approach: 1.0 - (-1.0 / (APPROACH_SECONDS * sample_rate_hz)).exp(),
            fade_frames: (FADE_SECONDS * sample_rate_hz).ceil().max(1.0) as u32,
            ..Self::idle(sample_rate_hz)
        }
    }
}
