//! Takes away what an asymmetric curve adds at zero frequency.
//!
//! Realtime safety: arithmetic alone.

use crate::dsp::chunk::Chunk;
use crate::dsp::first_order::FirstOrder;

/// Where the blocker is 3 dB down: low enough to leave the lowest notes and their phase alone.
const CORNER_HZ: f64 = 5.0;

/// A first-order high-pass for all channels: `y[n] = x[n] - x[n-1] + r y[n-1]`, `r = e^(-2 pi f / fs)`.
#[derive(Clone, Debug)]
pub struct DcBlocker {
    filter: FirstOrder,
    pole: f64,
}

impl DcBlocker {
    /// For a sample rate, with a silent past.
    pub fn new(sample_rate_hz: f64) -> Self {
        let pole = (-std::f64::consts::TAU * CORNER_HZ / sample_rate_hz).exp();
        Self { filter: FirstOrder::new(1.0, -1.0, pole), pole }
    }

    /// Forgets the past signal.
    pub fn reset(&mut self) {
        self.filter.reset();
    }

    /// Filters the chunk in place.
    pub fn process(&mut self, chunk: &mut Chunk) {
        self.filter.process_chunk(chunk);
    }

    /// How many frames the blocker takes to fall by 120 dB.
    pub fn tail_frames(&self) -> u32 {
        (1e6_f64.ln() / -self.pole.ln()).ceil() as u32
    }
}
