//! Which parameters a page is holding.

use std::sync::{Mutex, PoisonError};

/// The parameters that one page is holding.
#[derive(Default)]
pub(crate) struct OpenGestures {
    /// Held during the host's call, so that a page's begin and end reach the host in the order of its messages. Only
    /// threads that handle gestures of this very page ever meet here.
    ids: Mutex<Vec<String>>,
}

impl OpenGestures {
    /// Opens a gesture with `begin`, unless it is open.
    pub fn begin<E>(&self, id: &str, begin: impl FnOnce() -> Result<(), E>) -> Result<(), E> {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        if !ids.iter().any(|open| open == id) {
            begin()?;
            ids.push(id.to_owned());
        }
        Ok(())
    }

    /// Closes a gesture with `end`; `None` if it is not open.
    pub fn end<E>(&self, id: &str, end: impl FnOnce() -> Result<(), E>) -> Option<Result<(), E>> {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        let position = ids.iter().position(|open| open == id)?;
        ids.swap_remove(position);
        Some(end())
    }

    /// Takes out all that are open.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.ids.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
