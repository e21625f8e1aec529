//! The other threads' side.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::LevelFrame;

/// Drains the meters. Cloning is cheap; clones share the frames, so each frame reaches one of them.
#[derive(Clone, Debug)]
pub struct MeterReader {
    /// A plain mutex is enough: it is held for a few copies, and the audio thread never sees it.
    consumer: Arc<Mutex<rtrb::Consumer<LevelFrame>>>,
    dropped: Arc<AtomicU64>,
}

impl MeterReader {
    pub(crate) fn new(consumer: rtrb::Consumer<LevelFrame>) -> Self {
        Self { consumer: Arc::new(Mutex::new(consumer)), dropped: Arc::default() }
    }

    pub(crate) fn dropped_counter(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.dropped)
    }

    /// Takes all frames that wait: the newest one, with the highest peaks of all. `None` if there are none.
    pub fn drain(&self) -> Option<LevelFrame> {
        let mut consumer = self.consumer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut newest: Option<LevelFrame> = None;
        while let Ok(frame) = consumer.pop() {
            newest = Some(newest.map_or(frame, |earlier| frame.with_peaks_of(&earlier)));
        }
        newest
    }

    /// Throws away what waits: for a reader that comes back after a while.
    pub fn discard(&self) {
        self.drain();
    }

    /// How many frames have been dropped since the meters were made, because the ring was full.
    pub fn dropped_frames(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}
