//! Texts on their way to the page.

use std::fmt;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use crate::limits::MAX_TEXT_BYTES;

/// Sends texts to the page, from any thread. Texts arrive in order, and go nowhere once the window is closed.
#[derive(Clone)]
pub struct PageSender {
    // Weak: a plugin may keep it for longer than the window lives.
    outbox: Weak<Outbox>,
}

/// The texts that wait for the page of one opening.
pub struct Outbox {
    /// None once the window is closed.
    texts: Mutex<Option<Vec<String>>>,
    /// Tells whoever takes texts to the page that there are some.
    wake: Box<dyn Fn() + Send + Sync>,
}

impl PageSender {
    /// The sending side of an outbox.
    pub(crate) fn new(outbox: &Arc<Outbox>) -> Self {
        Self { outbox: Arc::downgrade(outbox) }
    }

    /// Sends a text to what the page has set with `setReceiveCallback`. A text of more than 4 MiB is not sent, and an error
    /// is logged.
    pub fn send(&self, text: impl Into<String>) {
        if let Some(outbox) = self.outbox.upgrade() {
            outbox.push(text.into());
        }
    }
}

impl fmt::Debug for PageSender {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PageSender").finish_non_exhaustive()
    }
}

impl Outbox {
    /// Empty and open; `wake` is called on the sender's thread after each text.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self { texts: Mutex::new(Some(Vec::new())), wake: Box::new(wake) }
    }

    /// Takes all texts that wait.
    pub fn take(&self) -> Vec<String> {
        self.texts.lock().as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Drops all texts that wait, and takes no more.
    pub fn close(&self) {
        *self.texts.lock() = None;
    }

    fn push(&self, text: String) {
        if text.len() > MAX_TEXT_BYTES {
            return tracing::error!("{} bytes are too long a text for the page", text.len());
        }
        let is_open = self.texts.lock().as_mut().map(|texts| texts.push(text)).is_some();
        if is_open {
            (self.wake)();
        }
    }
}
