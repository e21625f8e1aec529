//! The menu that a host has for each parameter, with its automation, its modulation, its own MIDI learn.

use std::sync::{Arc, Mutex, PoisonError};

/// Shows the menu for the parameter of an index, at a place in the window in native pixels. On the main thread.
type Show = Arc<dyn Fn(usize, (u32, u32)) + Send + Sync>;

/// The host's menu, where the format has a way to it. One for each instance; whoever holds the host connects it.
///
/// Not on the audio thread. What shows the menu is called without a lock, since a host may run a loop of its own there.
#[derive(Default)]
pub struct HostMenu {
    show: Mutex<Option<Show>>,
}

impl HostMenu {
    /// From now on `show` shows the menu.
    pub(crate) fn connect(&self, show: impl Fn(usize, (u32, u32)) + Send + Sync + 'static) {
        *self.lock() = Some(Arc::new(show));
    }

    /// There is no menu any more.
    pub(crate) fn disconnect(&self) {
        self.lock().take();
    }

    /// Whether there is one.
    pub fn is_there(&self) -> bool {
        self.lock().is_some()
    }

    /// Shows it for the parameter of this index of the table, at a place in the window in native pixels. The host's main thread.
    pub fn show(&self, index: usize, place: (u32, u32)) {
        let show = self.lock().clone();
        if let Some(show) = show {
            show(index, place);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Show>> {
        self.show.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
