//! What the audio threads count, for others to read.
//!
//! Guarantees: atomics alone, all of them relaxed. The audio threads only ever add and store.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

/// Counts and marks of one run of the audio.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    underruns: AtomicU64,
    overruns: AtomicU64,
    input: StreamCounters,
    output: StreamCounters,
}

/// Counts and marks of one direction.
#[derive(Debug, Default)]
pub(crate) struct StreamCounters {
    callbacks: AtomicU64,
    block_frames: AtomicU32,
    is_lost: AtomicBool,
}

impl Counters {
    /// Counts that the output ran dry.
    pub fn add_underrun(&self) {
        self.underruns.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts that there was no room for input.
    pub fn add_overrun(&self) {
        self.overruns.fetch_add(1, Ordering::Relaxed);
    }

    /// How often the output ran dry.
    pub fn underruns(&self) -> u64 {
        self.underruns.load(Ordering::Relaxed)
    }

    /// How often there was no room for input.
    pub fn overruns(&self) -> u64 {
        self.overruns.load(Ordering::Relaxed)
    }

    /// The input's own.
    pub fn input(&self) -> &StreamCounters {
        &self.input
    }

    /// The output's own.
    pub fn output(&self) -> &StreamCounters {
        &self.output
    }
}

impl StreamCounters {
    /// Counts a callback with a block of so many frames.
    pub fn add_callback(&self, frames: usize) {
        self.callbacks.fetch_add(1, Ordering::Relaxed);
        self.block_frames.store(u32::try_from(frames).unwrap_or(u32::MAX), Ordering::Relaxed);
    }

    /// How many callbacks there were.
    pub fn callbacks(&self) -> u64 {
        self.callbacks.load(Ordering::Relaxed)
    }

    /// The frames of the newest block; 0 before the first.
    pub fn block_frames(&self) -> u32 {
        self.block_frames.load(Ordering::Relaxed)
    }

    /// Marks that the device is gone, or its stream no longer valid.
    pub fn mark_lost(&self) {
        self.is_lost.store(true, Ordering::Relaxed);
    }

    /// Whether the stream must be opened anew.
    pub fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Relaxed)
    }
}
