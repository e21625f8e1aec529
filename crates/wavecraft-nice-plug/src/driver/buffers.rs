//! The sample memory that a block is made of, handed to the plugin as nice-plug's buffers.
//!
//! Guarantees: everything is allocated in [`BlockBuffers::new`]; lending a block allocates nothing and copies no sample
//! of the main channels. No reference to the caller's memory outlives the call that it was lent for.

#![allow(unsafe_code, reason = "nice-plug's Buffer borrows sample memory without a usable lifetime")]

use std::num::NonZeroU32;
use std::slice;

use nice_plug::prelude::{AudioIOLayout, AuxiliaryBuffers, Buffer};

use super::ProcessError;

/// The most main channels that the driver runs a plugin with.
pub(super) const MAX_CHANNELS: usize = 2;

/// Pointers to the channels of one block, checked, so that samples may be read and written through them.
#[derive(Clone, Copy)]
pub(super) struct ChannelPointers {
    pointers: [*mut f32; MAX_CHANNELS],
    count: usize,
    frames: usize,
}

impl ChannelPointers {
    /// The channels of a block of borrowed slices. Whoever uses them must do so before the slices are used again.
    pub(super) fn from_slices(channels: &mut [&mut [f32]], expected: usize) -> Result<Self, ProcessError> {
        check_count(channels.len(), expected)?;
        let frames = channels.first().map_or(0, |channel| channel.len());
        if channels.iter().any(|channel| channel.len() != frames) {
            return Err(ProcessError::UnequalLengths);
        }
        let mut pointers = [std::ptr::null_mut(); MAX_CHANNELS];
        for (pointer, channel) in pointers.iter_mut().zip(channels) {
            *pointer = channel.as_mut_ptr();
        }
        Ok(Self { pointers, count: expected, frames })
    }

    /// The channels behind a C array of channel pointers.
    ///
    /// # Safety
    ///
    /// `channels` must be null or point to `count` pointers, each of which must be null or point to `frames` samples
    /// that nothing else touches for as long as the result is used.
    pub(super) unsafe fn from_raw(
        channels: *const *mut f32,
        count: usize,
        frames: usize,
        expected: usize,
    ) -> Result<Self, ProcessError> {
        check_count(count, expected)?;
        if channels.is_null() || !channels.is_aligned() {
            return Err(ProcessError::InvalidChannelPointer);
        }
        let mut pointers = [std::ptr::null_mut(); MAX_CHANNELS];
        // SAFETY: not null and aligned, checked above; the caller answers for the length.
        pointers[..count].copy_from_slice(unsafe { slice::from_raw_parts(channels, count) });
        if pointers[..count].iter().any(|pointer| pointer.is_null() || !pointer.is_aligned()) {
            return Err(ProcessError::InvalidChannelPointer);
        }
        if count == 2 && pointers[0].addr().abs_diff(pointers[1].addr()) < frames * size_of::<f32>() {
            return Err(ProcessError::InvalidChannelPointer);
        }
        Ok(Self { pointers, count, frames })
    }

    /// Frames in each channel.
    pub(super) fn frames(&self) -> usize {
        self.frames
    }
}

fn check_count(found: usize, expected: usize) -> Result<(), ProcessError> {
    // `expected` is what the plugin was activated for, so never more than MAX_CHANNELS.
    if found == expected { Ok(()) } else { Err(ProcessError::ChannelCount { expected, found }) }
}

/// The buffers of an active plugin: the main one, which borrows the caller's samples for one block at a time, and those
/// of the side chains and extra outputs that the layout has, which nobody feeds or hears.
pub(super) struct BlockBuffers {
    main: Buffer<'static>,
    has_main_input: bool,
    inputs: AuxiliaryPorts,
    outputs: AuxiliaryPorts,
}

impl BlockBuffers {
    /// Memory for blocks of up to `max_block_frames` frames in `layout`.
    pub(super) fn new(layout: &AudioIOLayout, max_block_frames: usize) -> Self {
        Self {
            main: empty_buffer(channel_count(layout.main_output_channels)),
            has_main_input: layout.main_input_channels.is_some(),
            inputs: AuxiliaryPorts::new(layout.aux_input_ports, max_block_frames),
            outputs: AuxiliaryPorts::new(layout.aux_output_ports, max_block_frames),
        }
    }

    /// Calls `process` with `frames` frames of `channels`, from frame `start` on.
    ///
    /// # Safety
    ///
    /// The memory behind `channels` must be valid and untouched by anything else during the call, and the range must
    /// lie within it. `frames` must be at most what the buffers were made for.
    pub(super) unsafe fn lend<R>(
        &mut self,
        channels: &ChannelPointers,
        start: usize,
        frames: usize,
        process: impl FnOnce(&mut Buffer, &mut AuxiliaryBuffers) -> R,
    ) -> R {
        debug_assert!(start + frames <= channels.frames);
        let has_main_input = self.has_main_input;
        let lend_main = |slices: &mut Vec<&'static mut [f32]>| {
            slices.clear();
            for pointer in &channels.pointers[..channels.count] {
                // SAFETY: the caller answers for the memory and the range, and each pointer is its own channel. The
                // 'static is not true: the slices are taken out again below, before the caller's borrow ends, and a
                // plugin, being generic over the buffer's lifetime, cannot keep one.
                let samples: &'static mut [f32] =
                    unsafe { slice::from_raw_parts_mut(pointer.add(start), frames) };
                if !has_main_input {
                    samples.fill(0.0);
                }
                slices.push(samples);
            }
        };
        // SAFETY: all slices have `frames` frames and are live until they are taken out below.
        unsafe { self.main.set_slices(frames, lend_main) };
        self.inputs.prepare(frames);
        self.outputs.prepare(frames);
        let mut auxiliary = AuxiliaryBuffers { inputs: self.inputs.lend(), outputs: self.outputs.lend() };
        let result = process(&mut self.main, &mut auxiliary);
        // SAFETY: no slices at all.
        unsafe { self.main.set_slices(0, Vec::clear) };
        result
    }
}

/// Silent memory for side chains, or memory to discard for extra outputs.
struct AuxiliaryPorts {
    buffers: Vec<Buffer<'static>>,
    samples: Vec<Vec<Vec<f32>>>,
}

impl AuxiliaryPorts {
    fn new(ports: &[NonZeroU32], max_block_frames: usize) -> Self {
        let counts = || ports.iter().map(|&count| channel_count(Some(count)));
        Self {
            buffers: counts().map(empty_buffer).collect(),
            samples: counts().map(|count| vec![vec![0.0; max_block_frames]; count]).collect(),
        }
    }

    /// Makes every port silent and `frames` frames long.
    fn prepare(&mut self, frames: usize) {
        for (buffer, port) in self.buffers.iter_mut().zip(&mut self.samples) {
            let lend_port = |slices: &mut Vec<&'static mut [f32]>| {
                slices.clear();
                for channel in port {
                    let samples = &mut channel[..frames];
                    samples.fill(0.0);
                    // SAFETY: the memory is the port's own and never moves or grows; the slices made from it in an
                    // earlier block were dropped just now.
                    slices.push(unsafe { slice::from_raw_parts_mut(samples.as_mut_ptr(), frames) });
                }
            };
            // SAFETY: all slices have `frames` frames, and the memory lives as long as the buffer beside it.
            unsafe { buffer.set_slices(frames, lend_port) };
        }
    }

    /// The ports in the form that nice-plug asks for, which ties the buffers' lifetime to that of their slice.
    fn lend<'a>(&'a mut self) -> &'a mut [Buffer<'a>] {
        let (buffers, count) = (self.buffers.as_mut_ptr(), self.buffers.len());
        // SAFETY: pointer and length are those of a live vector that stays mutably borrowed. Only the lifetime within
        // the type changes, to a shorter one; what a plugin could put in with it is dropped by the next `prepare`
        // without being touched.
        unsafe { slice::from_raw_parts_mut(buffers.cast::<Buffer<'a>>(), count) }
    }
}

/// A buffer with room for `channels` slices.
fn empty_buffer(channels: usize) -> Buffer<'static> {
    let mut buffer = Buffer::default();
    // SAFETY: no slices at all.
    unsafe { buffer.set_slices(0, |slices| slices.reserve_exact(channels)) };
    buffer
}

fn channel_count(channels: Option<NonZeroU32>) -> usize {
    channels.map_or(0, |channels| channels.get() as usize)
}
