//! One instance behind the boundary: the driver, and what becomes of a block when the plugin panics in it.
//!
//! Guarantees: [`Instance::process`] allocates nothing. A block, or the part of one, in which the plugin
//! panics or reports an error comes out as it came in.

#![allow(unsafe_code, reason = "works on sample memory that C lends")]

use std::slice;

use nice_plug::prelude::{Plugin, ProcessMode};

use crate::driver::{ActivateError, Activation, HeadlessPlugin, ProcessError};

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
pub(super) struct Block {
    pub(super) channels: *const *mut f32,
    pub(super) channel_count: usize,
    pub(super) frame_count: usize,
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
    ) -> Result<(), ActivateError> {
        self.plugin.deactivate();
        let process_mode = ProcessMode::Realtime;
        self.plugin.activate(Activation { sample_rate_hz, max_block_frames, channels, process_mode })?;
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
            Some(Activation { max_block_frames, channels, .. }) => {
                self.prepare(sample_rate_hz, max_block_frames, channels)
            }
            None => self
                .prepare(sample_rate_hz, UNANNOUNCED_BLOCK_FRAMES, 2)
                .or_else(|_| self.prepare(sample_rate_hz, UNANNOUNCED_BLOCK_FRAMES, 1)),
        }
    }

    /// Processes a block of any length. If it has more channels than the plugin is ready for, the others stay
    /// as they came; if it has fewer, the plugin hears the last one on those that are missing, and they are
    /// not heard.
    ///
    /// # Safety
    ///
    /// `block.channels` must be null or point to as many pointers as there are channels, each null or to as
    /// many samples as there are frames, which nothing else touches during the call.
    pub(super) unsafe fn process(&mut self, block: Block) -> Result<(), ProcessError> {
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
        let mut start = 0;
        while start < block.frame_count {
            let frames = active.max_block_frames.min(block.frame_count - start);
            // SAFETY: the pointers are checked, and the caller answers for the memory; the part lies within
            // it and is no longer than the largest block.
            unsafe { self.process_part(given, start, frames)? };
            start += frames;
        }
        Ok(())
    }

    /// # Safety
    ///
    /// There must be `frames` samples at each of the `given` pointers from `start` on, touched by nothing
    /// else; at least one pointer and no more than the plugin is active for; `frames` no more than the
    /// largest block.
    unsafe fn process_part(
        &mut self,
        given: &[*mut f32],
        start: usize,
        frames: usize,
    ) -> Result<(), ProcessError> {
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
        let undo = Undo { inputs: &self.inputs, given, start, frames };
        // SAFETY: the pointers are to memory that the caller lends, or to spares of this instance, with
        // `frames` samples at each.
        unsafe { self.plugin.process_raw(self.pointers.as_ptr(), self.pointers.len(), frames, &[]) }?;
        std::mem::forget(undo);
        Ok(())
    }
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
