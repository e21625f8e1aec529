//! What panics of the plugin said, and where.
//!
//! Inside the plugin's library there is no subscriber for `tracing`, so the words of those that concern an export are
//! kept for whoever asks from the other side of the boundary.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, Once, PoisonError};
use std::thread::{self, ThreadId};

/// The words of the last panic outside of any instance.
static STRAY: Mutex<Option<String>> = Mutex::new(None);

/// Where the last panics were, the newest last, one for each thread; the payload that unwinds does not tell.
/// A static rather than a thread-local value: those must be destroyed by the library's code when their thread
/// ends, and the library may be gone by then.
static SITES: Mutex<Vec<Site>> = Mutex::new(Vec::new());

/// Panics that are not caught here leave their sites behind; more than this are not kept.
const MAX_SITES: usize = 16;

struct Site {
    thread: ThreadId,
    message: String,
    location: String,
}

/// Calls `call`; if it panics, returns what the panic said, and where if [`remember_sites`] was called
/// before.
pub(crate) fn catch<R>(call: impl FnOnce() -> R) -> Result<R, String> {
    panic::catch_unwind(AssertUnwindSafe(call)).map_err(describe)
}

/// Has every panic of this process note its site, besides what was done with it before.
pub(crate) fn remember_sites() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if let Some(location) = info.location() {
                let message = message_of(info.payload()).unwrap_or_default().to_owned();
                let site = Site { thread: thread::current().id(), message, location: location.to_string() };
                let mut sites = SITES.lock().unwrap_or_else(PoisonError::into_inner);
                sites.retain(|other| other.thread != site.thread);
                if sites.len() == MAX_SITES {
                    sites.remove(0);
                }
                sites.push(site);
            }
            previous(info);
        }));
    });
}

/// Keeps the words of a panic outside of any instance, in place of earlier ones.
pub(crate) fn keep_stray(message: String) {
    *STRAY.lock().unwrap_or_else(PoisonError::into_inner) = Some(message);
}

/// The words of the last panic outside of any instance, once.
pub(crate) fn take_stray() -> Option<String> {
    STRAY.lock().unwrap_or_else(PoisonError::into_inner).take()
}

fn describe(payload: Box<dyn Any + Send>) -> String {
    let message = message_of(&*payload).unwrap_or_default().to_owned();
    if message_of(&*payload).is_none() {
        // Dropping a value of unknown type may panic again.
        std::mem::forget(payload);
    }
    let mut sites = SITES.lock().unwrap_or_else(PoisonError::into_inner);
    let location = sites
        .extract_if(.., |site| site.thread == thread::current().id())
        .find(|site| site.message == message)
        .map_or_else(|| "an unknown place".to_owned(), |site| site.location);
    let words = if message.is_empty() { "a panic without words" } else { &message };
    format!("{words} (at {location})")
}

fn message_of(payload: &(dyn Any + Send)) -> Option<&str> {
    payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}
