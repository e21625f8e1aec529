//! The plugin with what stands right around it: parameters before, meters on both sides.
//!
//! Guarantees of [`Stage::run`]: everything was allocated by [`Stage::new`]. It never allocates, locks, waits or logs,
//! as far as the processor keeps to that, and works on any number of frames up to the largest block.

use std::sync::Arc;

use wavecraft_ipc::AudioDiagnosticCode;
use wavecraft_metering::MeterWriter;

use crate::parameter_bridge::AtomicParameterBridge;

/// Most channels that a plugin is run with.
pub const MAX_CHANNELS: usize = 2;

/// A plugin's sound processing, ready for the audio thread.
///
/// It is made and dropped elsewhere, and owned by one thread at a time.
pub trait BlockProcessor: Send {
    /// Takes the values of all parameters, normalized, in the plugin's order. Comes before each block.
    ///
    /// # Realtime safety
    ///
    /// Must be real-time safe.
    fn set_parameters(&mut self, normalized: &[f32]);

    /// Processes a block in place: as many channels as were prepared, of equal lengths, none longer than the largest
    /// block. The length may differ each time.
    ///
    /// # Realtime safety
    ///
    /// Must be real-time safe.
    fn process(&mut self, channels: &mut [&mut [f32]]);
}

/// What a processor is made ready for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Preparation {
    /// Frames a second.
    pub sample_rate_hz: f32,
    /// The largest block, in frames.
    pub max_block_frames: usize,
    /// How many channels come in and go out: 1 or 2.
    pub channels: usize,
}

/// Makes processors: one each time that the audio is opened. Never on the audio thread.
pub trait ProcessorSource: Send {
    /// Whether there can be a processor at all. Asked first, before any device is opened.
    ///
    /// # Errors
    ///
    /// [`ProcessorError`], in the words that the user sees.
    fn check(&self) -> Result<(), ProcessorError> {
        Ok(())
    }

    /// A processor that is ready to run.
    ///
    /// # Errors
    ///
    /// [`ProcessorError`], in the words that the user sees.
    fn create(&mut self, preparation: Preparation) -> Result<Box<dyn BlockProcessor>, ProcessorError>;

    /// Why the plugin runs with less than it could, if so: as when its library is of an older make.
    fn limitation(&self) -> Option<ProcessorError> {
        None
    }

    /// Why the newest processor has failed and passes its input through, if so.
    fn failure(&self) -> Option<ProcessorError> {
        None
    }
}

/// Why the plugin cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ProcessorError {
    /// The kind of problem.
    pub code: AudioDiagnosticCode,
    /// What is wrong.
    pub message: String,
    /// What the user can do.
    pub hint: Option<String>,
}

/// A processor with its parameters, meters and buffers.
pub(crate) struct Stage {
    processor: Box<dyn BlockProcessor>,
    bridge: Arc<AtomicParameterBridge>,
    values: Box<[f32]>,
    meters: MeterWriter,
    channels: usize,
    max_block_frames: usize,
    buffers: [Box<[f32]>; MAX_CHANNELS],
}

impl Stage {
    /// A stage around a processor that was prepared as described.
    pub fn new(
        processor: Box<dyn BlockProcessor>,
        preparation: Preparation,
        bridge: Arc<AtomicParameterBridge>,
        meters: MeterWriter,
    ) -> Self {
        let Preparation { max_block_frames, channels, .. } = preparation;
        Self {
            processor,
            values: vec![0.0; bridge.len()].into(),
            bridge,
            meters,
            channels: channels.clamp(1, MAX_CHANNELS),
            max_block_frames,
            buffers: std::array::from_fn(|_| vec![0.0; max_block_frames].into()),
        }
    }

    /// The largest block, in frames.
    pub fn max_block_frames(&self) -> usize {
        self.max_block_frames
    }

    /// Processes a block that `fill` provides, and returns it: as many channels as the processor has.
    ///
    /// # Realtime safety
    ///
    /// Safe if `fill` is. At most [`max_block_frames`](Self::max_block_frames) frames are processed.
    pub fn run(&mut self, frames: usize, fill: impl FnOnce(&mut [&mut [f32]])) -> Block<'_> {
        let frames = frames.min(self.max_block_frames);
        let [left, right] = &mut self.buffers;
        let mut both = [&mut left[..frames], &mut right[..frames]];
        let channels = &mut both[..self.channels];
        fill(channels);
        self.bridge.load_into(&mut self.values);
        self.processor.set_parameters(&self.values);
        let processor = &mut self.processor;
        self.meters.process_metered(channels, |channels| processor.process(channels));
        let [left, right] = both;
        if self.channels == 1 { Block { left, right: left } } else { Block { left, right } }
    }
}

/// A block of stereo sound. A mono processor's stands on both sides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block<'a> {
    /// The left channel.
    pub left: &'a [f32],
    /// The right channel, as long as the left.
    pub right: &'a [f32],
}
