//! Sound on its way from the thread that makes it to another: stereo frames through an rtrb ring.
//!
//! Guarantees: the ring is allocated once. Writing never waits: a block for which there is no room is dropped whole and
//! counted, so that left and right never change places and what is in the ring stays.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rtrb::{Consumer, Producer, RingBuffer};

use crate::counters::Counters;
use crate::processor::MAX_CHANNELS;
use crate::processor_slot::Block;

/// A ring has room for at least so many blocks.
const MIN_BLOCKS: usize = 4;

/// The writing end, for the thread that owns the processor.
pub(crate) struct FrameWriter {
    producer: Producer<f32>,
    interleaved: Box<[f32]>,
    is_read: Arc<AtomicBool>,
    counters: Arc<Counters>,
}

/// The reading end.
pub(crate) struct FrameReader {
    consumer: Consumer<f32>,
    is_read: Arc<AtomicBool>,
}

/// A ring for `capacity_frames`, but not for fewer than a few of the largest blocks.
pub(crate) fn frame_ring(
    capacity_frames: usize,
    max_block_frames: usize,
    counters: Arc<Counters>,
) -> (FrameWriter, FrameReader) {
    let frames = capacity_frames.max(max_block_frames * MIN_BLOCKS);
    let (producer, consumer) = RingBuffer::new(frames * MAX_CHANNELS);
    let is_read = Arc::new(AtomicBool::new(false));
    let interleaved = vec![0.0; max_block_frames * MAX_CHANNELS].into();
    let writer = FrameWriter { producer, interleaved, is_read: Arc::clone(&is_read), counters };
    (writer, FrameReader { consumer, is_read })
}

impl FrameWriter {
    /// Writes a block whole, or drops it whole and counts an overrun. While nobody has begun to read, what finds no room
    /// is not missed, and not counted.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn write(&mut self, block: Block<'_>) {
        let length = block.left.len() * MAX_CHANNELS;
        let Some(interleaved) = self.interleaved.get_mut(..length) else { return };
        for ((frame, left), right) in
            interleaved.chunks_exact_mut(MAX_CHANNELS).zip(block.left).zip(block.right)
        {
            frame[0] = *left;
            frame[1] = *right;
        }
        if self.producer.push_entire_slice(interleaved).is_err() && self.is_read.load(Ordering::Relaxed) {
            self.counters.add_overrun();
        }
    }
}

impl FrameReader {
    /// How many frames wait.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn available_frames(&self) -> usize {
        self.consumer.slots() / MAX_CHANNELS
    }

    /// Says that from now on frames are missed that find no room.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn begin(&self) {
        self.is_read.store(true, Ordering::Relaxed);
    }

    /// Moves as many frames as fit, and wait, into `interleaved`. Returns how many.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn read(&mut self, interleaved: &mut [f32]) -> usize {
        let frames = (interleaved.len() / MAX_CHANNELS).min(self.available_frames());
        match self.consumer.pop_entire_slice(&mut interleaved[..frames * MAX_CHANNELS]) {
            Ok(()) => frames,
            // Cannot be: only this end takes frames away.
            Err(_) => 0,
        }
    }

    /// Throws frames away, the oldest first.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn discard(&mut self, frames: usize) {
        let length = frames.min(self.available_frames()) * MAX_CHANNELS;
        if let Ok(chunk) = self.consumer.read_chunk(length) {
            chunk.commit_all();
        }
    }
}
