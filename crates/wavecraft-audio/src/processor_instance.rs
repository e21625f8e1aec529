//! One processor with the channels that it has.
//!
//! Guarantees of [`ProcessorInstance::process`]: it never allocates, locks, waits or logs, as far as the processor keeps
//! to that.

use wavecraft_events::{MidiEvent, TransportInfo};

use crate::played_midi::PlayedMidi;
use crate::problem::AudioProblem;
use crate::processor::{
    BlockInput, BlockProcessor, MAX_CHANNELS, MAX_SIDE_CHAIN_CHANNELS, Preparation, ProcessorSource,
};
use crate::side_chain::SideChainBlock;

/// What a processor is tried with while nothing runs: a rate in Hz, and a largest block in frames.
const TRIAL: (f32, usize) = (48_000.0, 512);

/// A processor that takes blocks of one or two channels.
pub(crate) struct ProcessorInstance {
    processor: Box<dyn BlockProcessor>,
    channels: usize,
    side_chain_channels: usize,
}

/// What instances are made for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InstanceSettings {
    /// The most channels.
    pub max_channels: usize,
    /// Whether there is a side chain to be heard, for those that have one.
    pub has_side_chain: bool,
    /// Frames a second.
    pub sample_rate_hz: f32,
    /// The largest block, in frames.
    pub max_block_frames: usize,
}

impl ProcessorInstance {
    /// An instance with so many channels, or with one if the source has no more. Not for the audio thread.
    pub fn create(
        processors: &mut dyn ProcessorSource,
        settings: InstanceSettings,
    ) -> Result<Self, AudioProblem> {
        let InstanceSettings { max_channels, has_side_chain, sample_rate_hz, max_block_frames } = settings;
        let prepared_for = |processors: &dyn ProcessorSource, channels: usize| {
            let available = if has_side_chain { processors.side_chain_channels(channels) } else { 0 };
            let side_chain_channels = if available > MAX_SIDE_CHAIN_CHANNELS { 0 } else { available };
            Preparation { sample_rate_hz, max_block_frames, channels, side_chain_channels }
        };
        let channels = max_channels.clamp(1, MAX_CHANNELS);
        let mut preparation = prepared_for(processors, channels);
        let processor = match processors.create(preparation) {
            Ok(processor) => processor,
            Err(mono) if channels == 1 => return Err(mono),
            Err(stereo) => {
                preparation = prepared_for(processors, 1);
                // The first reason says more about a processor that refuses both.
                processors.create(preparation).map_err(|_| stereo)?
            }
        };
        let Preparation { channels, side_chain_channels, .. } = preparation;
        Ok(Self { processor, channels, side_chain_channels })
    }

    /// How many channels its side chain has; 0 if it has none.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn side_chain_channels(&self) -> usize {
        self.side_chain_channels
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

    /// Processes a block in place, with what comes with it; the side chain is brought to the channels that the processor has.
    /// A block of two channels is mixed for a processor that has one, whose sound then stands on both sides.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn process(
        &mut self,
        block: &mut [&mut [f32]],
        side_chain: &SideChainBlock<'_>,
        midi: &[MidiEvent],
        transport: TransportInfo,
        played: &mut PlayedMidi,
    ) {
        let mut channels = [&[][..]; MAX_SIDE_CHAIN_CHANNELS];
        let side_chain = side_chain.channels(&mut channels[..self.side_chain_channels]);
        let input = BlockInput { side_chain, midi, transport };
        match block {
            [left, right] if self.channels == 1 => {
                for (left, right) in left.iter_mut().zip(right.iter()) {
                    *left = f32::midpoint(*left, *right);
                }
                self.processor.process(&mut [&mut **left], &input, played);
                right.copy_from_slice(left);
            }
            block => self.processor.process(block, &input, played),
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
    let settings = InstanceSettings {
        max_channels: MAX_CHANNELS,
        has_side_chain: false,
        sample_rate_hz: rate_hz,
        max_block_frames,
    };
    ProcessorInstance::create(processors, settings).map(drop)
}
