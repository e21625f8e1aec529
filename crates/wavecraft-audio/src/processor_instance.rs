//! One processor with the channels that it has.
//!
//! Guarantees of [`ProcessorInstance::process`]: it never allocates, locks, waits or logs, as far as the processor keeps
//! to that.

use crate::problem::AudioProblem;
use crate::processor::{BlockProcessor, MAX_CHANNELS, Preparation, ProcessorSource};

/// What a processor is tried with while nothing runs: a rate in Hz, and a largest block in frames.
const TRIAL: (f32, usize) = (48_000.0, 512);

/// A processor that takes blocks of one or two channels.
pub(crate) struct ProcessorInstance {
    processor: Box<dyn BlockProcessor>,
    channels: usize,
}

impl ProcessorInstance {
    /// An instance with so many channels, or with one if the source has no more. Not for the audio thread.
    pub fn create(
        processors: &mut dyn ProcessorSource,
        max_channels: usize,
        sample_rate_hz: f32,
        max_block_frames: usize,
    ) -> Result<Self, AudioProblem> {
        let channels = max_channels.clamp(1, MAX_CHANNELS);
        let mut preparation = Preparation { sample_rate_hz, max_block_frames, channels };
        let processor = match processors.create(preparation) {
            Ok(processor) => processor,
            Err(mono) if channels == 1 => return Err(mono),
            Err(stereo) => {
                preparation.channels = 1;
                // The first reason says more about a processor that refuses both.
                processors.create(preparation).map_err(|_| stereo)?
            }
        };
        Ok(Self { processor, channels: preparation.channels })
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

    /// Processes a block in place. A block of two channels is mixed for a processor that has one, whose sound then stands
    /// on both sides.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn process(&mut self, block: &mut [&mut [f32]]) {
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

/// Makes a processor that nobody hears, to see whether it can be done. Not for the audio thread.
///
/// # Errors
///
/// [`AudioProblem`], in the words that the user sees.
pub fn try_out(processors: &mut dyn ProcessorSource) -> Result<(), AudioProblem> {
    processors.check()?;
    let (rate_hz, max_block_frames) = TRIAL;
    ProcessorInstance::create(processors, MAX_CHANNELS, rate_hz, max_block_frames).map(drop)
}
