//! Pointers to the channels of a block, checked.
//!
//! Guarantees: all of it is on the stack; nothing here allocates or blocks.

#![allow(unsafe_code, reason = "takes channel pointers from C")]

use std::slice;

use super::ProcessError;
use wavecraft_ffi::MAX_CHANNELS;

/// Pointers to the main channels of one block, so that samples may be read and written through them.
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
        let mut pointers = [std::ptr::null_mut(); MAX_CHANNELS];
        // SAFETY: passed on to the caller.
        unsafe { copy_pointers(channels, &mut pointers[..count])? };
        if pointers[..count].iter().any(|pointer| pointer.is_null() || !pointer.is_aligned()) {
            return Err(ProcessError::InvalidChannelPointer);
        }
        let overlap = |one: &*mut f32, other: &*mut f32| {
            one.addr().abs_diff(other.addr()) < frames.saturating_mul(size_of::<f32>())
        };
        let mut rest = &pointers[..count];
        while let [one, others @ ..] = rest {
            if others.iter().any(|other| overlap(one, other)) {
                return Err(ProcessError::InvalidChannelPointer);
            }
            rest = others;
        }
        Ok(Self { pointers, count, frames })
    }

    /// Frames in each channel.
    pub(super) fn frames(&self) -> usize {
        self.frames
    }

    /// One pointer for each channel.
    pub(super) fn pointers(&self) -> &[*mut f32] {
        &self.pointers[..self.count]
    }
}

/// Pointers to the channels of a block's side chains, from which samples may be read; or none, which is silence.
#[derive(Clone, Copy)]
pub(super) struct SideChainPointers {
    pointers: [*const f32; MAX_CHANNELS],
    count: usize,
}

impl SideChainPointers {
    /// The channels of borrowed slices. Whoever uses them must do so while the slices are borrowed.
    pub(super) fn from_slices(
        channels: &[&[f32]],
        frames: usize,
        expected: usize,
    ) -> Result<Self, ProcessError> {
        check_side_chain_count(channels.len(), expected)?;
        if channels.iter().any(|channel| channel.len() != frames) {
            return Err(ProcessError::UnequalLengths);
        }
        let mut pointers = [std::ptr::null(); MAX_CHANNELS];
        for (pointer, channel) in pointers.iter_mut().zip(channels) {
            *pointer = channel.as_ptr();
        }
        Ok(Self { pointers, count: channels.len() })
    }

    /// The channels behind a C array of channel pointers.
    ///
    /// # Safety
    ///
    /// `channels` must be null or point to `count` pointers, each of which must be null or point to as many samples as the
    /// block has frames, for as long as the result is used.
    pub(super) unsafe fn from_raw(
        channels: *const *const f32,
        count: usize,
        expected: usize,
    ) -> Result<Self, ProcessError> {
        let count = if channels.is_null() { 0 } else { count };
        check_side_chain_count(count, expected)?;
        let mut pointers = [std::ptr::null(); MAX_CHANNELS];
        if count > 0 {
            // SAFETY: passed on to the caller.
            unsafe { copy_pointers(channels, &mut pointers[..count])? };
        }
        if pointers[..count].iter().any(|pointer| pointer.is_null() || !pointer.is_aligned()) {
            return Err(ProcessError::InvalidChannelPointer);
        }
        Ok(Self { pointers, count })
    }

    /// The pointer to a channel; `None` if it is silent.
    pub(super) fn get(&self, channel: usize) -> Option<*const f32> {
        self.pointers[..self.count].get(channel).copied()
    }
}

/// # Safety
///
/// `source` must be null or point to as many pointers as there is room for.
unsafe fn copy_pointers<P: Copy>(source: *const P, room: &mut [P]) -> Result<(), ProcessError> {
    if source.is_null() || !source.is_aligned() {
        return Err(ProcessError::InvalidChannelPointer);
    }
    // SAFETY: not null and aligned, checked above; the caller answers for the length.
    room.copy_from_slice(unsafe { slice::from_raw_parts(source, room.len()) });
    Ok(())
}

fn check_count(found: usize, expected: usize) -> Result<(), ProcessError> {
    // `expected` is what the plugin was activated for, so never more than MAX_CHANNELS.
    if found == expected { Ok(()) } else { Err(ProcessError::ChannelCount { expected, found }) }
}

fn check_side_chain_count(found: usize, expected: usize) -> Result<(), ProcessError> {
    if found == 0 || found == expected {
        Ok(())
    } else {
        Err(ProcessError::SideChainCount { expected, found })
    }
}
