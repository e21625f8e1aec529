//! What an instance of a plugin remembers of what its user has done.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tracing::warn;

use crate::gesture_recorder::GestureRecorder;
use crate::presets::{BankSubscription, PresetLibrary};
use crate::saved_session::SavedSession;
use crate::slots::Slots;

/// What pages or the host have to hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionEvent {
    /// Any parameter may have another value.
    ParametersChanged,
    /// There is another step to undo or to redo.
    HistoryChanged,
    /// The other slot is heard.
    SlotChanged,
    /// Another preset, or the one that is there was modified.
    PresetChanged,
    /// There are other presets.
    PresetsChanged,
    /// What a project keeps of slots and presets has changed, and not because a project was loaded. Not for pages: whoever
    /// can tell the host that the project is to be saved again.
    SavedSessionChanged,
}

/// The history, the slots and the presets of one instance, for as long as it lives.
///
/// A plugin owns one and saves [`saved`](Self::saved) in its state; whoever shows a page puts a
/// [`SessionHost`](crate::SessionHost) on it for as long as the page is open. From any thread but the audio thread.
pub struct Session {
    /// Held to read or change, and never while something else is called: a host may ask for the state at any time.
    memory: Mutex<Memory>,
    /// Held for as long as one thing is done to the parameters, so that steps are whole.
    acting: Mutex<()>,
    listeners: Arc<Listeners>,
    presets: PresetLibrary,
    /// Ids that parameters had in earlier versions, and those of now.
    renamed: &'static [(&'static str, &'static str)],
    /// Tell of changes of the presets, once a page has asked for them.
    banks: Mutex<Vec<BankSubscription>>,
    /// Whether pages were told last that the preset was modified.
    told_modified: AtomicBool,
}

/// What is remembered.
#[derive(Default)]
pub(crate) struct Memory {
    pub slots: Slots,
    pub recorder: GestureRecorder,
}

type Listener = Arc<dyn Fn(SessionEvent) + Send + Sync>;

#[derive(Default)]
struct Listeners(Mutex<(u64, Vec<(u64, Listener)>)>);

/// A wish to be told of events. Dropping it ends it.
pub struct Subscription {
    number: u64,
    listeners: Weak<Listeners>,
}

impl Session {
    /// Without any step yet, slot A selected, and these presets.
    pub fn new(presets: PresetLibrary) -> Self {
        Self {
            memory: Mutex::default(),
            acting: Mutex::default(),
            listeners: Arc::default(),
            presets,
            renamed: &[],
            banks: Mutex::default(),
            told_modified: AtomicBool::default(),
        }
    }

    /// The same for a plugin whose parameters had other ids in earlier versions: the old one, and the one of now. Slots and
    /// presets may have either.
    #[must_use]
    pub fn with_renamed(self, renamed: &'static [(&'static str, &'static str)]) -> Self {
        Self { renamed, ..self }
    }

    /// Calls `listener` with each event, on the thread where it happens, until the subscription is dropped. It must return
    /// soon, and may ask for anything.
    pub fn subscribe(&self, listener: impl Fn(SessionEvent) + Send + Sync + 'static) -> Subscription {
        let mut listeners = lock(&self.listeners.0);
        listeners.0 += 1;
        let number = listeners.0;
        listeners.1.push((number, Arc::new(listener)));
        Subscription { number, listeners: Arc::downgrade(&self.listeners) }
    }

    /// What the plugin's state is to keep.
    pub fn saved(&self) -> SavedSession {
        self.memory().slots.save()
    }

    /// Takes what a state has kept. The host has set the parameters, or is about to; that is no step. One that was saved by
    /// a later version of this crate is left alone.
    pub fn restore(&self, saved: SavedSession) {
        if !saved.is_readable() {
            warn!("the state's slots are from a newer version, and are not read");
            return;
        }
        self.memory().slots.restore(saved.with_renamed(self.renamed));
        for event in [SessionEvent::SlotChanged, SessionEvent::HistoryChanged, SessionEvent::PresetChanged] {
            self.tell(event);
        }
    }

    /// Ids of earlier versions, and those of now.
    pub(crate) fn renamed(&self) -> &'static [(&'static str, &'static str)] {
        self.renamed
    }

    /// The presets.
    pub(crate) fn presets(&self) -> &PresetLibrary {
        &self.presets
    }

    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        lock(&self.memory)
    }

    pub(crate) fn act(&self) -> MutexGuard<'_, ()> {
        lock(&self.acting)
    }

    pub(crate) fn tell(&self, event: SessionEvent) {
        self.listeners.tell(event);
    }

    /// Tells pages of the preset if it has been modified, or is as it was again, since they heard of it.
    pub(crate) fn tell_modified(&self, is_modified: bool) {
        if self.told_modified.swap(is_modified, Ordering::AcqRel) != is_modified {
            self.tell(SessionEvent::PresetChanged);
        }
    }

    /// From now on pages hear of changes of the presets.
    pub(crate) fn watch_presets(&self) {
        let mut banks = lock(&self.banks);
        if banks.is_empty() {
            let listeners = Arc::downgrade(&self.listeners);
            *banks = self.presets.subscribe(move || {
                if let Some(listeners) = listeners.upgrade() {
                    listeners.tell(SessionEvent::PresetsChanged);
                }
            });
        }
    }
}

impl Listeners {
    /// Calls everybody, without a lock: a listener may ask for anything, or unsubscribe.
    fn tell(&self, event: SessionEvent) {
        let listeners: Vec<Listener> =
            lock(&self.0).1.iter().map(|(_, listener)| Arc::clone(listener)).collect();
        for listener in listeners {
            listener(event);
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(listeners) = self.listeners.upgrade() {
            lock(&listeners.0).1.retain(|(number, _)| *number != self.number);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
