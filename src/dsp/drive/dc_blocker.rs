//! Takes away what an asymmetric curve adds at zero frequency.
//!
//! Realtime safety: arithmetic alone.

use crate::dsp::chunk::{Chunk, MAX_CHANNELS, to_sample};

/// Where the blocker is 3 dB down: low enough to leave the lowest notes and their phase alone.
const CORNER_HZ: f64 = 5.0;

/// Below this the state counts as silence.
const SILENCE: f64 = 1e-15;

/// A first-order high-pass for all channels: y[n] = x[n] - x[n-1] + r y[n-1], r = e^(-2 pi f / fs).
#[derive(Clone, Debug)]
pub struct DcBlocker {
    pole: f64,
    inputs: [f64; MAX_CHANNELS],
    outputs: [f64; MAX_CHANNELS],
}

impl DcBlocker {
    /// For a sample rate, with a silent past.
    pub fn new(sample_rate_hz: f64) -> Self {
        Self {
            pole: (-std::f64::consts::TAU * CORNER_HZ / sample_rate_hz).exp(),
            inputs: [0.0; MAX_CHANNELS],
            outputs: [0.0; MAX_CHANNELS],
        }
    }

    /// Forgets the past signal.
    pub fn reset(&mut self) {
        self.inputs = [0.0; MAX_CHANNELS];
        self.outputs = [0.0; MAX_CHANNELS];
    }

    /// Filters the chunk in place.
    pub fn process(&mut self, chunk: &mut Chunk) {
        let channels = self.inputs.iter_mut().zip(&mut self.outputs);
        for (samples, (input, output)) in chunk.iter_mut().zip(channels) {
            for sample in samples {
                let next = f64::from(*sample);
                *output = next - *input + self.pole * *output;
                *input = next;
                *sample = to_sample(*output);
            }
            if output.abs() < SILENCE && *input == 0.0 {
                *output = 0.0;
            }
        }
    }

    /// How many frames the blocker takes to fall by 120 dB.
    pub fn tail_frames(&self) -> u32 {
        (1e6_f64.ln() / -self.pole.ln()).ceil() as u32
    }
}
