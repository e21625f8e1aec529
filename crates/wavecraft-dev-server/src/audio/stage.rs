//! The plugin with what stands right around it: parameters before, meters on both sides, and the change to its next build.
//!
//! Guarantees of [`Stage::run`]: everything was allocated by [`Stage::new`] or came with a voice, and every voice leaves
//! through the [`VoiceInbox`]. It never allocates, frees, locks, waits or logs, as far as the processor keeps to that, and
//! works on any number of frames up to the largest block.

use wavecraft_ipc::AudioDiagnosticCode;
use wavecraft_metering::MeterWriter;

use super::crossfade::{Crossfade, Remaining};
use super::exchange::{Leaving, VoiceExchange, VoiceInbox, voice_exchange};
use super::voice::Voice;

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

    /// How late the sound comes out, in frames.
    ///
    /// # Realtime safety
    ///
    /// Must be real-time safe.
    fn latency_frames(&self) -> usize {
        0
    }

    /// Whether it has failed for good, and passes its input through. One that fails while it comes in gives way to the
    /// one before.
    ///
    /// # Realtime safety
    ///
    /// Must be real-time safe.
    fn has_failed(&self) -> bool {
        false
    }
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

/// Makes processors: one each time that the audio is opened, or that a new build takes the place of the last. Never on the
/// audio thread.
pub trait ProcessorSource: Send {
    /// Whether there can be a processor at all. Asked first, before any device is opened.
    ///
    /// # Errors
    ///
    /// [`ProcessorError`], in the words that the user sees.
    fn check(&self) -> Result<(), ProcessorError> {
        Ok(())
    }

    /// A processor that is ready to run, and stands on the values of `parameters`, normalized, in the plugin's order.
    ///
    /// # Errors
    ///
    /// [`ProcessorError`], in the words that the user sees.
    fn create(
        &mut self,
        preparation: Preparation,
        parameters: &[f32],
    ) -> Result<Box<dyn BlockProcessor>, ProcessorError>;

    /// What the newest processor keeps beyond its parameters, while the audio thread has it; empty if that is nothing.
    fn save_state(&mut self) -> Vec<u8> {
        Vec::new()
    }

    /// What processors begin with from now on, beside the parameters. What of it they refuse they do without.
    fn begin_with(&mut self, _state: Vec<u8>) {}

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

impl ProcessorError {
    /// One of no known kind, in these words.
    pub(crate) fn unknown(message: impl Into<String>) -> Self {
        Self { code: AudioDiagnosticCode::Unknown, message: message.into(), hint: None }
    }
}

/// A voice with its meters and buffers.
pub(crate) struct Stage {
    voice: Box<Voice>,
    /// The voice that is coming in, and how far it is.
    next: Option<(Box<Voice>, Crossfade)>,
    inbox: VoiceInbox,
    meters: MeterWriter,
    sample_rate_hz: f32,
    max_block_frames: usize,
    buffers: [Box<[f32]>; MAX_CHANNELS],
    /// What the next voice makes of the same input.
    next_buffers: [Box<[f32]>; MAX_CHANNELS],
}

impl Stage {
    /// A stage for a voice that was made for this rate and this largest block, and the exchange for the next ones.
    pub fn new(
        voice: Voice,
        sample_rate_hz: f32,
        max_block_frames: usize,
        meters: MeterWriter,
    ) -> (Self, VoiceExchange) {
        let (exchange, inbox) = voice_exchange();
        let buffers = || std::array::from_fn(|_| vec![0.0; max_block_frames].into());
        let stage = Self {
            voice: Box::new(voice),
            next: None,
            inbox,
            meters,
            sample_rate_hz,
            max_block_frames,
            buffers: buffers(),
            next_buffers: buffers(),
        };
        (stage, exchange)
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
        self.take_next();
        let next_channels = self.next.as_ref().map_or(1, |(next, _)| next.channels());
        let channels = self.voice.channels().max(next_channels);
        let [left, right] = &mut self.buffers;
        let mut both = [&mut left[..frames], &mut right[..frames]];
        let block = &mut both[..channels];
        fill(block);
        let (voice, next, next_buffers) = (&mut self.voice, &mut self.next, &mut self.next_buffers);
        // The meters cut the block where they make a frame.
        self.meters.process_metered(block, |block| match next {
            Some((next, crossfade)) => {
                let frames = block.first().map_or(0, |channel| channel.len());
                let [left, right] = next_buffers;
                let mut coming = [&mut left[..frames], &mut right[..frames]];
                let coming = &mut coming[..channels];
                coming.iter_mut().zip(block.iter()).for_each(|(coming, heard)| coming.copy_from_slice(heard));
                voice.process(block);
                next.process(coming);
                if next.has_failed() {
                    crossfade.turn_back();
                }
                crossfade.mix(block, coming);
                block.iter_mut().zip(coming).for_each(|(block, mixed)| block.copy_from_slice(mixed));
            }
            None => voice.process(block),
        });
        self.let_go();
        let [left, right] = &self.buffers;
        let (left, right) = (&left[..frames], &right[..frames]);
        if channels == 1 { Block { left, right: left } } else { Block { left, right } }
    }

    /// Begins to change to the next voice, if one has come and none is coming in.
    fn take_next(&mut self) {
        if self.next.is_none()
            && let Some(next) = self.inbox.next()
        {
            let crossfade = Crossfade::new(self.sample_rate_hz, next.latency_frames());
            self.next = Some((next, crossfade));
        }
    }

    /// Gives back the voice that has had its turn.
    fn let_go(&mut self) {
        let remaining = self.next.as_ref().and_then(|(_, crossfade)| crossfade.remaining());
        let Some(remaining) = remaining else { return };
        let Some((next, _)) = self.next.take() else { return };
        let voice = match remaining {
            Remaining::New => std::mem::replace(&mut self.voice, next),
            Remaining::Old => next,
        };
        self.inbox.give_back(Leaving { voice, remaining });
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
