//! One instance behind the boundary: the driver, and what becomes of a block when the plugin panics in it.
//!
//! Guarantees: [`Instance::process`] allocates nothing. A block, or the part of one, in which the plugin
//! panics or reports an error comes out as it came in.

#![allow(unsafe_code, reason = "works on sample memory that C lends")]

use std::slice;

use nice_plug::prelude::{Plugin, ProcessMode};

use super::vtable::MidiSink;
use crate::driver::{
    ActivateError, Activation, BlockInput, HeadlessPlugin, MAX_CHANNELS, MidiEvent, ProcessError, RawBlock,
    TransportInfo,
};

/// The largest part of a block that is processed at once when nobody has said how large blocks will be, in
/// frames.
const UNANNOUNCED_BLOCK_FRAMES: usize = 1_024;

/// A plugin instance, and memory for blocks.
pub(super) struct Instance<P: Plugin> {
    pub(super) plugin: HeadlessPlugin<P>,
    /// What each channel was before it was processed.
    inputs: Vec<Vec<f32>>,
    /// What the plugin hears and plays on channels that the block does not have.
    spares: Vec<Vec<f32>>,
    pointers: Vec<*mut f32>,
}

/// A block as C lends it.
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    pub(super) channels: *const *mut f32,
    pub(super) channel_count: usize,
    pub(super) frame_count: usize,
    pub(super) accompaniment: Accompaniment<'a>,
}

/// What comes with a block, and where its MIDI goes.
#[derive(Clone, Copy)]
pub(super) struct Accompaniment<'a> {
    pub(super) side_chain: *const *const f32,
    pub(super) side_chain_count: usize,
    pub(super) midi: &'a [MidiEvent],
    pub(super) midi_origin: u32,
    pub(super) transport: Option<&'a TransportInfo>,
    pub(super) midi_out: Option<&'a MidiSink>,
}

impl Accompaniment<'_> {
    pub(super) const NONE: Self = Self {
        side_chain: std::ptr::null(),
        side_chain_count: 0,
        midi: &[],
        midi_origin: 0,
        transport: None,
        midi_out: None,
    };
}

impl<P: Plugin> Instance<P> {
    pub(super) fn new() -> Self {
        Self { plugin: HeadlessPlugin::new(), inputs: vec![], spares: vec![], pointers: vec![] }
    }

    /// Makes the instance ready for blocks as described, or for none.
    pub(super) fn prepare(
        &mut self,
        sample_rate_hz: f32,
        max_block_frames: usize,
        channels: usize,
        side_chain_channels: usize,
    ) -> Result<(), ActivateError> {
        self.plugin.deactivate();
        self.plugin.activate(Activation {
            sample_rate_hz,
            max_block_frames,
            channels,
            side_chain_channels,
            process_mode: ProcessMode::Realtime,
        })?;
        // After the activation, which has checked the numbers.
        self.inputs = vec![vec![0.0; max_block_frames]; channels];
        self.spares = vec![vec![0.0; max_block_frames]; channels];
        self.pointers = vec![std::ptr::null_mut(); channels];
        Ok(())
    }

    /// Makes the instance ready for this sample rate: for the blocks that it was ready for, or else for
    /// stereo, or if the plugin has none, mono.
    pub(super) fn set_sample_rate(&mut self, sample_rate_hz: f32) -> Result<(), ActivateError> {
        match self.plugin.activation().copied() {
            Some(Activation { max_block_frames, channels, side_chain_channels, .. }) => {
                self.prepare(sample_rate_hz, max_block_frames, channels, side_chain_channels)
            }
            None => self
                .prepare(sample_rate_hz, UNANNOUNCED_BLOCK_FRAMES, 2, 0)
                .or_else(|_| self.prepare(sample_rate_hz, UNANNOUNCED_BLOCK_FRAMES, 1, 0)),
        }
    }

    /// Processes a block of any length. If it has more channels than the plugin is ready for, the others stay
    /// as they came; if it has fewer, the plugin hears the last one on those that are missing, and they are
    /// not heard.
    ///
    /// # Safety
    ///
    /// `block.channels` must be null or point to as many pointers as there are channels, each null or to as
    /// many samples as there are frames, which nothing else touches during the call. The same goes for the side chain, which
    /// may be the same memory; and the sink must be one as the contract describes it.
    pub(super) unsafe fn process(&mut self, block: Block<'_>) -> Result<(), ProcessError> {
        let active = *self.plugin.activation().ok_or(ProcessError::NotActive)?;
        if block.channels.is_null() || !block.channels.is_aligned() {
            return Err(ProcessError::InvalidChannelPointer);
        }
        // SAFETY: not null and aligned; the caller answers for the length.
        let given = unsafe { slice::from_raw_parts(block.channels, block.channel_count) };
        let given = &given[..given.len().min(active.channels)];
        if given.is_empty() {
            return Err(ProcessError::ChannelCount { expected: active.channels, found: 0 });
        }
        if given.iter().any(|channel| channel.is_null() || !channel.is_aligned()) {
            return Err(ProcessError::InvalidChannelPointer);
        }
        // SAFETY: passed on to the caller.
        let side_chain = unsafe { side_chain_pointers(&block.accompaniment, active.side_chain_channels)? };
        let mut midi = block.accompaniment.midi;
        // Before anything is processed: a later part must not be refused.
        if let Some(index) = midi.iter().position(|event| block.frame_count == 0 || !event.is_valid()) {
            return Err(ProcessError::InvalidMidi { index });
        }
        let mut start = 0;
        while start < block.frame_count {
            let frames = active.max_block_frames.min(block.frame_count - start);
            let end = start + frames;
            let midi_origin = block.accompaniment.midi_origin.saturating_add(start as u32);
            let is_later = |event: &MidiEvent| {
                end < block.frame_count && event.frame >= midi_origin.saturating_add(frames as u32)
            };
            let (now, later) = midi.split_at(midi.iter().position(is_later).unwrap_or(midi.len()));
            midi = later;
            let part = Part {
                start,
                frames,
                side_chain,
                midi: now,
                midi_origin,
                transport: block.accompaniment.transport.filter(|_| start == 0),
            };
            // SAFETY: the pointers are checked, and the caller answers for the memory; the part lies within
            // it and is no longer than the largest block.
            unsafe {
                self.process_part(given, part)?;
                self.hand_out_midi(block.accompaniment.midi_out, start as u32);
            }
            start = end;
        }
        Ok(())
    }

    /// # Safety
    ///
    /// There must be as many samples as the part says at each of the `given` pointers, touched by nothing
    /// else, and at each of the side chain's; at least one given pointer and no more than the plugin is active for; no more
    /// frames than the largest block.
    unsafe fn process_part(&mut self, given: &[*mut f32], part: Part<'_>) -> Result<(), ProcessError> {
        let Part { start, frames, .. } = part;
        for (channel, pointer) in self.pointers.iter_mut().enumerate() {
            let source = given[channel.min(given.len() - 1)];
            // SAFETY: the caller answers for the memory, of which nothing else holds a reference now.
            let samples = unsafe { slice::from_raw_parts(source.add(start), frames) };
            self.inputs[channel][..frames].copy_from_slice(samples);
            *pointer = if channel < given.len() {
                // SAFETY: as above.
                unsafe { source.add(start) }
            } else {
                let spare = &mut self.spares[channel][..frames];
                spare.copy_from_slice(samples);
                spare.as_mut_ptr()
            };
        }
        let side_chain: [*const f32; MAX_CHANNELS] = std::array::from_fn(|channel| {
            part.side_chain.get(channel).map_or(std::ptr::null(), |pointer| pointer.wrapping_add(start))
        });
        let block = RawBlock {
            channels: self.pointers.as_ptr(),
            channel_count: self.pointers.len(),
            side_chain: side_chain.as_ptr(),
            side_chain_count: part.side_chain.len(),
            frame_count: frames,
            midi_origin: part.midi_origin,
        };
        let input = BlockInput { midi: part.midi, transport: part.transport, ..BlockInput::default() };
        let undo = Undo { inputs: &self.inputs, given, start, frames };
        // SAFETY: the pointers are to memory that the caller lends, or to spares of this instance, with
        // `frames` samples at each.
        unsafe { self.plugin.process_raw(&block, &input) }?;
        std::mem::forget(undo);
        Ok(())
    }

    /// Gives C's sink what the plugin has put out in a part that began at frame `start`.
    ///
    /// # Safety
    ///
    /// The sink must be one as the contract describes it.
    unsafe fn hand_out_midi(&self, sink: Option<&MidiSink>, start: u32) {
        let Some(MidiSink { write: Some(write), context }) = sink else { return };
        for event in self.plugin.midi_output() {
            let event = MidiEvent { frame: event.frame.saturating_add(start), ..*event };
            // SAFETY: passed on to the caller; the event lives during the call.
            unsafe { write(*context, &raw const event, 1) };
        }
    }
}

/// A part of a block, and what comes with it.
#[derive(Clone, Copy)]
struct Part<'a> {
    start: usize,
    frames: usize,
    side_chain: &'a [*const f32],
    midi: &'a [MidiEvent],
    midi_origin: u32,
    transport: Option<&'a TransportInfo>,
}

/// The pointers of the side chain's channels; none if it is silent.
///
/// # Safety
///
/// The side chain must be null or as many pointers as it says, which live as long as the result is used.
unsafe fn side_chain_pointers<'a>(
    accompaniment: &Accompaniment<'a>,
    expected: usize,
) -> Result<&'a [*const f32], ProcessError> {
    let Accompaniment { side_chain, side_chain_count: found, .. } = *accompaniment;
    if side_chain.is_null() || found == 0 {
        return Ok(&[]);
    }
    if found != expected {
        return Err(ProcessError::SideChainCount { expected, found });
    }
    if !side_chain.is_aligned() {
        return Err(ProcessError::InvalidChannelPointer);
    }
    // SAFETY: not null and aligned; the caller answers for the length.
    let pointers = unsafe { slice::from_raw_parts(side_chain, found) };
    if pointers.iter().any(|pointer| pointer.is_null() || !pointer.is_aligned()) {
        return Err(ProcessError::InvalidChannelPointer);
    }
    Ok(pointers)
}

/// Puts back what a part of a block was, unless it is forgotten: after an error, and while a panic unwinds.
struct Undo<'a> {
    inputs: &'a [Vec<f32>],
    given: &'a [*mut f32],
    start: usize,
    frames: usize,
}

impl Drop for Undo<'_> {
    fn drop(&mut self) {
        for (input, &channel) in self.inputs.iter().zip(self.given) {
            // SAFETY: whoever made this lends the memory for longer, and the plugin's references to it are
            // gone.
            let samples = unsafe { slice::from_raw_parts_mut(channel.add(self.start), self.frames) };
            samples.copy_from_slice(&input[..self.frames]);
        }
    }
}
