//! The input gain and the output gain.
//!
//! Realtime safety: arithmetic alone. At 0 dB a gain costs nothing.

use super::ChainSettings;
use super::chunk::Chunk;
use super::linear_smoother::{SmoothedControl, gains_from_db};
use super::processor::{Processor, smoothing_frames};

/// A gain in decibels, the strip's first or its last.
#[derive(Clone, Debug)]
pub struct Gain<const IS_OUTPUT: bool> {
    level_db: SmoothedControl,
}

/// Before everything else.
pub type InputGain = Gain<false>;
/// After everything else.
pub type OutputGain = Gain<true>;

impl<const IS_OUTPUT: bool> Gain<IS_OUTPUT> {
    fn setting(settings: &ChainSettings) -> f32 {
        if IS_OUTPUT { settings.output_gain_db } else { settings.input_gain_db }
    }
}

impl<const IS_OUTPUT: bool> Processor for Gain<IS_OUTPUT> {
    fn new(sample_rate_hz: f64) -> Self {
        Self { level_db: SmoothedControl::new(smoothing_frames(sample_rate_hz)) }
    }

    fn reset(&mut self, settings: &ChainSettings) {
        self.level_db.reset(Self::setting(settings));
    }

    fn set(&mut self, settings: &ChainSettings) {
        self.level_db.set_target(Self::setting(settings));
    }

    fn process(&mut self, chunk: &mut Chunk) {
        if !self.level_db.is_constantly(0.0) {
            chunk.apply_gains(self.level_db.next_values(chunk.frames(), gains_from_db));
        }
    }
}
