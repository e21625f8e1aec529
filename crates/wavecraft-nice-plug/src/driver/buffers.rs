//! The sample memory that a block is made of, handed to the plugin as nice-plug's buffers.
//!
//! Guarantees: everything is allocated in [`BlockBuffers::new`]; lending a block allocates nothing and copies no sample
//! but those of side chains. No reference to the caller's memory outlives the call that it was lent for.

#![allow(unsafe_code, reason = "nice-plug's Buffer borrows sample memory without a usable lifetime")]

use std::num::NonZeroU32;
use std::slice;

use nice_plug::prelude::{AudioIOLayout, AuxiliaryBuffers, Buffer};

use super::channels::{ChannelPointers, SideChainPointers};

/// The buffers of an active plugin: the main one, which borrows the caller's samples for one block at a time, those of the
/// side chains, into which the caller's samples are copied (a plugin may write there), and those of extra outputs, which
/// nobody hears.
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

    /// Calls `process` with `frames` frames of `channels` and `side_chain`, from frame `start` on.
    ///
    /// # Safety
    ///
    /// The memory behind `channels` and `side_chain` must be valid and untouched by anything else during the call, and the range must
    /// lie within it. `frames` must be at most what the buffers were made for.
    pub(super) unsafe fn lend<R>(
        &mut self,
        channels: &ChannelPointers,
        side_chain: &SideChainPointers,
        start: usize,
        frames: usize,
        process: impl FnOnce(&mut Buffer, &mut AuxiliaryBuffers) -> R,
    ) -> R {
        debug_assert!(start + frames <= channels.frames());
        let has_main_input = self.has_main_input;
        let lend_main = |slices: &mut Vec<&'static mut [f32]>| {
            slices.clear();
            for pointer in channels.pointers() {
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
        // Before a generator's channels are cleared: those of the side chain may be the same.
        // SAFETY: passed on to the caller.
        unsafe { self.inputs.fill(side_chain, start, frames) };
        // SAFETY: all slices have `frames` frames and are live until they are taken out below.
        unsafe { self.main.set_slices(frames, lend_main) };
        self.outputs.silence(frames);
        self.inputs.lend_slices(frames);
        self.outputs.lend_slices(frames);
        let mut auxiliary = AuxiliaryBuffers { inputs: self.inputs.lend(), outputs: self.outputs.lend() };
        let result = process(&mut self.main, &mut auxiliary);
        // SAFETY: no slices at all.
        unsafe { self.main.set_slices(0, Vec::clear) };
        self.inputs.take_back();
        self.outputs.take_back();
        result
    }
}

/// Memory for the channels of side chains or extra outputs.
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

    /// Makes the first `frames` frames of every port silent.
    fn silence(&mut self, frames: usize) {
        for channel in self.samples.iter_mut().flatten() {
            channel[..frames].fill(0.0);
        }
    }

    /// Copies `frames` frames of the caller's channels into the ports, one after another; what has none becomes silent.
    ///
    /// # Safety
    ///
    /// There must be `frames` samples from `start` on behind each of the pointers, and nothing may change them meanwhile.
    unsafe fn fill(&mut self, source: &SideChainPointers, start: usize, frames: usize) {
        for (index, channel) in self.samples.iter_mut().flatten().enumerate() {
            match source.get(index) {
                // SAFETY: the caller answers for the memory, of which the port's own is no part.
                Some(pointer) => unsafe {
                    pointer.add(start).copy_to_nonoverlapping(channel[..frames].as_mut_ptr(), frames);
                },
                None => channel[..frames].fill(0.0),
            }
        }
    }

    /// Makes every buffer `frames` frames of its port's memory.
    fn lend_slices(&mut self, frames: usize) {
        for (buffer, port) in self.buffers.iter_mut().zip(&mut self.samples) {
            let lend_port = |slices: &mut Vec<&'static mut [f32]>| {
                slices.clear();
                for channel in port {
                    let samples = &mut channel[..frames];
                    // SAFETY: the memory is the port's own and never moves or grows; the slices are taken back before
                    // anything else touches it.
                    slices.push(unsafe { slice::from_raw_parts_mut(samples.as_mut_ptr(), frames) });
                }
            };
            // SAFETY: all slices have `frames` frames, and the memory lives as long as the buffer beside it.
            unsafe { buffer.set_slices(frames, lend_port) };
        }
    }

    /// Takes the ports' memory from the buffers.
    fn take_back(&mut self) {
        for buffer in &mut self.buffers {
            // SAFETY: no slices at all.
            unsafe { buffer.set_slices(0, Vec::clear) };
        }
    }

    /// The ports in the form that nice-plug asks for, which ties the buffers' lifetime to that of their slice.
    fn lend<'a>(&'a mut self) -> &'a mut [Buffer<'a>] {
        let (buffers, count) = (self.buffers.as_mut_ptr(), self.buffers.len());
        // SAFETY: pointer and length are those of a live vector that stays mutably borrowed. Only the lifetime within
        // the type changes, to a shorter one; what a plugin could put in with it is dropped by `take_back`
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
