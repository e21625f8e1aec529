//! Word of a panic, from the thread where it happened to whoever tells the user.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// Tells whether the plugin has panicked in a processor, which passes its input through from then on.
///
/// Clones tell of the same processor, and may be kept by any thread, longer than the processor.
#[derive(Clone, Debug, Default)]
pub struct PanicWatch {
    report: Arc<Report>,
}

#[derive(Debug, Default)]
struct Report {
    message: OnceLock<String>,
    is_taken: AtomicBool,
}

impl PanicWatch {
    /// Whether the plugin has panicked.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe: one atomic load.
    pub fn has_panicked(&self) -> bool {
        self.report.message.get().is_some()
    }

    /// What the panic said, and where. Any thread.
    pub fn message(&self) -> Option<&str> {
        self.report.message.get().map(String::as_str)
    }

    /// What the panic said, and where: once, to the first of all clones that asks. Not for the audio thread.
    pub fn take(&self) -> Option<String> {
        let message = self.report.message.get()?;
        (!self.report.is_taken.swap(true, Ordering::Relaxed)).then(|| message.clone())
    }

    /// Keeps the first message and forgets every other.
    pub(crate) fn report(&self, message: String) {
        let _ = self.report.message.set(message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_once_and_remembered() {
        let watch = PanicWatch::default();
        let other = watch.clone();
        assert_eq!((watch.has_panicked(), watch.take()), (false, None));
        watch.report("first".to_owned());
        watch.report("second".to_owned());
        assert_eq!((other.take().as_deref(), watch.take()), (Some("first"), None));
        assert!(watch.has_panicked());
        assert_eq!(other.message(), Some("first"));
    }
}
