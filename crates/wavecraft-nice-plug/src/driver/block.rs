//! Blocks on their way through the plugin: their parts, between parameter changes and no longer than the plugin expects.

#![allow(unsafe_code, reason = "takes channel pointers from C")]

use nice_plug::prelude::{Plugin, ProcessStatus};
use wavecraft_ffi::{MidiEvent, TransportInfo};

use super::channels::{ChannelPointers, SideChainPointers};
use super::context::HeadlessProcessContext;
use super::midi::MidiInput;
use super::{HeadlessPlugin, ProcessError};
use crate::denormals::without_denormals;

/// A parameter change at a point of a block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParameterEvent {
    /// The frame, counted from the block's start, from which on the value holds.
    pub frame: usize,
    /// The parameter's index in the [`ParameterTable`](crate::parameters::ParameterTable).
    pub index: usize,
    /// The normalized value.
    pub normalized: f32,
}

/// What comes with a block beside its channels. The default is nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct BlockInput<'a> {
    /// Parameter changes on the way, expected in the order of their frames; one that comes too late in the list takes effect
    /// where the list has got to, one beyond the block after its end.
    pub events: &'a [ParameterEvent],
    /// MIDI events, in the same order; one at or beyond the block's end counts as at its last frame. The plugin gets those
    /// that it asks for by `MIDI_INPUT`. Notes have no voice id.
    pub midi: &'a [MidiEvent],
    /// The samples of each channel of the side chains, one after another in the order in which the plugin declares them: as
    /// many as in [`Activation`](super::Activation), and as long as the block. Without any they are silent.
    pub side_chain: &'a [&'a [f32]],
    /// Where the song is at the block's first frame. Without it, it goes on from where it was.
    pub transport: Option<&'a TransportInfo>,
}

/// A block's memory as C passes it: arrays of pointers to channels.
#[derive(Clone, Copy, Debug)]
pub struct RawBlock {
    /// Null or an array of pointers to the main channels.
    pub channels: *const *mut f32,
    /// How many main channels there are.
    pub channel_count: usize,
    /// Null, which is silence, or an array of pointers to the channels of the side chains.
    pub side_chain: *const *const f32,
    /// How many channels the side chains have.
    pub side_chain_count: usize,
    /// The frames in each channel.
    pub frame_count: usize,
    /// From which frame the frames of MIDI events are counted, in frames before the block's first: 0, unless it is the later
    /// part of a longer block.
    pub midi_origin: u32,
}

impl<P: Plugin> HeadlessPlugin<P> {
    /// Processes a block in place: one slice for each channel, all of the same length. Blocks longer than the plugin was
    /// activated for are split.
    ///
    /// # Errors
    ///
    /// Any [`ProcessError`].
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn process(&mut self, channels: &mut [&mut [f32]]) -> Result<ProcessStatus, ProcessError> {
        self.process_block(channels, &BlockInput::default())
    }

    /// Processes a block in place, with parameter changes on the way.
    ///
    /// # Errors
    ///
    /// Any [`ProcessError`]. If one of the events is invalid, none is applied.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn process_with_events(
        &mut self,
        channels: &mut [&mut [f32]],
        events: &[ParameterEvent],
    ) -> Result<ProcessStatus, ProcessError> {
        self.process_block(channels, &BlockInput { events, ..BlockInput::default() })
    }

    /// Processes a block in place, with all that comes with it. What the plugin puts out as MIDI is in
    /// [`midi_output`](Self::midi_output) then.
    ///
    /// A plugin with sample accurate automation gets the block in parts between the parameter changes. Any other gets all
    /// changes at the block's start.
    ///
    /// # Errors
    ///
    /// Any [`ProcessError`]. If something about the block or what comes with it is invalid, nothing of it is applied.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn process_block(
        &mut self,
        channels: &mut [&mut [f32]],
        input: &BlockInput<'_>,
    ) -> Result<ProcessStatus, ProcessError> {
        let active = self.activation().ok_or(ProcessError::NotActive)?;
        let (expected, expected_side_chain) = (active.channels, active.side_chain_channels);
        let channels = ChannelPointers::from_slices(channels, expected)?;
        let side_chain =
            SideChainPointers::from_slices(input.side_chain, channels.frames(), expected_side_chain)?;
        // SAFETY: the slices stay borrowed by this function for the duration of the call, the main ones mutably.
        unsafe { self.process_pointers(&channels, &side_chain, input, 0) }
    }

    /// Processes a block in place that is given as C passes it. The side chains are those of `block`, not of `input`.
    ///
    /// # Errors
    ///
    /// Any [`ProcessError`]. Null, misaligned and overlapping channels are refused.
    ///
    /// # Safety
    ///
    /// Each array of pointers must be null or have as many pointers as `block` says, each of which must be null or point to
    /// as many samples as the block has frames. Nothing else may read or write those of the main channels during the call,
    /// nor write those of the side chains, which may be the same.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub unsafe fn process_raw(
        &mut self,
        block: &RawBlock,
        input: &BlockInput<'_>,
    ) -> Result<ProcessStatus, ProcessError> {
        let active = self.activation().ok_or(ProcessError::NotActive)?;
        let (expected, expected_side_chain) = (active.channels, active.side_chain_channels);
        // SAFETY: the caller answers for the pointers, for the duration of the call.
        unsafe {
            let channels =
                ChannelPointers::from_raw(block.channels, block.channel_count, block.frame_count, expected)?;
            let side_chain =
                SideChainPointers::from_raw(block.side_chain, block.side_chain_count, expected_side_chain)?;
            self.process_pointers(&channels, &side_chain, input, block.midi_origin)
        }
    }

    /// The MIDI events that the plugin has put out in the last block, in the order in which it did, with frames counted from
    /// the block's start.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn midi_output(&self) -> &[MidiEvent] {
        self.midi_output.events()
    }

    /// How many events the plugin has put out in vain: beyond [`MIDI_OUTPUT_EVENTS`](super::MIDI_OUTPUT_EVENTS) in a block,
    /// of a kind that it does not announce by `MIDI_OUTPUT`, or that are no MIDI 1.0 channel message, such as note
    /// expressions and system-exclusive messages. The plugin gets each of them back.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn refused_midi_output(&self) -> u64 {
        self.midi_output.refused()
    }

    /// # Safety
    ///
    /// The memory behind `channels` and `side_chain` must be valid, and untouched by anything else during the call.
    unsafe fn process_pointers(
        &mut self,
        channels: &ChannelPointers,
        side_chain: &SideChainPointers,
        input: &BlockInput<'_>,
        midi_origin: u32,
    ) -> Result<ProcessStatus, ProcessError> {
        let max_block_frames = self.activation().ok_or(ProcessError::NotActive)?.max_block_frames;
        self.check_input(input, channels.frames())?;
        if let Some(transport) = input.transport {
            self.clock.say(*transport);
        }
        self.midi_output.begin_block();
        let mut midi = MidiInput::new(input.midi, midi_origin);
        let mut events = input.events.iter().copied().peekable();
        let mut status = ProcessStatus::Normal;
        let mut start = 0;
        loop {
            let is_due = |event: &ParameterEvent| !P::SAMPLE_ACCURATE_AUTOMATION || event.frame <= start;
            while let Some(event) = events.next_if(is_due) {
                self.set_checked(event.index, event.normalized);
            }
            if start == channels.frames() {
                break;
            }
            let next_event = events.peek().map_or(usize::MAX, |event| event.frame);
            let end = channels.frames().min(start + max_block_frames).min(next_event);
            midi.begin_part(start, end, end == channels.frames());
            // SAFETY: the caller answers for the memory; `end` is within it, and no part is longer than the largest
            // block.
            status = unsafe { self.process_part(channels, side_chain, start, end - start, &mut midi) }?;
            start = end;
        }
        for event in events {
            self.set_checked(event.index, event.normalized);
        }
        Ok(status)
    }

    fn check_input(&self, input: &BlockInput<'_>, frames: usize) -> Result<(), ProcessError> {
        for event in input.events {
            self.check_value(event.index, event.normalized)?;
        }
        if let Some(index) = input.midi.iter().position(|event| frames == 0 || !event.is_valid()) {
            return Err(ProcessError::InvalidMidi { index });
        }
        if input.transport.is_some_and(|transport| !transport.is_valid()) {
            return Err(ProcessError::InvalidTransport);
        }
        Ok(())
    }

    /// # Safety
    ///
    /// As for [`BlockBuffers::lend`](super::buffers::BlockBuffers::lend).
    unsafe fn process_part(
        &mut self,
        channels: &ChannelPointers,
        side_chain: &SideChainPointers,
        start: usize,
        frames: usize,
        midi: &mut MidiInput<'_>,
    ) -> Result<ProcessStatus, ProcessError> {
        let active = self.active.as_mut().ok_or(ProcessError::NotActive)?;
        let transport = self.clock.transport();
        self.clock.advance(frames);
        self.midi_output.begin_part(start, start + frames);
        let mut context = HeadlessProcessContext {
            reports: &self.reports,
            tasks: &self.tasks,
            transport,
            midi,
            midi_output: &mut self.midi_output,
        };
        let plugin = &mut self.plugin;
        // SAFETY: passed on to the caller.
        let status = unsafe {
            active.buffers.lend(channels, side_chain, start, frames, |buffer, auxiliary| {
                without_denormals(|| plugin.process(buffer, auxiliary, &mut context))
            })
        };
        match status {
            ProcessStatus::Error(message) => Err(ProcessError::Plugin(message)),
            status => Ok(status),
        }
    }
}
