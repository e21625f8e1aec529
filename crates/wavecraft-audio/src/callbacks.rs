//! What runs in the devices' callbacks.
//!
//! Guarantees: everything was allocated when the callbacks were made. Blocks of any length are taken, in pieces where they
//! are longer than expected. Nothing allocates, frees, locks, waits or logs, as far as the processor keeps to that.

use std::sync::Arc;

use crate::accompaniment::Accompaniment;
use crate::counters::Counters;
use crate::crossfade::audible;
use crate::drift_resampler::DriftResampler;
use crate::fade_in::FadeIn;
use crate::frame_ring::FrameWriter;
use crate::played_midi::PlayedMidi;
use crate::processor::MAX_CHANNELS;
use crate::processor_slot::{Block, ProcessorSlot};
use crate::signal::Source;

/// How long the sound takes to come up at the start, so that a howl can be caught.
const START_MS: f32 = 80.0;

/// Most frames that the output computes at once.
const OUTPUT_PIECE_FRAMES: usize = 1_024;

/// A sample as a device has it.
pub(crate) trait DeviceSample: Copy {
    /// Silence.
    const SILENCE: Self;
    /// As a number, with full scale at 1.
    fn to_f32(self) -> f32;
    /// From a number with full scale at 1. What a whole-number format cannot hold is clipped.
    fn from_f32(sample: f32) -> Self;
}

impl DeviceSample for f32 {
    const SILENCE: Self = 0.0;

    fn to_f32(self) -> f32 {
        self
    }

    fn from_f32(sample: f32) -> Self {
        sample
    }
}

/// The input device's callback: device to processor to ring.
pub(crate) struct InputCallback {
    task: InputTask,
    device_channels: usize,
    counters: Arc<Counters>,
}

/// What becomes of what an input device hears.
enum InputTask {
    /// It goes through the processor.
    Process {
        slot: Box<ProcessorSlot>,
        writer: Option<FrameWriter>,
        /// The device's channels that the side chain hears, counted from 0.
        side_chain: Option<[usize; MAX_CHANNELS]>,
    },
    /// It goes to whoever reads it.
    Forward { writer: FrameWriter, left: Box<[f32]>, right: Box<[f32]> },
}

impl InputCallback {
    /// For a device with so many channels, of which the side chain hears these, counted from 0. Without a writer the
    /// processor is run and metered alone.
    pub fn new(
        slot: ProcessorSlot,
        writer: Option<FrameWriter>,
        device_channels: usize,
        side_chain: Option<[usize; MAX_CHANNELS]>,
        counters: Arc<Counters>,
    ) -> Self {
        let task = InputTask::Process { slot: Box::new(slot), writer, side_chain };
        Self { task, device_channels: device_channels.max(1), counters }
    }

    /// For a device with so many channels that runs no processor.
    pub fn forwarding(
        writer: FrameWriter,
        device_channels: usize,
        max_block_frames: usize,
        counters: Arc<Counters>,
    ) -> Self {
        let buffer = || vec![0.0; max_block_frames.max(1)].into();
        let task = InputTask::Forward { writer, left: buffer(), right: buffer() };
        Self { task, device_channels: device_channels.max(1), counters }
    }

    /// What comes with the blocks, if they go through the processor.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn accompaniment_mut(&mut self) -> Option<&mut Accompaniment> {
        match &mut self.task {
            InputTask::Process { slot, .. } => Some(slot.accompaniment_mut()),
            InputTask::Forward { .. } => None,
        }
    }

    /// What is played to others, if the blocks go through the processor.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn played_mut(&mut self) -> Option<&mut PlayedMidi> {
        match &mut self.task {
            InputTask::Process { slot, .. } => Some(slot.played_mut()),
            InputTask::Forward { .. } => None,
        }
    }

    /// Takes a block from the device, interleaved.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn take<T: DeviceSample>(&mut self, data: &[T]) {
        let device_channels = self.device_channels;
        self.counters.input().add_callback(data.len() / device_channels);
        match &mut self.task {
            InputTask::Process { slot, writer, side_chain } => {
                for piece in data.chunks(slot.max_block_frames() * device_channels) {
                    let block = slot.run(piece.len() / device_channels, |channels, side| {
                        deinterleave(piece, device_channels, channels);
                        if let Some(numbers) = *side_chain {
                            pick_channels(piece, device_channels, numbers, side);
                        }
                    });
                    if let Some(writer) = writer {
                        writer.write(block);
                    }
                }
            }
            InputTask::Forward { writer, left, right } => {
                for piece in data.chunks(left.len() * device_channels) {
                    let frames = piece.len() / device_channels;
                    let (left, right) = (&mut left[..frames], &mut right[..frames]);
                    deinterleave(piece, device_channels, &mut [&mut *left, &mut *right]);
                    writer.write(Block { left, right });
                }
            }
        }
    }
}

/// The callback of a device that hears and plays at once: device to processor to device, within the block.
pub(crate) struct DuplexCallback {
    slot: Box<ProcessorSlot>,
    /// Which of the device's channels the side chain hears, counted from 0.
    side_chain: Option<[usize; MAX_CHANNELS]>,
    fade: FadeIn,
    counters: Arc<Counters>,
}

impl DuplexCallback {
    /// For a device at this rate.
    pub fn new(
        slot: ProcessorSlot,
        rate_hz: u32,
        side_chain: Option<[usize; MAX_CHANNELS]>,
        counters: Arc<Counters>,
    ) -> Self {
        Self { slot: Box::new(slot), side_chain, fade: FadeIn::new(START_MS, rate_hz), counters }
    }

    /// What comes with the blocks.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn accompaniment_mut(&mut self) -> &mut Accompaniment {
        self.slot.accompaniment_mut()
    }

    /// What is played to others.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn played_mut(&mut self) -> &mut PlayedMidi {
        self.slot.played_mut()
    }

    /// Takes a block from the device, and fills one for it. All four have equal lengths.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn run(&mut self, heard: [&[f32]; MAX_CHANNELS], played: [&mut [f32]; MAX_CHANNELS]) {
        let ([heard_left, heard_right], [played_left, played_right]) = (heard, played);
        self.counters.input().add_callback(heard_left.len());
        self.counters.output().add_callback(played_left.len());
        let piece_frames = self.slot.max_block_frames();
        let heard = heard_left.chunks(piece_frames).zip(heard_right.chunks(piece_frames));
        let played = played_left.chunks_mut(piece_frames).zip(played_right.chunks_mut(piece_frames));
        for ((heard_left, heard_right), (left, right)) in heard.zip(played) {
            let side_chain = self.side_chain;
            let block = self.slot.run(heard_left.len(), |channels, side| {
                take_stereo(heard_left, heard_right, channels);
                for (side, number) in side.iter_mut().zip(side_chain.into_iter().flatten()) {
                    match number {
                        0 => side.copy_from_slice(heard_left),
                        1 => side.copy_from_slice(heard_right),
                        _ => side.fill(0.0),
                    }
                }
            });
            copy_clean(block.left, left);
            copy_clean(block.right, right);
            self.fade.apply(left, right);
        }
    }
}

/// Where the output's sound comes from.
pub(crate) enum Feed {
    /// From the input device's callback.
    Input(Box<DriftResampler>),
    /// Made here: the output device is the clock.
    Source(Source, Box<ProcessorSlot>),
    /// From nowhere: the device is only tried.
    Silence,
}

/// The output device's callback: ring to device, or source to processor to device.
pub(crate) struct OutputCallback {
    feed: Feed,
    fade: FadeIn,
    left: Box<[f32]>,
    right: Box<[f32]>,
    device_channels: usize,
    counters: Arc<Counters>,
}

impl OutputCallback {
    /// For a device with so many channels, at its rate.
    pub fn new(feed: Feed, device_channels: usize, rate_hz: u32, counters: Arc<Counters>) -> Self {
        let piece_frames = match &feed {
            Feed::Input(_) | Feed::Silence => OUTPUT_PIECE_FRAMES,
            Feed::Source(_, slot) => slot.max_block_frames(),
        };
        Self {
            feed,
            fade: FadeIn::new(START_MS, rate_hz),
            left: vec![0.0; piece_frames].into(),
            right: vec![0.0; piece_frames].into(),
            device_channels: device_channels.max(1),
            counters,
        }
    }

    /// What comes with the blocks, if they go through the processor here.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn accompaniment_mut(&mut self) -> Option<&mut Accompaniment> {
        match &mut self.feed {
            Feed::Source(_, slot) => Some(slot.accompaniment_mut()),
            Feed::Input(_) | Feed::Silence => None,
        }
    }

    /// What is played to others, if the blocks go through the processor here.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn played_mut(&mut self) -> Option<&mut PlayedMidi> {
        match &mut self.feed {
            Feed::Source(_, slot) => Some(slot.played_mut()),
            Feed::Input(_) | Feed::Silence => None,
        }
    }

    /// Fills a block for the device, interleaved.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn fill<T: DeviceSample>(&mut self, data: &mut [T]) {
        let device_channels = self.device_channels;
        self.counters.output().add_callback(data.len() / device_channels);
        for piece in data.chunks_mut(self.left.len() * device_channels) {
            let frames = piece.len() / device_channels;
            let (left, right) = (&mut self.left[..frames], &mut self.right[..frames]);
            match &mut self.feed {
                Feed::Input(reader) => reader.read(left, right),
                Feed::Source(source, slot) => {
                    let block = slot.run(frames, |channels, _| source.fill(channels));
                    left.copy_from_slice(block.left);
                    right.copy_from_slice(block.right);
                }
                Feed::Silence => {
                    left.fill(0.0);
                    right.fill(0.0);
                }
            }
            self.fade.apply(left, right);
            interleave(Block { left, right }, device_channels, piece);
        }
    }
}

/// Brings a device's channels to the processor's: one is doubled, two are mixed where the processor has one, and of more
/// than two the first two are taken.
fn deinterleave<T: DeviceSample>(data: &[T], device_channels: usize, channels: &mut [&mut [f32]]) {
    let frames = data.chunks_exact(device_channels);
    match channels {
        [mono] => {
            for (sample, frame) in mono.iter_mut().zip(frames) {
                *sample = match frame {
                    [left, right, ..] => f32::midpoint(left.to_f32(), right.to_f32()),
                    [only] => only.to_f32(),
                    [] => 0.0,
                };
            }
        }
        [left, right, ..] => {
            for ((left, right), frame) in left.iter_mut().zip(right.iter_mut()).zip(frames) {
                (*left, *right) = match frame {
                    [left, right, ..] => (left.to_f32(), right.to_f32()),
                    [only] => (only.to_f32(), only.to_f32()),
                    [] => (0.0, 0.0),
                };
            }
        }
        [] => {}
    }
}

/// Copies two of a device's channels, counted from 0. One that the device does not have is silent.
fn pick_channels<T: DeviceSample>(
    data: &[T],
    device_channels: usize,
    numbers: [usize; MAX_CHANNELS],
    picked: &mut [&mut [f32]; MAX_CHANNELS],
) {
    for (channel, number) in picked.iter_mut().zip(numbers) {
        for (sample, frame) in channel.iter_mut().zip(data.chunks_exact(device_channels)) {
            *sample = frame.get(number).map_or(0.0, |sample| sample.to_f32());
        }
    }
}

/// Brings two channels to the processor's: they are mixed where it has one.
fn take_stereo(left: &[f32], right: &[f32], channels: &mut [&mut [f32]]) {
    match channels {
        [mono] => {
            for ((mono, left), right) in mono.iter_mut().zip(left).zip(right) {
                *mono = f32::midpoint(*left, *right);
            }
        }
        [first, second, ..] => {
            first.copy_from_slice(left);
            second.copy_from_slice(right);
        }
        [] => {}
    }
}

/// Copies a channel for a device. What is not a number is silence.
fn copy_clean(from: &[f32], to: &mut [f32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = audible(*from);
    }
}

/// Brings stereo to a device's channels: one gets the mix, and beyond two there is silence. What is not a number is
/// silence, too.
fn interleave<T: DeviceSample>(block: Block<'_>, device_channels: usize, data: &mut [T]) {
    let clean = |sample: f32| T::from_f32(audible(sample));
    for ((frame, left), right) in data.chunks_exact_mut(device_channels).zip(block.left).zip(block.right) {
        match frame {
            [only] => *only = clean(f32::midpoint(*left, *right)),
            [first, second, others @ ..] => {
                *first = clean(*left);
                *second = clean(*right);
                others.fill(T::SILENCE);
            }
            [] => {}
        }
    }
}

#[cfg(test)]
mod tests;
