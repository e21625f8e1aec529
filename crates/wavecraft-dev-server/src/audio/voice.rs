//! One processor with what belongs to it, so that all of it changes at once.
//!
//! Guarantees of [`Voice::process`]: everything was allocated by [`Voice::make`]. It never allocates, locks, waits or
//! logs, as far as the processor keeps to that.

use std::sync::Arc;

use super::stage::{BlockProcessor, MAX_CHANNELS, Preparation, ProcessorError, ProcessorSource};
use crate::parameter_bridge::AtomicParameterBridge;

/// A processor, the parameters that it listens to, and their values.
pub(crate) struct Voice {
    processor: Box<dyn BlockProcessor>,
    bridge: Arc<AtomicParameterBridge>,
    values: Box<[f32]>,
    channels: usize,
}

impl Voice {
    /// A voice of a plugin: with two channels, or with one if it has no more. Not for the audio thread.
    pub fn make(
        processors: &mut dyn ProcessorSource,
        bridge: &Arc<AtomicParameterBridge>,
        sample_rate_hz: f32,
        max_block_frames: usize,
    ) -> Result<Self, ProcessorError> {
        let mut values: Box<[f32]> = vec![0.0; bridge.len()].into();
        bridge.load_into(&mut values);
        let mut preparation = Preparation { sample_rate_hz, max_block_frames, channels: MAX_CHANNELS };
        let processor = match processors.create(preparation, &values) {
            Ok(processor) => processor,
            Err(stereo) => {
                preparation.channels = 1;
                // The first reason says more about a plugin that refuses both.
                processors.create(preparation, &values).map_err(|_| stereo)?
            }
        };
        Ok(Self { processor, bridge: Arc::clone(bridge), values, channels: preparation.channels })
    }

    /// How many channels the processor has: 1 or 2.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// How late the processor's sound is, in frames.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn latency_frames(&self) -> usize {
        self.processor.latency_frames()
    }

    /// Whether the processor has failed.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn has_failed(&self) -> bool {
        self.processor.has_failed()
    }

    /// Processes a block in place, with the values of this moment. A block of two channels is mixed for a processor that
    /// has one, whose sound then stands on both sides.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn process(&mut self, block: &mut [&mut [f32]]) {
        self.bridge.load_into(&mut self.values);
        self.processor.set_parameters(&self.values);
        match block {
            [left, right] if self.channels == 1 => {
                for (left, right) in left.iter_mut().zip(right.iter()) {
                    *left = f32::midpoint(*left, *right);
                }
                self.processor.process(&mut [&mut **left]);
                right.copy_from_slice(left);
            }
            block => self.processor.process(block),
        }
    }
}
