//! The other threads' side.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::meter::{MeterKind, merge_values};
use crate::{LevelFrame, MeterDescription};

/// Drains the meters. Cloning is cheap; clones share the frames, so each frame reaches one of them.
#[derive(Clone, Debug)]
pub struct MeterReader {
    /// A plain mutex is enough: it is held for a few copies, and the audio thread never sees it.
    frames: Arc<Mutex<Frames>>,
    meters: Arc<[MeterDescription]>,
    dropped: Arc<AtomicU64>,
}

/// The receiving ends, and room for the values of one frame.
#[derive(Debug)]
struct Frames {
    levels: rtrb::Consumer<LevelFrame>,
    /// The values that belong to each level frame, one after the other. They are there before it is.
    values: rtrb::Consumer<f32>,
    kinds: Box<[MeterKind]>,
    frame: Box<[f32]>,
}

impl MeterReader {
    pub(crate) fn new(
        levels: rtrb::Consumer<LevelFrame>,
        values: rtrb::Consumer<f32>,
        meters: Vec<MeterDescription>,
        kinds: Box<[MeterKind]>,
    ) -> Self {
        let frame = vec![0.0; kinds.len()].into();
        let frames = Frames { levels, values, kinds, frame };
        Self { frames: Arc::new(Mutex::new(frames)), meters: meters.into(), dropped: Arc::default() }
    }

    pub(crate) fn dropped_counter(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.dropped)
    }

    /// The plugin's own meters, in the order of their values in a frame.
    pub fn own_meters(&self) -> &[MeterDescription] {
        &self.meters
    }

    /// How many values a frame has: one for each channel of each of the plugin's own meters.
    pub fn value_count(&self) -> usize {
        self.meters.iter().map(|meter| meter.channels).sum()
    }

    /// Takes all frames that wait: the newest one, with the highest peaks of all. `None` if there are none.
    pub fn drain(&self) -> Option<LevelFrame> {
        self.drain_with_values(&mut Vec::new())
    }

    /// The same, with the values of the plugin's own meters in place of what is in `values`: one for each channel of each
    /// meter, the largest level, the deepest reduction and the last value of all frames. It is left as it is if there are none.
    pub fn drain_with_values(&self, values: &mut Vec<f32>) -> Option<LevelFrame> {
        let mut frames = self.frames.lock().unwrap_or_else(PoisonError::into_inner);
        let Frames { levels, values: waiting, kinds, frame } = &mut *frames;
        let mut newest: Option<LevelFrame> = None;
        while let Ok(level) = levels.pop() {
            // They are in the ring before the levels are; without values there is nothing to take.
            if waiting.pop_entire_slice(frame).is_ok() {
                if newest.is_none() {
                    values.clear();
                    values.extend_from_slice(frame);
                } else {
                    merge_values(kinds, values, frame);
                }
            }
            newest = Some(newest.map_or(level, |earlier| level.with_peaks_of(&earlier)));
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
