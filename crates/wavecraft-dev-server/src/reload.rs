//! Hot reload: a saved source becomes the sound that plays, while it plays.
//!
//! One thread, the reloader, waits for whatever may happen next: see [`Event`]. It builds one build at a time, loads a
//! copy of what was built, and hands it to the audio engine, which lets it take over. Whatever goes wrong on the way is
//! told, and the sound that was there goes on.

mod build;
mod dep_info;
mod direct_compile;
mod library_copy;
mod schedule;
mod watch;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};
use std::{fs, io};

use tracing::{debug, warn};
use wavecraft_audio::{ProcessorReplacer, ReplaceError};
use wavecraft_ipc::notifications::ParametersChanged;
use wavecraft_ipc::{BuildState, BuildStatus, Empty};

use crate::host::DevServerHost;
use crate::plugin::{LoadFailure, LoadedPlugin};
use crate::server::NotificationSender;
pub use build::BuildCommand;
use build::{BuildNews, BuildOutcome, RunningBuild};
use direct_compile::DirectCompile;
use library_copy::CopyFolder;
pub(crate) use library_copy::LibraryCopy;
use schedule::Schedule;
use watch::SourceWatch;

/// The folder among the copies for libraries that were built without cargo.
const DIRECTLY_BUILT: &str = "built";

/// What is watched, and what is done then.
#[derive(Clone, Debug)]
pub struct ReloadOptions {
    /// Folders, with all below them, and files that the plugin is built from.
    pub sources: Vec<PathBuf>,
    /// Whether sources are looked at again and again, in place of waiting for the system to tell of changes.
    pub polls: bool,
    /// What builds the plugin's library.
    pub command: BuildCommand,
    /// Where copies of the library are put, in a folder for each server. What killed servers have left there is removed.
    pub copies: PathBuf,
}

/// What the user is told of reloads, line by line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReloadReport {
    /// A build begins.
    Building,
    /// The build waits for something, in words that go on after "the build". [`Building`](Self::Building) tells that it goes on.
    Waiting(String),
    /// What the compiler says, as it says it.
    CompilerOutput(String),
    /// The new build plays, so long after it was saved.
    Reloaded(Duration),
    /// The new build has refused the state that the last one had beyond its parameters, for this reason, and begins with
    /// its own. The parameters are as they were.
    StateRefused(String),
    /// There was nothing new to load.
    Unchanged,
    /// The build has failed; the compiler has said why.
    BuildFailed,
    /// What was built is not played, for this reason.
    NotLoaded(String),
}

/// Copies of libraries, and the one that a server starts with.
pub struct LibraryCopies {
    folder: Arc<CopyFolder>,
    /// Where it was built.
    library: Option<PathBuf>,
    /// Which build plays, if it is known.
    playing: Option<Stamp>,
}

/// By what two builds are told apart: when it was made, and how long it is.
type Stamp = (SystemTime, u64);

/// Who has to do with a reload.
pub struct ReloadParts {
    /// The pages' view of the plugin.
    pub host: Arc<DevServerHost>,
    /// What lets another build take over; `None` where no audio was asked for.
    pub replacer: Option<ProcessorReplacer>,
    /// What tells the pages.
    pub notifications: NotificationSender,
    /// What tells the user. It is called on the reloader's threads.
    pub report: Arc<dyn Fn(ReloadReport) + Send + Sync>,
}

/// Hot reload, until it is stopped or dropped.
pub struct Reloader {
    events: mpsc::Sender<Event>,
    thread: Option<JoinHandle<()>>,
}

/// What wakes the reloader.
enum Event {
    /// A source was saved.
    Changed(Instant),
    /// The build waits for this, or for nothing any more.
    BuildWaits(Option<String>),
    /// A build is over.
    BuildEnded(BuildOutcome),
    /// The server stops.
    Stop,
}

/// Why there is no hot reload.
#[derive(Debug, thiserror::Error)]
pub enum ReloadError {
    /// The system starts no thread.
    #[error("the reloader's thread did not start: {0}")]
    NoThread(#[from] io::Error),
}

impl LibraryCopies {
    /// Makes a folder for copies in `parent`, and removes what killed servers have left there.
    ///
    /// # Errors
    ///
    /// When the folder cannot be written.
    pub fn create(parent: &Path) -> io::Result<Self> {
        Ok(Self { folder: CopyFolder::create(parent)?, library: None, playing: None })
    }

    /// Loads a copy of the library at `path`: a build may write over the library itself.
    pub fn load(&mut self, path: &Path) -> LoadedPlugin {
        // Without a copy there is no library either, and loading it says so.
        let Ok(copy) = self.folder.copy(path) else { return LoadedPlugin::load(path) };
        self.library = Some(path.to_owned());
        self.playing = stamp(path);
        LoadedPlugin::load_copy(copy).unwrap_or_else(LoadFailure::into_plugin)
    }
}

impl Reloader {
    /// Begins to watch.
    ///
    /// # Errors
    ///
    /// [`ReloadError`]; the server can go on without.
    pub fn start(
        options: ReloadOptions,
        copies: LibraryCopies,
        parts: ReloadParts,
    ) -> Result<Self, ReloadError> {
        let (events, happened) = mpsc::channel();
        let changed = events.clone();
        let mut sources = options.sources;
        sources.extend(copies.library.as_deref().map(dep_info::sources).unwrap_or_default());
        let watch = SourceWatch::start(sources, options.polls, move || {
            // After the end of the reloader there is nobody to tell.
            let _ = changed.send(Event::Changed(Instant::now()));
        })?;
        let direct = DirectCompile::new(copies.folder.path().join(DIRECTLY_BUILT));
        let work = ReloadWorker {
            command: options.command,
            direct: Arc::new(Mutex::new(direct)),
            copies,
            parts,
            events: events.clone(),
            schedule: Schedule::default(),
            build: None,
            watch,
        };
        let run = move || work.run(&happened);
        let thread = thread::Builder::new().name("reloader".to_owned()).spawn(run);
        Ok(Self { events, thread: Some(thread?) })
    }

    /// Ends it, and a build under way. Stop it before the audio.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        // One that has ended already needs no word.
        let _ = self.events.send(Event::Stop);
        if thread.join().is_err() {
            warn!("the reloader has ended with a panic");
        }
    }
}

impl Drop for Reloader {
    fn drop(&mut self) {
        self.end();
    }
}

/// The reloader's own.
struct ReloadWorker {
    command: BuildCommand,
    /// What builds without cargo, on the thread of the build.
    direct: Arc<Mutex<DirectCompile>>,
    copies: LibraryCopies,
    parts: ReloadParts,
    events: mpsc::Sender<Event>,
    schedule: Schedule,
    /// The build under way, and when its first change was saved.
    build: Option<(RunningBuild, Instant)>,
    watch: SourceWatch,
}

impl ReloadWorker {
    fn run(mut self, happened: &mpsc::Receiver<Event>) {
        loop {
            let event = match self.schedule.wait(Instant::now()) {
                Some(duration) => happened.recv_timeout(duration),
                None => happened.recv().map_err(|_| mpsc::RecvTimeoutError::Disconnected),
            };
            match event {
                Ok(Event::Changed(at)) => self.schedule.note_change(at),
                Ok(Event::BuildWaits(reason)) => self.tell_of_wait(reason),
                Ok(Event::BuildEnded(outcome)) => {
                    self.schedule.end();
                    if let Some((_, saved)) = self.build.take() {
                        self.conclude(outcome, saved);
                    }
                }
                Ok(Event::Stop) | Err(mpsc::RecvTimeoutError::Disconnected) => return,
                Err(mpsc::RecvTimeoutError::Timeout) => {}
            }
            if let Some(saved) = self.schedule.begin(Instant::now()) {
                self.build(saved);
            }
        }
    }

    fn build(&mut self, saved: Instant) {
        self.broadcast(BuildState::Building, None, None);
        (self.parts.report)(ReloadReport::Building);
        let (report, events) = (Arc::clone(&self.parts.report), self.events.clone());
        // After the end of the reloader there is nobody to tell.
        let tell = move |event| drop(events.send(event));
        let tell_end = tell.clone();
        let news = move |news| match news {
            BuildNews::CompilerOutput(words) => report(ReloadReport::CompilerOutput(words)),
            BuildNews::Waits(reason) => tell(Event::BuildWaits(Some(reason))),
            BuildNews::GoesOn => tell(Event::BuildWaits(None)),
        };
        let ended = move |outcome| tell_end(Event::BuildEnded(outcome));
        match RunningBuild::start(self.command.clone(), Arc::clone(&self.direct), news, ended) {
            Ok(build) => self.build = Some((build, saved)),
            Err(error) => {
                self.schedule.end();
                self.fail_to_start(&error.to_string(), saved);
            }
        }
    }

    fn tell_of_wait(&self, reason: Option<String>) {
        self.broadcast(BuildState::Building, reason.clone(), None);
        (self.parts.report)(reason.map_or(ReloadReport::Building, ReloadReport::Waiting));
    }

    fn conclude(&mut self, outcome: BuildOutcome, saved: Instant) {
        let (library, sources) = match outcome {
            BuildOutcome::Built { library, sources } => (library, sources),
            BuildOutcome::Failed(error) => return self.fail(&error, saved, false),
            BuildOutcome::NotStarted(error) => return self.fail_to_start(&error, saved),
        };
        debug!(after_save = ?saved.elapsed(), "the build is done");
        // A change may have brought in others.
        self.watch.add(sources);
        let built = stamp(&library);
        if built.is_some() && built == self.copies.playing {
            // Pages that show a failure, or a build, are told that it is over.
            self.broadcast(BuildState::Ok, None, Some(saved.elapsed()));
            (self.parts.report)(ReloadReport::Unchanged);
            return;
        }
        match self.take_over(&library, saved) {
            Ok(refused) => {
                self.copies.playing = built;
                if let Some(reason) = refused {
                    (self.parts.report)(ReloadReport::StateRefused(reason));
                }
                let duration = saved.elapsed();
                self.parts.notifications.send::<ParametersChanged>(&Empty {});
                self.broadcast(BuildState::Ok, None, Some(duration));
                (self.parts.report)(ReloadReport::Reloaded(duration));
            }
            Err(ReloadFailure::Stopped) => debug!("the audio has ended before the new build came in"),
            Err(ReloadFailure::NotPlayed(reason)) => self.fail(&reason, saved, true),
        }
    }

    /// Lets a library that was just built play. Returns why it has refused the state of the last one, if so.
    fn take_over(&self, library: &Path, saved: Instant) -> Result<Option<String>, ReloadFailure> {
        let copy = self.copies.folder.copy(library);
        let copy =
            copy.map_err(|error| ReloadFailure::NotPlayed(format!("the library was not copied: {error}")))?;
        let plugin =
            LoadedPlugin::load_copy(copy).map_err(|error| ReloadFailure::NotPlayed(error.to_string()))?;
        debug!(after_save = ?saved.elapsed(), "the library is loaded");
        let takes_notes = plugin.takes_notes();
        let LoadedPlugin { parameters, meters, signals, processors, text, state_refusal, .. } = plugin;
        let pending = self.parts.host.pending_build(parameters, meters, signals, text, takes_notes);
        let pending = pending.map_err(|error| ReloadFailure::NotPlayed(error.to_string()))?;
        let mut processors = processors.reading(pending.bridge());
        match &self.parts.replacer {
            Some(replacer) => replacer.replace(processors).map_err(|error| match error {
                ReplaceError::Stopped => ReloadFailure::Stopped,
                error => ReloadFailure::NotPlayed(error.to_string()),
            })?,
            None => wavecraft_audio::try_out(processors.as_mut())
                .map_err(|error| ReloadFailure::NotPlayed(error.to_string()))?,
        }
        debug!(after_save = ?saved.elapsed(), "the new processor plays alone");
        self.parts.host.switch_to(pending);
        Ok(state_refusal.take())
    }

    fn fail_to_start(&self, error: &str, saved: Instant) {
        let program = self.command.program.display();
        self.fail(&format!("the build did not start: {program}: {error}"), saved, true);
    }

    fn fail(&self, reason: &str, saved: Instant, is_new_to_the_user: bool) {
        self.broadcast(BuildState::Failed, Some(reason.to_owned()), Some(saved.elapsed()));
        (self.parts.report)(if is_new_to_the_user {
            ReloadReport::NotLoaded(reason.to_owned())
        } else {
            ReloadReport::BuildFailed
        });
    }

    fn broadcast(&self, state: BuildState, message: Option<String>, duration: Option<Duration>) {
        let duration_ms = duration.map(|duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX));
        self.parts.notifications.send_build(&BuildStatus { state, message, duration_ms });
    }
}

/// Why a library does not play.
enum ReloadFailure {
    /// It cannot, in the words that the user sees.
    NotPlayed(String),
    /// Nothing plays any more.
    Stopped,
}

fn stamp(library: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(library).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
