//! What a page is holding: parameters' controls, and notes.

use std::borrow::Borrow;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::note::Note;

/// What one page is holding, of one kind. Whatever is left when the page goes is let go for it.
pub(crate) struct Held<T> {
    /// Held during the host's call, so that a page's begin and end reach the host in the order of its messages. Only
    /// threads that handle messages of this very page ever meet here.
    things: Mutex<Vec<T>>,
}

/// The parameters whose gestures a page has open.
pub(crate) type OpenGestures = Held<String>;

/// The notes that a page holds.
pub(crate) type HeldNotes = Held<Note>;

impl<T> Default for Held<T> {
    fn default() -> Self {
        Self { things: Mutex::default() }
    }
}

impl<T> Held<T> {
    /// Takes hold of `thing` with `begin`, unless it is held.
    pub fn begin<Q, E>(&self, thing: &Q, begin: impl FnOnce() -> Result<(), E>) -> Result<(), E>
    where
        Q: ToOwned<Owned = T> + PartialEq + ?Sized,
        T: Borrow<Q>,
    {
        let mut things = self.things();
        if !things.iter().any(|held| held.borrow() == thing) {
            begin()?;
            things.push(thing.to_owned());
        }
        Ok(())
    }

    /// Lets go of `thing` with `end`; `None` if it is not held.
    pub fn end<Q, E>(&self, thing: &Q, end: impl FnOnce() -> Result<(), E>) -> Option<Result<(), E>>
    where
        Q: PartialEq + ?Sized,
        T: Borrow<Q>,
    {
        let mut things = self.things();
        let position = things.iter().position(|held| held.borrow() == thing)?;
        things.swap_remove(position);
        Some(end())
    }

    /// Takes out all that is held.
    pub fn take(&self) -> Vec<T> {
        std::mem::take(&mut self.things())
    }

    fn things(&self) -> MutexGuard<'_, Vec<T>> {
        self.things.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
