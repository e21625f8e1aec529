//! What a player does beside pressing keys: bend, wheel, pedal and pressure of each channel, and the expressions of a note.
//!
//! Realtime safety: nothing here allocates or waits.

use wavecraft_plugin::prelude::*;

use super::settings::Settings;

const CHANNELS: usize = 16;
/// The channel of an MPE keyboard that counts for all notes.
const MPE_MASTER: usize = 0;
/// How far a note of such a keyboard bends by itself, in semitones.
const MPE_BEND_SEMITONES: f32 = 48.0;
/// How far the mod wheel, or a note's vibrato, bends to either side, in semitones.
const VIBRATO_SEMITONES: f32 = 0.5;
/// By how much full pressure opens the filter, and brightness opens or closes it.
const PRESSURE_OCTAVES: f32 = 2.0;
const BRIGHTNESS_OCTAVES: f32 = 2.0;

/// What is nearer than this has arrived: less than a thousandth of a cent.
const NEAR: f32 = 1e-5;

mod number {
    pub const MOD_WHEEL: u8 = 1;
    pub const SUSTAIN_PEDAL: u8 = 64;
    pub const BRIGHTNESS: u8 = 74;
    pub const ALL_SOUND_OFF: u8 = 120;
    pub const RESET_ALL: u8 = 121;
    pub const ALL_NOTES_OFF: u8 = 123;
}

/// How the controllers of a channel stand.
#[derive(Clone, Copy)]
struct ChannelState {
    /// From -1 to 1.
    bend: f32,
    mod_wheel: f32,
    pressure: f32,
    /// From 0 to 1; in the middle it changes nothing.
    brightness: f32,
    is_pedal_down: bool,
}

impl Default for ChannelState {
    fn default() -> Self {
        Self { bend: 0.0, mod_wheel: 0.0, pressure: 0.0, brightness: 0.5, is_pedal_down: false }
    }
}

/// What a controller asks of the voices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Order {
    /// Let go of what only the pedal holds.
    LiftPedal,
    /// Let go of every key of the channel.
    ReleaseAll { channel: u8 },
    /// End every note of the channel at once.
    SilenceAll { channel: u8 },
}

/// The controllers of all channels.
#[derive(Clone, Copy, Default)]
pub struct Controllers {
    channels: [ChannelState; CHANNELS],
}

impl Controllers {
    /// Takes note of an event of a channel.
    pub fn handle(&mut self, event: &NoteEvent<()>) -> Option<Order> {
        match *event {
            NoteEvent::MidiPitchBend { channel, value, .. } => self.of(channel).bend = bend(value),
            NoteEvent::MidiChannelPressure { channel, pressure, .. } => self.of(channel).pressure = pressure,
            NoteEvent::MidiCC { channel, cc, value, .. } => return self.control(channel, cc, value),
            _ => {}
        }
        None
    }

    fn control(&mut self, channel: u8, controller: u8, value: f32) -> Option<Order> {
        let state = self.of(channel);
        match controller {
            number::MOD_WHEEL => state.mod_wheel = value,
            number::BRIGHTNESS => state.brightness = value,
            number::SUSTAIN_PEDAL => {
                state.is_pedal_down = value >= 0.5;
                return (!state.is_pedal_down).then_some(Order::LiftPedal);
            }
            number::RESET_ALL => {
                *state = ChannelState::default();
                return Some(Order::LiftPedal);
            }
            number::ALL_SOUND_OFF => return Some(Order::SilenceAll { channel }),
            number::ALL_NOTES_OFF => return Some(Order::ReleaseAll { channel }),
            _ => {}
        }
        None
    }

    fn of(&mut self, channel: u8) -> &mut ChannelState {
        &mut self.channels[usize::from(channel) % CHANNELS]
    }

    /// Whether the sustain pedal holds the notes of a channel.
    pub fn is_pedal_down(&self, channel: u8, is_mpe: bool) -> bool {
        let own = self.channels[usize::from(channel) % CHANNELS].is_pedal_down;
        own || is_mpe && self.channels[MPE_MASTER].is_pedal_down
    }

    /// Where a note is to be that has these expressions, on this channel.
    pub fn aim(&self, channel: u8, note: &Expression, settings: &Settings) -> Aim {
        let own = &self.channels[usize::from(channel) % CHANNELS];
        let range = settings.bend_range_semitones as f32;
        let (bend, mod_wheel, pressure) = if settings.mpe && usize::from(channel) % CHANNELS != MPE_MASTER {
            let master = &self.channels[MPE_MASTER];
            let bend = own.bend * MPE_BEND_SEMITONES + master.bend * range;
            (bend, own.mod_wheel.max(master.mod_wheel), own.pressure.max(master.pressure))
        } else {
            (own.bend * range, own.mod_wheel, own.pressure)
        };
        let brightness = (own.brightness - 0.5) + (note.brightness - 0.5);
        Aim {
            semitones: bend + note.semitones,
            vibrato_semitones: VIBRATO_SEMITONES * mod_wheel.max(note.vibrato),
            cutoff_octaves: PRESSURE_OCTAVES * pressure.max(note.pressure)
                + 2.0 * BRIGHTNESS_OCTAVES * brightness,
            gain: note.gain * note.expression,
            pan: note.pan,
        }
    }
}

/// A pitch bend from -1 to 1. MIDI has 8,192 steps below its middle and one less above; half of the way is the middle as well.
fn bend(value: f32) -> f32 {
    match 16_383.0 * value - 8_192.0 {
        below @ ..-0.75 => below / 8_192.0,
        above @ 0.25.. => above / 8_191.0,
        _ => 0.0,
    }
}

/// What a host says about one note while it sounds.
#[derive(Clone, Copy)]
pub struct Expression {
    semitones: f32,
    vibrato: f32,
    pressure: f32,
    brightness: f32,
    gain: f32,
    expression: f32,
    pan: f32,
}

impl Default for Expression {
    fn default() -> Self {
        Self {
            semitones: 0.0,
            vibrato: 0.0,
            pressure: 0.0,
            brightness: 0.5,
            gain: 1.0,
            expression: 1.0,
            pan: 0.0,
        }
    }
}

impl Expression {
    /// Takes note of an expression of its note.
    pub fn handle(&mut self, event: &NoteEvent<()>) {
        match *event {
            NoteEvent::PolyTuning { tuning, .. } => self.semitones = tuning,
            NoteEvent::PolyVibrato { vibrato, .. } => self.vibrato = vibrato,
            NoteEvent::PolyPressure { pressure, .. } => self.pressure = pressure,
            NoteEvent::PolyBrightness { brightness, .. } => self.brightness = brightness,
            NoteEvent::PolyVolume { gain, .. } => self.gain = gain,
            NoteEvent::PolyExpression { expression, .. } => self.expression = expression,
            NoteEvent::PolyPan { pan, .. } => self.pan = pan,
            _ => {}
        }
    }
}

/// What controllers and expressions come to for a note.
#[derive(Clone, Copy, Default)]
pub struct Aim {
    pub semitones: f32,
    pub vibrato_semitones: f32,
    pub cutoff_octaves: f32,
    pub gain: f32,
    /// From -1 to 1.
    pub pan: f32,
}

impl Aim {
    /// Goes on towards another by this part of the way, so that nothing jumps.
    pub fn approach(&mut self, other: &Self, part: f32) {
        let Self { semitones, vibrato_semitones, cutoff_octaves, gain, pan } = self;
        for (value, aim) in [
            (semitones, other.semitones),
            (vibrato_semitones, other.vibrato_semitones),
            (cutoff_octaves, other.cutoff_octaves),
            (gain, other.gain),
            (pan, other.pan),
        ] {
            let distance = aim - *value;
            // It arrives: what only comes nearer ends in numbers too small to compute with quickly.
            *value = if distance.abs() < NEAR { aim } else { *value + part * distance };
        }
    }
}
