//! Blocks with all that comes and goes with them.
//!
//! Guarantees: no allocation, no lock, no system call, as far as the library keeps to that. What is handed to the library
//! is on the stack, or borrowed from the caller.
#![allow(unsafe_code, reason = "calls the library's functions, and is called by them")]

use std::ffi::c_void;
use std::{ptr, slice};

use super::{FfiProcessor, Prepared};
use crate::error::FfiProcessError;
use crate::functions::LiveFunctions;
use crate::vtable::{MAX_CHANNELS, MidiSink, ProcessBlock, ProcessBlockFunction, STATUS_OK, STATUS_PANICKED};
use wavecraft_events::{MidiEvent, TransportInfo};

/// What comes with a block beside its channels. The default is nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct BlockInput<'a> {
    /// The samples of each channel of the side chain, as many as the processor was prepared for and as long as the block's;
    /// of several side chains one after another. Without any it is silent.
    pub side_chain: &'a [&'a [f32]],
    /// MIDI events, in the order of their frames. What is at or beyond the block's end counts as at its last frame.
    pub midi: &'a [MidiEvent],
    /// Where the song is at the block's first frame. Without it, it goes on from where it was; after
    /// [`prepare`](FfiProcessor::prepare) and [`reset`](FfiProcessor::reset), from its beginning.
    pub transport: Option<&'a TransportInfo>,
}

/// Where a library's events go while a part of a block is processed.
struct Outlet<'a> {
    take: &'a mut dyn FnMut(MidiEvent),
    /// The part's first frame, counted from the block's.
    start: u32,
}

impl FfiProcessor {
    /// Processes a block in place, like [`process`](Self::process), with what comes with it. `take_midi` is called with each
    /// MIDI event that the plugin puts out; its frame is counted from the block's start. A library of version 1 gets the
    /// channels alone.
    ///
    /// # Errors
    ///
    /// [`FfiProcessError::NotPrepared`], [`FfiProcessError::ChannelCount`], [`FfiProcessError::SideChainCount`],
    /// [`FfiProcessError::UnequalLengths`], [`FfiProcessError::InvalidMidi`], [`FfiProcessError::InvalidTransport`] or
    /// [`FfiProcessError::BlockRefused`]; the block is as it came then. A panic is no error here: the block just passes.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe, if `take_midi` is.
    pub fn process_block(
        &mut self,
        channels: &mut [&mut [f32]],
        input: &BlockInput<'_>,
        mut take_midi: impl FnMut(MidiEvent),
    ) -> Result<(), FfiProcessError> {
        let prepared = self.prepared.ok_or(FfiProcessError::NotPrepared)?;
        let frames = check(channels, input, prepared)?;
        let mut starts = [ptr::null_mut(); MAX_CHANNELS];
        for (start, channel) in starts.iter_mut().zip(channels) {
            *start = channel.as_mut_ptr();
        }
        let result = if let Some(LiveFunctions { process_block, .. }) = self.functions.live {
            self.process_parts(process_block, &starts, frames, prepared, input, &mut take_midi)
        } else {
            self.process_channels(&starts, frames, prepared);
            Ok(())
        };
        self.notice_panic();
        result
    }

    /// Runs a block through version 1, in parts no longer than the largest block.
    fn process_channels(&self, starts: &[*mut f32; MAX_CHANNELS], frames: usize, prepared: Prepared) {
        let mut done = 0;
        while done < frames {
            let count = prepared.max_block_frames.min(frames - done);
            // A fresh array each time: the library may have written into the last one.
            let mut pointers = starts.map(|start| start.wrapping_add(done));
            // SAFETY: the instance lives and is prepared. The first pointers are those of the channels, each borrowed
            // mutably by the caller and with `count` frames left.
            unsafe {
                let (instance, pointers) = (self.instance.as_ptr(), pointers.as_mut_ptr());
                (self.functions.process)(instance, pointers, prepared.channels as u32, count as u32);
            }
            done += count;
        }
    }

    /// Runs a block through version 2, in parts no longer than the largest block.
    fn process_parts(
        &self,
        process_block: ProcessBlockFunction,
        starts: &[*mut f32; MAX_CHANNELS],
        frames: usize,
        prepared: Prepared,
        input: &BlockInput<'_>,
        take: &mut dyn FnMut(MidiEvent),
    ) -> Result<(), FfiProcessError> {
        let mut midi = input.midi;
        let mut done = 0;
        while done < frames {
            let count = prepared.max_block_frames.min(frames - done);
            let end = done + count;
            let is_later = |event: &MidiEvent| end < frames && event.frame as usize >= end;
            let (now, later) = midi.split_at(midi.iter().position(is_later).unwrap_or(midi.len()));
            midi = later;
            let channels = starts.map(|start| start.wrapping_add(done));
            let mut side_chain = [ptr::null(); MAX_CHANNELS];
            for (pointer, samples) in side_chain.iter_mut().zip(input.side_chain) {
                *pointer = samples[done..].as_ptr();
            }
            let mut outlet = Outlet { take: &mut *take, start: done as u32 };
            let sink = MidiSink { write: Some(take_events), context: (&raw mut outlet).cast() };
            let block = ProcessBlock {
                size: ProcessBlock::SIZE,
                num_samples: count as u32,
                num_channels: prepared.channels as u32,
                num_side_chain_channels: input.side_chain.len() as u32,
                channels: channels.as_ptr(),
                side_chain: if input.side_chain.is_empty() { ptr::null() } else { side_chain.as_ptr() },
                midi_in: if now.is_empty() { ptr::null() } else { now.as_ptr() },
                num_midi_in: now.len() as u32,
                midi_origin: done as u32,
                midi_out: &raw const sink,
                transport: input.transport.filter(|_| done == 0).map_or(ptr::null(), ptr::from_ref),
            };
            // SAFETY: the instance lives. What the block points to is borrowed by the caller or on this stack, with `count`
            // frames left in each channel.
            match unsafe { process_block(self.instance.as_ptr(), &raw const block) } {
                // A panic leaves the block as it came, and is noticed after it.
                STATUS_OK | STATUS_PANICKED => {}
                _ => return Err(FfiProcessError::BlockRefused),
            }
            done = end;
        }
        Ok(())
    }
}

/// How many frames a block has, if all of it fits together.
fn check(
    channels: &[&mut [f32]],
    input: &BlockInput<'_>,
    prepared: Prepared,
) -> Result<usize, FfiProcessError> {
    if channels.len() != prepared.channels {
        let (expected, found) = (prepared.channels, channels.len());
        return Err(FfiProcessError::ChannelCount { expected, found });
    }
    if !input.side_chain.is_empty() && input.side_chain.len() != prepared.side_chain_channels {
        let (expected, found) = (prepared.side_chain_channels, input.side_chain.len());
        return Err(FfiProcessError::SideChainCount { expected, found });
    }
    let frames = channels.first().map_or(0, |channel| channel.len());
    if channels.iter().any(|channel| channel.len() != frames)
        || input.side_chain.iter().any(|channel| channel.len() != frames)
        || u32::try_from(frames).is_err()
    {
        return Err(FfiProcessError::UnequalLengths);
    }
    if let Some(index) = input.midi.iter().position(|event| frames == 0 || !event.is_valid()) {
        return Err(FfiProcessError::InvalidMidi { index });
    }
    if input.transport.is_some_and(|transport| !transport.is_valid()) {
        return Err(FfiProcessError::InvalidTransport);
    }
    Ok(frames)
}

/// # Safety
///
/// `context` must be that of a sink for an [`Outlet`] that lives during the call, and there must be `count` events at
/// `events`.
unsafe extern "C" fn take_events(context: *mut c_void, events: *const MidiEvent, count: u32) {
    if context.is_null() || events.is_null() || !events.is_aligned() || count == 0 {
        return;
    }
    // SAFETY: the context of the sink is its outlet, which nothing else touches during the call; the events are there by
    // the contract.
    let (outlet, events) =
        unsafe { (&mut *context.cast::<Outlet<'_>>(), slice::from_raw_parts(events, count as usize)) };
    // What is no channel message is the library's mistake, and nothing that anybody could use.
    for event in events.iter().filter(|event| event.is_valid()) {
        (outlet.take)(MidiEvent { frame: event.frame.saturating_add(outlet.start), ..*event });
    }
}
