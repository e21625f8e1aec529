//! What the engine runs, and what makes it.

use wavecraft_events::{MidiEvent, TransportInfo};

use crate::played_midi::PlayedMidi;
use crate::problem::AudioProblem;

/// Most channels that a processor is run with.
pub(crate) const MAX_CHANNELS: usize = 2;

/// Most channels that a side chain may have. The first two hear something.
pub(crate) const MAX_SIDE_CHAIN_CHANNELS: usize = 32;

/// What comes with a block beside its channels.
#[derive(Clone, Copy, Debug)]
pub struct BlockInput<'a> {
    /// The samples of each channel of the side chain: as many as were prepared, each as long as the block.
    pub side_chain: &'a [&'a [f32]],
    /// MIDI messages, in the order of their frames, which are counted from the block's first.
    pub midi: &'a [MidiEvent],
    /// Where the song is at the block's first frame. It goes on at its tempo until the block's end.
    pub transport: TransportInfo,
}

/// Sound processing, ready for the audio thread.
///
/// It is made and dropped elsewhere, and owned by one thread at a time.
pub trait BlockProcessor: Send {
    /// Processes a block in place, with what comes with it: as many channels as were prepared, of equal lengths, none longer
    /// than the largest block. The length may differ each time. What it plays to others goes to `played`.
    ///
    /// # Realtime safety
    ///
    /// Must be real-time safe.
    fn process(&mut self, channels: &mut [&mut [f32]], input: &BlockInput<'_>, played: &mut PlayedMidi);

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
    /// How many channels the side chain has; 0 if nobody asks for one.
    pub side_chain_channels: usize,
}

/// Makes processors: one each time that the audio is opened, or that another source takes the place of the last. Never
/// called on the audio thread.
pub trait ProcessorSource: Send {
    /// Whether there can be a processor at all. Asked first, before any device is opened.
    ///
    /// # Errors
    ///
    /// [`AudioProblem`], in the words that the user sees.
    fn check(&self) -> Result<(), AudioProblem> {
        Ok(())
    }

    /// A processor that is ready to run. Stereo is asked for first, then mono.
    ///
    /// # Errors
    ///
    /// [`AudioProblem`], in the words that the user sees.
    fn create(&mut self, preparation: Preparation) -> Result<Box<dyn BlockProcessor>, AudioProblem>;

    /// How many channels the side chain of a processor has that has so many channels itself; 0 if it has none.
    fn side_chain_channels(&self, _channels: usize) -> usize {
        0
    }

    /// Whether processors take notes, so that keyboards are of use.
    fn takes_notes(&self) -> bool {
        false
    }

    /// Whether processors play notes to others, so that somebody may want to hear them.
    fn plays_notes(&self) -> bool {
        false
    }

    /// What the newest processor keeps beyond its parameters, while the audio thread has it; empty if that is nothing.
    fn save_state(&mut self) -> Vec<u8> {
        Vec::new()
    }

    /// What processors begin with from now on, beside the parameters. What of it they refuse they do without.
    fn set_initial_state(&mut self, _state: Vec<u8>) {}

    /// Why the processors do less than they could, if so: as when their library is of an older make.
    fn limitation(&self) -> Option<AudioProblem> {
        None
    }

    /// Why the newest processor has failed and passes its input through, if so.
    fn failure(&self) -> Option<AudioProblem> {
        None
    }
}
