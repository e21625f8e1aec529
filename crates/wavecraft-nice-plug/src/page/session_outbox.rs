//! What a page is told of the session: history, slots, presets.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use wavecraft_ipc::notifications::{
    HistoryChanged, PresetChanged, PresetsChanged, SlotChanged, write_notification,
};
use wavecraft_ipc::{Empty, SessionControl};
use wavecraft_session::{SessionEvent, SessionHost, Subscription};

use super::dirty_parameters::DirtyParameters;
use super::plugin_host::PluginHost;

/// Notifies one page of what has happened to the session, each thing at most once a tick.
///
/// Events may come on any thread but the audio thread; they only mark. What a notification tells is looked up when it is
/// sent, so the last one is always right.
pub struct SessionOutbox {
    host: Arc<SessionHost<PluginHost>>,
    dirty: Arc<DirtyParameters>,
    /// A bit for each kind of event that the page has not heard of.
    due: Arc<AtomicU8>,
    _subscription: Subscription,
    text: String,
}

impl SessionOutbox {
    /// For a page of `host` that has just been opened, whose parameters are marked in `dirty`.
    pub fn new(host: Arc<SessionHost<PluginHost>>, dirty: Arc<DirtyParameters>) -> Self {
        let due = Arc::new(AtomicU8::new(0));
        let marked = Arc::clone(&due);
        let subscription = host.remembered().subscribe(move |event| {
            marked.fetch_or(bit(event), Ordering::AcqRel);
        });
        Self { host, dirty, due, _subscription: subscription, text: String::new() }
    }

    /// The page may know what was true when its window was closed: it is told everything.
    pub fn mark_all(&self) {
        self.due.store(u8::MAX, Ordering::Release);
    }

    /// Hands `send` each notification that is due. Called by the editor's timer.
    pub(super) fn flush(&mut self, send: &mut impl FnMut(&str)) {
        let due = self.due.swap(0, Ordering::AcqRel);
        if due == 0 {
            return;
        }
        let is_due = |event| due & bit(event) != 0;
        let Self { host, dirty, text, .. } = self;
        if is_due(SessionEvent::ParametersChanged) {
            dirty.mark_all();
        }
        if is_due(SessionEvent::SlotChanged) {
            write_notification::<SlotChanged>(&host.slots(), text);
            send(text);
        }
        if is_due(SessionEvent::HistoryChanged) {
            write_notification::<HistoryChanged>(&host.history(), text);
            send(text);
        }
        if is_due(SessionEvent::PresetChanged) {
            write_notification::<PresetChanged>(&host.current_preset(), text);
            send(text);
        }
        if is_due(SessionEvent::PresetsChanged) {
            write_notification::<PresetsChanged>(&Empty {}, text);
            send(text);
        }
    }
}

fn bit(event: SessionEvent) -> u8 {
    match event {
        SessionEvent::ParametersChanged => 1,
        SessionEvent::HistoryChanged => 1 << 1,
        SessionEvent::SlotChanged => 1 << 2,
        SessionEvent::PresetChanged => 1 << 3,
        SessionEvent::PresetsChanged => 1 << 4,
        // The host's to hear of, not the page's.
        SessionEvent::SavedSessionChanged => 0,
    }
}
