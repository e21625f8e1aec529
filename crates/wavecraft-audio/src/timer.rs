//! The clock where no device is one.
//!
//! Guarantees of a turn: no allocation and no lock, so that what runs here is what runs in a device's callback. The
//! thread sleeps in between, and takes up the beat again when the machine was too busy.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::counters::Counters;
use crate::frame_ring::FrameWriter;
use crate::processor_slot::ProcessorSlot;
use crate::signal::Source;

/// Blocks that are late by more than this are left out.
const MAX_DELAY: Duration = Duration::from_millis(500);

/// How long a block may take to end: a processor may never come back from one.
const STOP_LIMIT: Duration = Duration::from_millis(300);

/// Runs a source through the processor, block by block in real time. Dropping it stops it.
pub(crate) struct Timer {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Timer {
    /// Starts at a rate. With a writer the sound goes there, without one it is metered alone.
    pub fn start(
        source: Source,
        slot: ProcessorSlot,
        writer: Option<FrameWriter>,
        rate_hz: u32,
        counters: Arc<Counters>,
    ) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let run = move || run(source, slot, writer, rate_hz, &counters, &stopped);
        let thread = thread::Builder::new().name("audio timer".to_owned()).spawn(run)?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let Some(thread) = self.thread.take() else { return };
        thread.thread().unpark();
        let stopped = Instant::now();
        while !thread.is_finished() {
            if stopped.elapsed() > STOP_LIMIT {
                // It is left behind, with the processor that does not come back.
                return;
            }
            thread::sleep(Duration::from_millis(1));
        }
        // A panic in it has been reported by the hook.
        let _ = thread.join();
    }
}

fn run(
    mut source: Source,
    mut slot: ProcessorSlot,
    mut writer: Option<FrameWriter>,
    rate_hz: u32,
    counters: &Counters,
    stop: &AtomicBool,
) {
    let frames = slot.max_block_frames();
    let (mut start, mut blocks) = (Instant::now(), 0_u64);
    while !stop.load(Ordering::Relaxed) {
        counters.input().add_callback(frames);
        let block = slot.run(frames, |channels, _| source.fill(channels));
        if let Some(writer) = &mut writer {
            writer.write(block);
        }
        blocks += 1;
        let due = start + Duration::from_secs_f64(blocks as f64 * frames as f64 / f64::from(rate_hz));
        let now = Instant::now();
        if now.saturating_duration_since(due) > MAX_DELAY {
            (start, blocks) = (now, 0);
        }
        while let Some(rest) = due.checked_duration_since(Instant::now())
            && !stop.load(Ordering::Relaxed)
        {
            thread::park_timeout(rest);
        }
    }
}
