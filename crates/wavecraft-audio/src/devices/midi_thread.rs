//! The thread of those who follow the system's MIDI ports. Not for the audio thread.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A thread that does something again and again until it is dropped, which waits for it.
pub(super) struct MidiThread {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl MidiThread {
    /// Does `turn` after each interval, and `end` at last.
    pub fn start<S: Send + 'static>(
        name: &str,
        interval: Duration,
        mut state: S,
        mut turn: impl FnMut(&mut S) + Send + 'static,
        end: impl FnOnce(S) + Send + 'static,
    ) -> io::Result<Self> {
        let stop = Arc::<AtomicBool>::default();
        let stopped = Arc::clone(&stop);
        let run = move || {
            super::system::quieten();
            while !stopped.load(Ordering::Relaxed) {
                thread::park_timeout(interval);
                turn(&mut state);
            }
            end(state);
        };
        let thread = thread::Builder::new().name(name.to_owned()).spawn(run)?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for MidiThread {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A panic in it has been reported by the hook.
            let _ = thread.join();
        }
    }
}
