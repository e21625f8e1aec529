//! An oscillator of a voice: one wave, or several of them in unison.
//!
//! Realtime safety: nothing here allocates or waits.

use super::settings::Wave;
use super::wavetables::{Band, Form, Wavetables};

/// The most waves of an oscillator.
pub const MAX_UNISON: usize = 4;

/// A pulse is high for at least and at most so much of its turn.
const WIDTHS: (f32, f32) = (0.03, 0.97);
/// A square is louder than a saw of the same height.
const PULSE_GAIN: f32 = 0.7;

/// How long a wave takes to give way to another, in seconds.
const WAVE_SECONDS: f32 = 0.02;

/// The wave that an oscillator has, and the one before while that fades.
#[derive(Clone, Copy)]
pub struct Waves {
    now: Wave,
    before: Wave,
    /// How much of the one before is left, from 1 to 0.
    left: f32,
}

impl Waves {
    pub fn new(wave: Wave) -> Self {
        Self { now: wave, before: wave, left: 0.0 }
    }

    /// Goes on by a frame. A choice that comes during a fade waits for its end.
    pub fn follow(&mut self, wave: Wave, sample_rate_hz: f32) {
        if self.left > 0.0 {
            self.left = (self.left - 1.0 / (WAVE_SECONDS * sample_rate_hz)).max(0.0);
        } else if wave != self.now {
            *self = Self { now: wave, before: self.now, left: 1.0 };
        }
    }
}

/// How the waves of an oscillator in unison are tuned and placed.
#[derive(Clone, Copy)]
pub struct Unison {
    pub count: usize,
    /// The frequency of each as a factor.
    ratios: [f32; MAX_UNISON],
    /// The gain of each, left and right.
    gains: [[f32; 2]; MAX_UNISON],
}

impl Unison {
    /// The outermost of `count` waves are `detune_cents` from the note, and at the sides as far as `spread` says.
    pub fn new(count: usize, detune_cents: f32, spread: f32) -> Self {
        // From -1 to 1, evenly.
        let place = |index: usize| match count {
            ..2 => 0.0,
            _ => 2.0 * index as f32 / (count - 1) as f32 - 1.0,
        };
        let gain = 1.0 / (count as f32).sqrt();
        Self {
            count,
            ratios: std::array::from_fn(|index| (place(index) * detune_cents / 1_200.0).exp2()),
            gains: std::array::from_fn(|index| panned(place(index) * spread).map(|side| gain * side)),
        }
    }
}

/// Gains of the two sides, for a place from -1 to 1: the sum of their squares stays, and in the middle both are 1.
pub fn panned(place: f32) -> [f32; 2] {
    [(1.0 - place).max(0.0).sqrt(), (1.0 + place).max(0.0).sqrt()]
}

/// The waves of one note.
#[derive(Clone, Copy, Default)]
pub struct Oscillator {
    /// Where each is in its turn, of which there are 2^32: whole numbers stay in tune for ever.
    places: [u32; MAX_UNISON],
    increments: [u32; MAX_UNISON],
    band: Band,
}

impl Oscillator {
    /// At the beginning of a note: the first wave at its zero, the others spread over the turn.
    pub fn new() -> Self {
        // The golden ratio's part of a turn: no two are alike.
        Self {
            places: std::array::from_fn(|index| 0x9e37_79b9_u32.wrapping_mul(index as u32)),
            ..Self::default()
        }
    }

    /// Sets the frequency, as a share of the sample rate.
    pub fn tune(&mut self, turns_per_sample: f32, unison: &Unison) {
        let count = unison.count.min(MAX_UNISON);
        for (increment, ratio) in self.increments.iter_mut().zip(unison.ratios).take(count) {
            *increment = (f64::from(turns_per_sample) * f64::from(ratio) * 4_294_967_296.0).round() as u32;
        }
        // The last is the highest.
        self.band = Band::of(turns_per_sample * unison.ratios[count - 1]);
    }

    /// The next sample, left and right.
    pub fn next(&mut self, tables: &Wavetables, waves: &Waves, width: f32, unison: &Unison) -> [f32; 2] {
        let mut sum = [0.0; 2];
        let low = ((1.0 - width.clamp(WIDTHS.0, WIDTHS.1)) * 4_294_967_296.0) as u32;
        for index in 0..unison.count.min(MAX_UNISON) {
            let place = self.places[index];
            let mut sample = self.read(tables, waves.now, place, low);
            if waves.left > 0.0 {
                sample += waves.left * (self.read(tables, waves.before, place, low) - sample);
            }
            self.places[index] = place.wrapping_add(self.increments[index]);
            for (sum, gain) in sum.iter_mut().zip(unison.gains[index]) {
                *sum += gain * sample;
            }
        }
        sum
    }

    /// A wave at a place. A pulse is low for so much of its turn.
    fn read(&self, tables: &Wavetables, wave: Wave, place: u32, low: u32) -> f32 {
        let read = |form, place| tables.read(form, self.band, place);
        match wave {
            Wave::Saw => read(Form::Saw, place),
            Wave::Pulse => PULSE_GAIN * (read(Form::Saw, place) - read(Form::Saw, place.wrapping_add(low))),
            Wave::Triangle => read(Form::Triangle, place),
            Wave::Sine => read(Form::Sine, place),
        }
    }
}

/// One wave alone, for tests.
#[cfg(test)]
pub struct Bare {
    oscillator: Oscillator,
    unison: Unison,
    waves: Waves,
    width: f32,
}

#[cfg(test)]
impl Bare {
    pub fn new(wave: Wave, width: f32, turns_per_sample: f32) -> Self {
        let unison = Unison::new(1, 0.0, 0.0);
        let mut oscillator = Oscillator::new();
        oscillator.tune(turns_per_sample, &unison);
        Self { oscillator, unison, waves: Waves::new(wave), width }
    }

    pub fn next(&mut self) -> f32 {
        self.oscillator.next(Wavetables::shared(), &self.waves, self.width, &self.unison)[0]
    }
}
