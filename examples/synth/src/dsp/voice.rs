//! A voice: all that one note sounds with.
//!
//! Realtime safety: nothing here allocates or waits.

use wavecraft_plugin::prelude::*;

use super::controllers::{Aim, Controllers, Expression};
use super::envelope::{Envelope, Shape};
use super::filter::{Coefficients, Damping, LowPass};
use super::oscillator::{Oscillator, Unison, Waves, panned};
use super::settings::Settings;
use super::wavetables::Wavetables;

/// The frequency of key 69, in Hz.
const CONCERT_A_HZ: f32 = 440.0;
/// The key at which the filter is where its cutoff says.
const TRACKING_CENTRE: f32 = 60.0;

/// Which note it is, as the host knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Note {
    pub id: Option<i32>,
    pub channel: u8,
    pub key: u8,
}

impl Note {
    /// Whether an event with these is about this note. Ids count where both have one; wildcards are all of their kind.
    pub fn is_meant(&self, id: VoiceID, channel: Channel, key: Key) -> bool {
        if let (Some(own), Some(other)) = (self.id, id.id()) {
            return own == other;
        }
        channel.number().is_none_or(|channel| channel == self.channel)
            && key.number().is_none_or(|key| key == self.key)
    }
}

/// What all voices need in a frame.
pub struct Frame<'a> {
    pub settings: &'a Settings,
    pub patch: &'a Patch,
    pub tables: &'a Wavetables,
    pub controllers: &'a Controllers,
    /// The wave of each oscillator.
    pub waves: [Waves; 2],
    pub damping: Damping,
    /// The vibrato's own wave, from -1 to 1.
    pub vibrato: f32,
}

/// Which waves there are in a note, and where.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tuning {
    pub detune_cents: f32,
    pub unison_detune_cents: f32,
    pub spread: f32,
}

/// What is worked out from the settings once for each block, and again with each frame in which the tuning moves.
pub struct Patch {
    pub sample_rate_hz: f32,
    pub amplitude: Shape,
    pub filter: Shape,
    /// The settings that may be on their way and from which the following is worked out.
    pub tuning: Tuning,
    /// By how many semitones each oscillator is above the key.
    pub transpositions: [f32; 2],
    /// For each number of waves.
    pub unisons: [Unison; super::MAX_UNISON],
    /// The part of the way that controllers go in a frame.
    pub approach: f32,
    /// How many frames a note takes that must end at once.
    pub fade_frames: u32,
}

/// How a voice's sound goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Hold {
    /// Nothing holds it: its release, or nothing at all.
    #[default]
    Released,
    Key,
    /// The key is up, the pedal down.
    Pedal,
}

/// One note's sound.
#[derive(Clone, Copy, Default)]
pub struct Voice {
    pub note: Note,
    pub hold: Hold,
    /// How many notes had begun before.
    pub age: u64,
    gain: f32,
    oscillators: [Oscillator; 2],
    /// The pitch to which they are tuned.
    tuned: Option<f32>,
    unison: usize,
    filter: LowPass,
    amplitude: Envelope,
    filter_envelope: Envelope,
    expression: Expression,
    /// Where controllers and expressions are; `None` before the first frame, where they are at once.
    at: Option<Aim>,
    /// How many frames are left to a note that must end at once.
    fade: Option<u32>,
}

impl Voice {
    pub fn new(note: Note, velocity: f32, age: u64, settings: &Settings) -> Self {
        Self {
            note,
            hold: Hold::Key,
            age,
            gain: 1.0 - settings.velocity * (1.0 - velocity * velocity),
            oscillators: [Oscillator::new(); 2],
            unison: settings.unison.clamp(1, super::MAX_UNISON as i32) as usize,
            amplitude: Envelope::new(),
            filter_envelope: Envelope::new(),
            ..Self::default()
        }
    }

    /// Whether it sounds, or fades.
    pub fn is_sounding(&self) -> bool {
        !self.amplitude.is_off()
    }

    /// Whether it sounds and is not fading: one of the eight.
    pub fn is_playing(&self) -> bool {
        self.is_sounding() && self.fade.is_none()
    }

    /// How loud its envelopes leave it, for choosing the quietest.
    pub fn level(&self, patch: &Patch) -> f32 {
        self.amplitude.level() * self.gain * self.fade.map_or(1.0, |left| faded(left, patch))
    }

    /// Another patch may tune the oscillators differently.
    pub fn begin_block(&mut self) {
        self.tuned = None;
    }

    /// Takes note of an expression.
    pub fn express(&mut self, event: &NoteEvent<()>) {
        self.expression.handle(event);
    }

    pub fn release(&mut self) {
        self.hold = Hold::Released;
        self.amplitude.release();
        self.filter_envelope.release();
    }

    /// Ends it as fast as can be without a click; at once if it has not been heard yet.
    pub fn fade_out(&mut self, patch: &Patch) {
        if self.amplitude.level() <= 0.0 {
            *self = Self::default();
        } else {
            self.fade.get_or_insert(patch.fade_frames);
        }
    }

    /// The next frame of its sound.
    pub fn next(&mut self, frame: &Frame) -> [f32; 2] {
        let Frame { settings, patch, .. } = frame;
        let aim = frame.controllers.aim(self.note.channel, &self.expression, settings);
        let at = self.at.get_or_insert(aim);
        at.approach(&aim, patch.approach);
        let at = *at;

        let bent = f32::from(self.note.key) + at.semitones + at.vibrato_semitones * frame.vibrato;
        let sound = self.filtered(frame, bent, at.cutoff_octaves);

        let mut gain = self.gain * at.gain * self.amplitude.next(&patch.amplitude);
        if let Some(left) = &mut self.fade {
            gain *= faded(*left, patch);
            *left = left.saturating_sub(1);
        }
        let pan = panned(at.pan);
        if self.fade == Some(0) || self.amplitude.is_off() {
            *self = Self::default();
        }
        [sound[0] * gain * pan[0], sound[1] * gain * pan[1]]
    }

    /// The oscillators at a pitch, through the filter.
    fn filtered(&mut self, frame: &Frame, pitch: f32, cutoff_octaves: f32) -> [f32; 2] {
        let Frame { settings, patch, .. } = frame;
        let unison = &patch.unisons[self.unison - 1];
        let mut mixed = [0.0; 2];
        let mix = [
            (&frame.waves[0], settings.width_1, 1.0 - settings.mix),
            (&frame.waves[1], settings.width_2, settings.mix),
        ];
        for ((oscillator, transposition), (waves, width, gain)) in
            self.oscillators.iter_mut().zip(patch.transpositions).zip(mix)
        {
            if self.tuned != Some(pitch) {
                let hz = CONCERT_A_HZ * ((pitch + transposition - 69.0) / 12.0).exp2();
                oscillator.tune(hz / patch.sample_rate_hz, unison);
            }
            let sample = oscillator.next(frame.tables, waves, width, unison);
            mixed[0] += gain * sample[0];
            mixed[1] += gain * sample[1];
        }
        self.tuned = Some(pitch);
        let tracked = settings.key_tracking * (pitch - TRACKING_CENTRE) / 12.0;
        let envelope = settings.filter_envelope_octaves * self.filter_envelope.next(&patch.filter);
        let cutoff_hz = settings.cutoff_hz * (tracked + envelope + cutoff_octaves).exp2();
        self.filter.next(mixed, &Coefficients::new(cutoff_hz / patch.sample_rate_hz, &frame.damping))
    }
}

/// The gain with so many frames left: from 1 to 0 without a corner at either end.
fn faded(left: u32, patch: &Patch) -> f32 {
    let part = left as f32 / patch.fade_frames as f32;
    part * part * (3.0 - 2.0 * part)
}
