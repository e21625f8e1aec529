//! Looks at sources again and again, where nothing tells of changes.
//!
//! notify's own poller compares times in whole seconds, and takes none for a change that is older than the last: of two saves
//! in a second it misses one, and so it does what a tool puts there with the time that it had elsewhere.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};
use std::{fs, io};

use tracing::{debug, warn};

use super::places::is_passing;

/// How often sources are looked at.
pub(super) const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// Looks at sources until it is dropped.
pub(super) struct Poller {
    sources: Option<mpsc::Sender<Vec<PathBuf>>>,
    thread: Option<JoinHandle<()>>,
}

/// Each file of a source: when it was written, and how long it is.
type Snapshot = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

impl Poller {
    /// Calls `changed` when something has changed below a folder of `sources`, or a file among them, since it was looked at
    /// last: for the first time now.
    ///
    /// # Errors
    ///
    /// When the system starts no thread.
    pub fn start(
        sources: Vec<PathBuf>,
        changed: Arc<impl Fn() + Send + Sync + ?Sized + 'static>,
    ) -> io::Result<Self> {
        let (given, others) = mpsc::channel();
        let mut seen = HashMap::new();
        look(&sources, &mut seen);
        let run = move || {
            let mut sources = sources;
            loop {
                match others.recv_timeout(POLL_INTERVAL) {
                    Ok(others) => sources = others,
                    Err(mpsc::RecvTimeoutError::Timeout) => {}
                    Err(mpsc::RecvTimeoutError::Disconnected) => return,
                }
                if look(&sources, &mut seen) {
                    debug!("a source has changed");
                    changed();
                }
            }
        };
        let thread = thread::Builder::new().name("poll".to_owned()).spawn(run)?;
        Ok(Self { sources: Some(given), thread: Some(thread) })
    }

    /// Looks at these from now on. One that it has not looked at before counts as it is now.
    pub fn set(&self, sources: Vec<PathBuf>) {
        if let Some(given) = &self.sources {
            // It ends with this alone.
            let _ = given.send(sources);
        }
    }
}

impl Drop for Poller {
    fn drop(&mut self) {
        drop(self.sources.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            warn!("the thread that looks at sources has ended with a panic");
        }
    }
}

/// Whether one of the sources has changed since it was seen last.
fn look(sources: &[PathBuf], seen: &mut HashMap<PathBuf, Snapshot>) -> bool {
    let mut is_changed = false;
    for source in sources {
        let mut now = Snapshot::new();
        add(source, &mut now, &mut BTreeSet::new());
        let before = seen.insert(source.clone(), now);
        is_changed |= before.is_some_and(|before| before != seen[source]);
    }
    is_changed
}

/// Adds what lies at a path, and below it, through links as well.
fn add(path: &Path, snapshot: &mut Snapshot, folders: &mut BTreeSet<PathBuf>) {
    // What cannot be looked at is not there.
    let Ok(metadata) = fs::metadata(path) else { return };
    if !metadata.is_dir() {
        snapshot.insert(path.to_owned(), (metadata.modified().ok(), metadata.len()));
        return;
    }
    // A folder without files counts as well; its own time does not, since editors put files of their own there.
    snapshot.insert(path.to_owned(), (None, 0));
    // Links may lead around in a circle, or to a folder around the sources, and so to what is built.
    let Ok(real) = path.canonicalize() else { return };
    if folders.iter().any(|folder| folder.starts_with(&real)) {
        return;
    }
    folders.insert(real);
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        if !is_passing(&entry.path()) {
            add(&entry.path(), snapshot, folders);
        }
    }
}
