//! The plugin's side of a page that is open.

use nice_plug_core::context::gui::GuiContext;

use crate::main_thread::WindowControl;
use crate::outbox::PageSender;

/// Answers a page while it is open.
///
/// A handler lives from the opening of the window to its closing; if the page has to be started anew in between, it gets a
/// new one. All calls come from one thread, the editor's own on Linux and the host's main thread elsewhere. The handler is
/// dropped before the host is told that the window is closed, on the host's main thread: closing waits for a call that is
/// under way. Such a call may wait for what it has asked [`WindowControl::run_on_main_thread`] to run, and for nothing else
/// of the main thread's.
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

/// Hears nothing, where a plugin has no observer.
pub struct NoObserver;

impl EditorObserver for NoObserver {
    fn param_value_changed(&self, _id: &str, _normalized: f32) {}
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
