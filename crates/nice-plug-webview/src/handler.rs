//! The plugin's side of a page that is open.

use std::fmt;
use std::sync::Weak;

use nice_plug_core::context::gui::GuiContext;

use crate::session::Session;

/// Answers a page while it is open.
///
/// A handler lives from the opening of the window to its closing; if the page has to be started anew in between, it gets a
/// new one. All calls come from one thread, the editor's own on Linux and the host's main thread elsewhere. The handler is
/// dropped before the host is told that the window is closed.
pub trait PageHandler: Send {
    /// The page has sent a text.
    fn on_message(&mut self, text: &str);

    /// A document has begun to load, for the first time or again: it knows nothing yet. Until then, what is sent waits.
    fn on_document_started(&mut self) {}

    /// Called about 60 times a second while the page can be seen.
    fn on_tick(&mut self) {}
}

/// Hears what the host does to the plugin while the window is open.
///
/// Calls come from whatever thread the host likes, several at once: mark what has changed, and send it at the next
/// [`PageHandler::on_tick`].
pub trait EditorObserver: Send + Sync {
    /// A parameter has another value, in 0 to 1.
    fn param_value_changed(&self, id: &str, normalized: f32);

    /// A parameter is modulated by another amount.
    fn param_modulation_changed(&self, id: &str, offset: f32) {
        let _ = (id, offset);
    }

    /// Everything may have changed: a preset, or a project.
    fn state_changed(&self) {}
}

/// What a [`PageHandler`] is made from: a way to each side.
pub struct Opening {
    /// Sends texts to the page.
    pub page: PageSender,
    /// What nice-plug lets an editor do to its plugin.
    pub gui_context: GuiContext,
    /// What a page can do to its window.
    pub window: WindowControl,
    /// False where the page has lived on since the window was last open, and knows what it knew then.
    pub is_fresh_page: bool,
}

/// Sends texts to the page, from any thread. Texts arrive in order, and go nowhere once the window is closed.
#[derive(Clone)]
pub struct PageSender {
    // Weak: a plugin may keep it for longer than the window lives, and where it would keep itself alive.
    pub(crate) session: Weak<Session>,
}

impl PageSender {
    /// Sends a text to what the page has set with `setReceiveCallback`.
    pub fn send(&self, text: impl Into<String>) {
        if let Some(session) = self.session.upgrade() {
            session.send(text.into());
        }
    }
}

impl fmt::Debug for PageSender {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PageSender").finish_non_exhaustive()
    }
}

/// What a page can do to its window, from any thread.
#[derive(Clone)]
pub struct WindowControl {
    pub(crate) session: Weak<Session>,
}

impl WindowControl {
    /// Asks the host for another size, in logical pixels. Says whether the host is being asked: it is not where the size
    /// is beyond the editor's limits or the window is closed. The host may still refuse.
    pub fn request_resize(&self, width_px: u32, height_px: u32) -> bool {
        self.session.upgrade().is_some_and(|session| session.request_resize(width_px, height_px))
    }

    /// Runs something on the host's main thread, soon: where nice-plug's [`GuiContext`] wants to be called.
    /// What was asked before the window is closed, or while the handler is dropped, is run before closing returns; nothing
    /// is run afterwards.
    pub fn run_on_main_thread(&self, task: impl FnOnce() + Send + 'static) {
        if let Some(session) = self.session.upgrade() {
            session.run_on_main_thread(Box::new(task));
        }
    }
}

impl fmt::Debug for WindowControl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("WindowControl").finish_non_exhaustive()
    }
}
