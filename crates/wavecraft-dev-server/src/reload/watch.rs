//! Notices that a source was saved.

mod file_system;
mod places;
mod poller;

use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::{fmt, io};

use notify::{Config, ErrorKind, Event, EventKind, RecommendedWatcher, Watcher};
use tracing::{debug, warn};

use places::Places;
use poller::{POLL_INTERVAL, Poller};

/// How often places are watched anew because they have changed meanwhile, before the next event has to ask for that.
const MOST_RENEWALS: usize = 8;

/// Watches sources until it is dropped.
pub(super) struct SourceWatch {
    orders: mpsc::Sender<Order>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread of a watch is asked for.
enum Order {
    /// Watch the places anew: they have changed.
    Renew,
    /// Watch these sources as well, and drop the other end when that is so.
    Add(Vec<PathBuf>, mpsc::Sender<()>),
    /// End.
    Stop,
}

/// Why sources are looked at again and again, in place of waiting for events.
#[derive(Clone, Debug, PartialEq, Eq)]
enum PollReason {
    /// The user asks for it.
    Asked,
    /// A file system of this kind, which does not tell of all changes, has this source.
    SilentFileSystem(String, PathBuf),
    /// The system watches no more files.
    TooManyWatches,
    /// The system has no more watchers.
    TooManyWatchers,
    /// Something else keeps it from watching.
    Other(String),
}

impl SourceWatch {
    /// Calls `changed` after each change below a folder of `sources`, and of each file among them. It is called on
    /// threads of their own, several times for one save. A source that does not exist is waited for, and one that goes and
    /// comes again is watched again. With `polls`, sources are looked at in place of waiting for the system's events.
    ///
    /// # Errors
    ///
    /// When the system starts no thread. Whatever else keeps it from waiting for events makes it look by itself, and is
    /// said.
    pub fn start(
        sources: Vec<PathBuf>,
        polls: bool,
        changed: impl Fn() + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let (orders, ordered) = mpsc::channel();
        let changed = Arc::new(changed);
        let mut work = WatchWork {
            sources,
            polls,
            orders: orders.clone(),
            changed,
            events: None,
            poller: None,
            told: None,
        };
        // What is saved from now on is noticed.
        work.renew();
        let thread = thread::Builder::new().name("watch".to_owned()).spawn(move || work.run(&ordered))?;
        Ok(Self { orders, thread: Some(thread) })
    }

    /// Watches these as well, from its return on.
    pub fn add(&self, sources: Vec<PathBuf>) {
        let (doing, done) = mpsc::channel();
        // The thread ends with this alone, and says nothing but that it is done.
        let _ = self.orders.send(Order::Add(sources, doing));
        let _ = done.recv();
    }
}

impl Drop for SourceWatch {
    fn drop(&mut self) {
        let _ = self.orders.send(Order::Stop);
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            warn!("the thread that watches sources has ended with a panic");
        }
    }
}

/// The thread's own.
struct WatchWork<F> {
    sources: Vec<PathBuf>,
    polls: bool,
    orders: mpsc::Sender<Order>,
    changed: Arc<F>,
    events: Option<RecommendedWatcher>,
    poller: Option<Poller>,
    /// What the user knows of how it is watched.
    told: Option<PollReason>,
}

impl<F: Fn() + Send + Sync + 'static> WatchWork<F> {
    fn run(mut self, ordered: &mpsc::Receiver<Order>) {
        while let Ok(first) = ordered.recv() {
            let mut is_renewed = false;
            let mut waiting = Vec::new();
            let known = self.sources.len();
            // A change of branches is many events.
            for order in std::iter::once(first).chain(ordered.try_iter()) {
                match order {
                    Order::Renew => is_renewed = true,
                    Order::Add(sources, done) => {
                        waiting.push(done);
                        let is_new = |source: &PathBuf| !self.sources.contains(source);
                        let new: Vec<PathBuf> = sources.into_iter().filter(is_new).collect();
                        self.sources.extend(new);
                    }
                    Order::Stop => return,
                }
            }
            if is_renewed || self.sources.len() > known {
                self.renew();
            }
            drop(waiting);
            if is_renewed {
                // Whatever happened in between was seen by nobody.
                (self.changed)();
            }
        }
    }

    /// Watches the places where the sources lie now.
    fn renew(&mut self) {
        let (mut polled, heard, mut reason) = self.divided();
        match self.hear(&heard) {
            // The new one is there before the old one goes.
            Ok(events) => self.events = events,
            Err(error) => {
                polled.clone_from(&self.sources);
                reason = Some(PollReason::of(error));
                self.events = None;
            }
        }
        if reason != self.told {
            if let Some(reason) = &reason {
                warn!("{reason}");
            }
            self.told = reason;
        }
        self.poll(polled);
    }

    /// The sources to look at, those to wait for events of, and why there are any of the first kind.
    fn divided(&self) -> (Vec<PathBuf>, Vec<PathBuf>, Option<PollReason>) {
        if self.polls {
            return (self.sources.clone(), Vec::new(), Some(PollReason::Asked));
        }
        let mut reason = None;
        let (polled, heard) = self.sources.iter().cloned().partition(|source| {
            // Before a source is there, it is its folder that counts.
            let real = source.ancestors().find_map(|path| path.canonicalize().ok());
            let Some((kind, real)) = real.and_then(|real| Some((file_system::silent_kind(&real)?, real)))
            else {
                return false;
            };
            reason.get_or_insert(PollReason::SilentFileSystem(kind, real));
            true
        });
        (polled, heard, reason)
    }

    /// Waits for events of these sources.
    fn hear(&self, sources: &[PathBuf]) -> Result<Option<RecommendedWatcher>, ErrorKind> {
        let mut places = Places::of(sources);
        let mut watcher = None;
        for _ in 0..MOST_RENEWALS {
            let replaced = watcher.replace(self.watcher(&places)?);
            drop(replaced);
            // What has changed before it was watched has changed by now.
            let now = Places::of(sources);
            if now == places {
                break;
            }
            places = now;
        }
        Ok(watcher)
    }

    fn watcher(&self, places: &Places) -> Result<RecommendedWatcher, ErrorKind> {
        // Links are followed by `Places`, which knows those that lead to folders around the sources, and so to what is built.
        let config = Config::default().with_follow_symlinks(false);
        let mut watcher =
            RecommendedWatcher::new(self.listener(places), config).map_err(|error| error.kind)?;
        for (path, mode) in places.watched() {
            match watcher.watch(path, mode).map_err(|error| error.kind) {
                // What has gone meanwhile shows when the places are looked up again.
                Ok(()) | Err(ErrorKind::PathNotFound) => {}
                Err(ErrorKind::Io(error)) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(watcher)
    }

    /// Looks at these sources again and again.
    fn poll(&mut self, sources: Vec<PathBuf>) {
        if sources.is_empty() {
            self.poller = None;
        } else if let Some(poller) = &self.poller {
            poller.set(sources);
        } else {
            let started = Poller::start(sources, Arc::clone(&self.changed));
            self.poller = started.inspect_err(|error| warn!("what is saved is not noticed: {error}")).ok();
        }
    }

    /// What is called with each event.
    fn listener(&self, places: &Places) -> impl Fn(notify::Result<Event>) + Send + 'static {
        let (places, orders, changed) = (places.clone(), self.orders.clone(), Arc::clone(&self.changed));
        // After the end of the thread there is nobody to tell.
        let renew = move || drop(orders.send(Order::Renew));
        move |event| match event {
            Ok(event) if matches!(event.kind, EventKind::Access(_)) => {}
            Ok(event) if event.need_rescan() || places.are_changed_by(&event) => {
                debug!(?event, "sources have come or gone");
                renew();
            }
            Ok(event) if places.concern(&event) => {
                debug!(?event, "a source has changed");
                changed();
            }
            Ok(_) => {}
            // A new folder is not watched: it comes out again, and is said, when all are watched anew.
            Err(error) if matches!(error.kind, ErrorKind::MaxFilesWatch) => renew(),
            Err(error) => warn!("a source may have changed unseen: {error}"),
        }
    }
}

impl PollReason {
    fn of(error: ErrorKind) -> Self {
        match error {
            ErrorKind::MaxFilesWatch => Self::TooManyWatches,
            // EMFILE, which notify hands on as it comes.
            ErrorKind::Io(error) if error.raw_os_error() == Some(24) && cfg!(target_os = "linux") => {
                Self::TooManyWatchers
            }
            error => Self::Other(notify::Error::new(error).to_string()),
        }
    }
}

impl fmt::Display for PollReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "sources are looked at every {} s: ", POLL_INTERVAL.as_secs_f32())?;
        match self {
            Self::Asked => formatter.write_str("--poll asks for it"),
            Self::SilentFileSystem(kind, path) => {
                write!(formatter, "{} is on {kind}, which does not tell of all changes", path.display())
            }
            Self::TooManyWatches => formatter.write_str(
                "the system watches no more files for this user; end other programs that do, or raise the limit with \
                 `sudo sysctl fs.inotify.max_user_watches=1048576`",
            ),
            Self::TooManyWatchers => formatter.write_str(
                "the system has no more watchers for this user; end other programs that watch files, or raise the limit \
                 with `sudo sysctl fs.inotify.max_user_instances=1024`, or that of open files with `ulimit -n 4096`",
            ),
            Self::Other(error) => write!(formatter, "the system does not tell of changes ({error})"),
        }
    }
}

#[cfg(test)]
mod tests;
