//! Requests to stop: Ctrl-C, termination, the end of the terminal, a closed window.
//!
//! A request raises a flag, which everything that goes on looks at. What has not ended by itself soon after is ended by
//! force: a device that hangs, or a window that does not ask, must not keep the program alive.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How long everything has to end by itself after a request to stop.
const GRACE: Duration = Duration::from_millis(800);

/// How long the system's own clean-up has at a forced exit.
const EXIT_GRACE: Duration = Duration::from_millis(500);

/// The file in the making, if there is one.
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

static STOP_REQUESTED: AtomicBool = AtomicBool::new(false);

/// Whether the program has been asked to stop, by Ctrl-C, a signal or its window.
///
/// # Realtime safety
///
/// Real-time safe: one atomic load.
pub fn stop_requested() -> bool {
    STOP_REQUESTED.load(Ordering::Relaxed)
}

/// Starts listening to requests to stop. `forced_code` is the program's exit code if it must then be ended by force.
pub(crate) fn install(forced_code: u8) {
    let handler = move || stop_soon(forced_code.into());
    if let Err(error) = ctrlc::set_handler(handler) {
        tracing::warn!("Ctrl-C cannot be handled, it ends the program at once: {error}");
    }
}

/// Asks the program to stop because its user is done with it, which is a success however it then ends.
#[cfg(feature = "editor")]
pub(crate) fn request_stop_in_order() {
    STOP_REQUESTED.store(true, Ordering::Relaxed);
    let spawned = thread::Builder::new().name("stop".to_owned()).spawn(|| stop_soon(0));
    if let Err(error) = spawned {
        tracing::warn!("if something does not end by itself, nobody will end it: {error}");
    }
}

/// Asks everything to stop, and ends what does not.
fn stop_soon(forced_code: i32) {
    STOP_REQUESTED.store(true, Ordering::Relaxed);
    thread::sleep(GRACE);
    tracing::info!("Something did not end in time; ending it");
    exit_now(forced_code);
}

/// A file that [`exit_now`] removes, since nothing is dropped then.
pub(crate) struct RemovedOnExit(());

impl RemovedOnExit {
    /// From now on. There is one at a time.
    pub(crate) fn new(path: &Path) -> Self {
        *lock(&UNFINISHED) = Some(path.to_owned());
        Self(())
    }
}

impl Drop for RemovedOnExit {
    fn drop(&mut self) {
        *lock(&UNFINISHED) = None;
    }
}

fn lock(path: &Mutex<Option<PathBuf>>) -> MutexGuard<'_, Option<PathBuf>> {
    path.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends the process from any thread, even if clean-up that the system runs on exit hangs.
pub(crate) fn exit_now(code: i32) -> ! {
    if let Some(path) = lock(&UNFINISHED).take() {
        // It may be gone, or in its place, by now.
        let _ = fs::remove_file(path);
    }
    let last_resort = || {
        thread::sleep(EXIT_GRACE);
        process::abort();
    };
    // Without that thread, a clean-up that hangs would hang the program; there is nothing more to try then.
    let _ = thread::Builder::new().name("exit".to_owned()).spawn(last_resort);
    process::exit(code)
}
