//! What surrounds the tape's curve: compression by level, and treble that is lifted before the curve and lowered
//! after it, so that a quiet signal comes out flat and a loud one loses treble first.
//!
//! Realtime safety: arithmetic alone, at the base rate.

use crate::dsp::chunk::{Chunk, MAX_CHANNELS, to_sample};

/// The mean square from which the compressor works: half of full scale's square, a sine that touches it.
const THRESHOLD_POWER: f64 = 0.5;
const COMPRESSION_MS: f64 = 40.0;
const EMPHASIS_HZ: f64 = 3_000.0;
const EMPHASIS_GAIN: f64 = 2.0;

/// What the emphasis does to the RMS of a programme: 1.38 where all ten octaves are equally loud, since it doubles the
/// amplitude in three of them, and 1 where there is no treble. Most music lies between.
pub const PROGRAMME_EMPHASIS: f64 = 1.19;

/// Below this, envelope and filters count as silent.
const SILENCE: f64 = 1e-15;

/// The gain for a signal of a steady mean square: one for quiet signals, two to one for loud ones.
pub fn steady_compression(power: f64) -> f64 {
    // Two to one: the fourth root of the power is the square root of the amplitude.
    1.0 / (1.0 + power / THRESHOLD_POWER).sqrt().sqrt()
}

/// A first-order filter; its inverse is the same with the polynomials exchanged.
#[derive(Clone, Copy, Debug)]
struct Shelf {
    b0: f64,
    b1: f64,
    a1: f64,
}

impl Shelf {
    /// Treble up by [`EMPHASIS_GAIN`] around [`EMPHASIS_HZ`]: H(s) = (1 + s r) / (1 + s / r), r^2 the gain, through the
    /// bilinear transform.
    fn emphasis(sample_rate_hz: f64) -> Self {
        let root = EMPHASIS_GAIN.sqrt();
        let tangent = (std::f64::consts::PI * EMPHASIS_HZ / sample_rate_hz).tan();
        let (zero, pole) = (root / tangent, 1.0 / (root * tangent));
        Self {
            b0: (1.0 + zero) / (1.0 + pole),
            b1: (1.0 - zero) / (1.0 + pole),
            a1: (1.0 - pole) / (1.0 + pole),
        }
    }

    fn inverse(self) -> Self {
        Self { b0: 1.0 / self.b0, b1: self.a1 / self.b0, a1: self.b1 / self.b0 }
    }

    fn process(self, state: &mut f64, samples: &mut [f32]) {
        for sample in samples {
            let input = f64::from(*sample);
            let output = self.b0 * input + *state;
            *state = self.b1 * input - self.a1 * output;
            *sample = to_sample(output);
        }
        if state.abs() < SILENCE {
            *state = 0.0;
        }
    }
}

/// The tape's machinery for all channels.
#[derive(Clone, Debug)]
pub struct Tape {
    emphasis: Shelf,
    emphasis_states: [f64; MAX_CHANNELS],
    de_emphasis_states: [f64; MAX_CHANNELS],
    smoothing: f64,
    power: f64,
}

impl Tape {
    /// For a sample rate, with a silent past.
    pub fn new(sample_rate_hz: f64) -> Self {
        Self {
            emphasis: Shelf::emphasis(sample_rate_hz),
            emphasis_states: [0.0; MAX_CHANNELS],
            de_emphasis_states: [0.0; MAX_CHANNELS],
            smoothing: 1.0 - (-1_000.0 / (COMPRESSION_MS * sample_rate_hz)).exp(),
            power: 0.0,
        }
    }

    /// Forgets the past signal.
    pub fn reset(&mut self) {
        self.emphasis_states = [0.0; MAX_CHANNELS];
        self.de_emphasis_states = [0.0; MAX_CHANNELS];
        self.power = 0.0;
    }

    /// Before the curve. Both channels are compressed alike, so that nothing moves in the stereo image.
    pub fn record(&mut self, chunk: &mut Chunk) {
        let share = 1.0 / chunk.channels() as f64;
        for frame in 0..chunk.frames() {
            let samples = chunk.frame(frame);
            let power = samples.iter().map(|sample| sample * sample).sum::<f64>() * share;
            self.power += self.smoothing * (power - self.power);
            let gain = steady_compression(self.power);
            chunk.set_frame(frame, samples.map(|sample| sample * gain));
        }
        if self.power < SILENCE * SILENCE {
            self.power = 0.0;
        }
        for (samples, state) in chunk.iter_mut().zip(&mut self.emphasis_states) {
            self.emphasis.process(state, samples);
        }
    }

    /// After the curve.
    pub fn play(&mut self, chunk: &mut Chunk) {
        let de_emphasis = self.emphasis.inverse();
        for (samples, state) in chunk.iter_mut().zip(&mut self.de_emphasis_states) {
            de_emphasis.process(state, samples);
        }
    }
}
