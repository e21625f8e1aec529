//! Tells of changes in the user's folder, whoever made them.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tracing::debug;

use super::{EXTENSION, favourites};

/// Somebody who is told.
type Listener = Arc<dyn Fn() + Send + Sync>;

/// Watches a folder for as long as somebody wants to know.
pub(super) struct BankWatch {
    folder: PathBuf,
    listeners: Arc<Listeners>,
    /// The system's watch of the folder, once there is a folder and somebody who wants to know.
    watcher: Mutex<Option<RecommendedWatcher>>,
    /// The folder has gone or come, and another is to be watched.
    is_outdated: Arc<AtomicBool>,
}

#[derive(Default)]
struct Listeners {
    listeners: Mutex<Vec<(u64, Listener)>>,
    next: Mutex<u64>,
}

/// A wish to be told. Dropping it ends it.
pub struct BankSubscription {
    number: u64,
    listeners: Arc<Listeners>,
}

impl std::fmt::Debug for BankWatch {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("BankWatch").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl BankWatch {
    pub fn new(folder: PathBuf) -> Self {
        let (listeners, watcher) = (Arc::default(), Mutex::new(None));
        Self { folder, listeners, watcher, is_outdated: Arc::default() }
    }

    /// Tells `listener` of each change, until the subscription is dropped.
    pub fn subscribe(&self, listener: Listener) -> BankSubscription {
        let number = {
            let mut next = lock(&self.listeners.next);
            *next += 1;
            *next
        };
        lock(&self.listeners.listeners).push((number, listener));
        self.renew();
        BankSubscription { number, listeners: Arc::clone(&self.listeners) }
    }

    /// Tells everybody of a change that was made here.
    pub fn notify(&self) {
        self.listeners.call();
    }

    /// Watches the folder if somebody wants to know and it is not watched yet. As long as it is not there, the next folder
    /// above that is there is watched for it. A folder that was deleted and made again is another one to the system.
    pub fn renew(&self) {
        let mut watcher = lock(&self.watcher);
        if self.is_outdated.swap(false, Ordering::AcqRel) {
            *watcher = None;
        }
        if watcher.is_some() || lock(&self.listeners.listeners).is_empty() {
            return;
        }
        // What was made before the watch began is looked for once more.
        while let Some(watched) = nearest_existing(&self.folder) {
            match self.watch(watched) {
                Ok(started) => *watcher = Some(started),
                // The list is right all the same whenever it is asked for.
                Err(error) => {
                    debug!(folder = %watched.display(), %error, "changes of presets by others are not noticed");
                    return;
                }
            }
            if nearest_existing(&self.folder) == Some(watched) {
                return;
            }
        }
    }

    fn watch(&self, watched: &Path) -> notify::Result<RecommendedWatcher> {
        let (listeners, is_outdated) = (Arc::clone(&self.listeners), Arc::clone(&self.is_outdated));
        let folder = self.folder.clone();
        let is_listed = |path: &PathBuf| {
            path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(EXTENSION))
                || path.file_name().is_some_and(|name| name == favourites::FILE)
        };
        let heard = move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            if matches!(event.kind, EventKind::Access(_)) {
                return;
            }
            let concerns_folder = event.paths.iter().any(|path| folder.starts_with(path));
            if concerns_folder && (event.kind.is_remove() || event.kind.is_create()) {
                is_outdated.store(true, Ordering::Release);
            }
            if concerns_folder || event.paths.iter().any(is_listed) {
                listeners.call();
            }
        };
        let mut started = notify::recommended_watcher(heard)?;
        started.watch(watched, RecursiveMode::NonRecursive)?;
        Ok(started)
    }
}

/// The folder, or the next above it that is there.
fn nearest_existing(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|ancestor| ancestor.is_dir())
}

impl Listeners {
    /// Calls everybody, without a lock: a listener may unsubscribe, or ask for the list.
    fn call(&self) {
        let listeners: Vec<Listener> =
            lock(&self.listeners).iter().map(|(_, listener)| Arc::clone(listener)).collect();
        for listener in listeners {
            listener();
        }
    }
}

impl Drop for BankSubscription {
    fn drop(&mut self) {
        lock(&self.listeners.listeners).retain(|(number, _)| *number != self.number);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
