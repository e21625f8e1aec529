//! One helper process for all editors of this library in one host, and the thread that reads for them what it says.
//!
//! Each editor has a view in it. The process starts with the first view and ends with the last. WebKit shows the related pages
//! of one process for little more memory than one of them. When a page has made all of them stand still, each gets a helper of
//! its own, until no editor is left.

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::sync_channel;
use std::{io, thread};

use parking_lot::Mutex;
use rustix::event::{PollFd, PollFlags};

use super::helper::{Helper, HelperError, HelperExit, HelperWriter};
use super::messages::{FromHelper, ToHelper};
use super::waker::{Waker, poll, readable};
use super::wire::{ViewNumber, WireError};

/// So many messages may wait for one editor. Then nothing more is read: the page that sends them waits.
const MAX_WAITING_MESSAGES: usize = 1024;

/// The helpers that run, most often one.
static RUNNING: Mutex<Vec<Arc<SharedHelper>>> = Mutex::new(Vec::new());

/// Whether each editor gets a helper of its own.
static IS_SHARING_REFUSED: AtomicBool = AtomicBool::new(false);

/// What differs from one helper to another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct HelperKind {
    /// The program, unless it is the one inside this library.
    program: Option<PathBuf>,
    /// Whether it looks for libraries where the host does.
    keeps_host_libraries: bool,
}

/// A helper, its views, and the thread that reads.
struct SharedHelper {
    kind: HelperKind,
    writer: Mutex<HelperWriter>,
    /// The views that are open, by their numbers. `None` once the helper has ended or is about to: it takes no more.
    inboxes: Mutex<Option<HashMap<ViewNumber, Arc<Inbox>>>>,
    /// Whether it has stopped to read.
    is_hung: AtomicBool,
    waker: Waker,
    thread: Mutex<Option<thread::JoinHandle<()>>>,
}

/// What the helper has said of one view.
struct Inbox {
    messages: Mutex<VecDeque<FromHelper>>,
    exit: Mutex<Option<HelperExit>>,
    /// Wakes the editor's thread.
    wake: Box<dyn Fn() + Send + Sync>,
}

/// An editor's view in the helper. Dropping it closes the view.
pub struct HelperView {
    helper: Arc<SharedHelper>,
    number: ViewNumber,
    inbox: Arc<Inbox>,
}

impl HelperView {
    /// A new view, in the helper that runs or else in a new one. `wake` is called, from another thread, when there is
    /// something to receive.
    ///
    /// # Errors
    ///
    /// The helper cannot be started.
    pub fn open(
        program: Option<&Path>,
        keeps_host_libraries: bool,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self, HelperError> {
        static NEXT_NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = ViewNumber(NEXT_NUMBER.fetch_add(1, Ordering::Relaxed));
        let inbox =
            Arc::new(Inbox { messages: Mutex::default(), exit: Mutex::default(), wake: Box::new(wake) });
        let kind = HelperKind { program: program.map(Path::to_owned), keeps_host_libraries };

        let mut running = RUNNING.lock();
        let may_join = !IS_SHARING_REFUSED.load(Ordering::Relaxed);
        let joined =
            running.iter().find(|helper| may_join && helper.kind == kind && helper.join(number, &inbox));
        let helper = if let Some(helper) = joined {
            Arc::clone(helper)
        } else {
            let helper = SharedHelper::start(kind)?;
            // It has just started, and cannot be given up while the list of those that run is ours.
            helper.join(number, &inbox);
            running.push(Arc::clone(&helper));
            helper
        };
        Ok(Self { helper, number, inbox })
    }

    /// Sends a message about the view, at once or when the helper is ready for it.
    ///
    /// # Errors
    ///
    /// The message is too long. Any other failure shows when the view receives.
    pub fn send(&self, message: &ToHelper) -> Result<(), WireError> {
        let (result, has_unsent) = {
            let mut writer = self.helper.writer.lock();
            (writer.send(self.number, message), writer.has_unsent())
        };
        match result {
            Ok(()) if has_unsent => self.helper.waker.wake(),
            Ok(()) => {}
            Err(HelperError::Wire(error @ WireError::TooLong { .. })) => return Err(error),
            Err(HelperError::NotReading) => {
                self.helper.is_hung.store(true, Ordering::Relaxed);
                self.helper.waker.wake();
            }
            Err(error) => {
                tracing::debug!("the helper takes no message: {error}");
            }
        }
        Ok(())
    }

    /// Takes what the helper has said of the view.
    ///
    /// # Errors
    ///
    /// The helper has ended. What it had said before comes first.
    pub fn receive(&self) -> Result<VecDeque<FromHelper>, HelperExit> {
        let exit = self.inbox.exit.lock().clone();
        let messages = std::mem::take(&mut *self.inbox.messages.lock());
        if messages.len() >= MAX_WAITING_MESSAGES {
            self.helper.waker.wake();
        }
        match exit {
            Some(exit) if messages.is_empty() => Err(exit),
            _ => Ok(messages),
        }
    }
}

impl Drop for HelperView {
    /// The last view waits for the end of the helper, so that nothing of it is left.
    fn drop(&mut self) {
        let mut running = RUNNING.lock();
        let mut inboxes = self.helper.inboxes.lock();
        if let Some(open) = inboxes.as_mut() {
            open.remove(&self.number);
            if !open.is_empty() {
                drop((inboxes, running));
                let _ = self.send(&ToHelper::Close);
                return;
            }
            *inboxes = None;
            running.retain(|helper| !Arc::ptr_eq(helper, &self.helper));
            if running.is_empty() {
                IS_SHARING_REFUSED.store(false, Ordering::Relaxed);
            }
        }
        drop((inboxes, running));
        self.helper.waker.wake();
        if let Some(thread) = self.helper.thread.lock().take() {
            // What it panicked with, if it did, has been printed.
            let _ = thread.join();
        }
    }
}

impl SharedHelper {
    /// Starts the process, from a thread that lives as long as it: the kernel ends it with the thread that started it.
    fn start(kind: HelperKind) -> Result<Arc<Self>, HelperError> {
        let (started, result) = sync_channel(1);
        let waker = Waker::new().map_err(HelperError::Start)?;
        let thread = thread::Builder::new().name("webview-helper".to_owned());
        let program = (kind.program.clone(), kind.keeps_host_libraries);
        let (handed_over, shared) = sync_channel::<Arc<Self>>(1);
        let thread = thread
            .spawn(move || {
                let (program, keeps_host_libraries) = program;
                match Helper::start(program.as_deref(), keeps_host_libraries) {
                    Err(error) => drop(started.send(Err(error))),
                    Ok((helper, writer)) => {
                        let _ = started.send(Ok(writer));
                        match shared.recv() {
                            Ok(shared) => shared.read(helper),
                            Err(_) => drop(helper.kill()),
                        }
                    }
                }
            })
            .map_err(HelperError::Start)?;
        let ended_early = || HelperError::Start(io::Error::other("the thread of the web view has ended"));
        let writer = result.recv().map_err(|_| ended_early())??;
        let shared = Arc::new(Self {
            kind,
            writer: Mutex::new(writer),
            inboxes: Mutex::new(Some(HashMap::new())),
            is_hung: AtomicBool::new(false),
            waker,
            thread: Mutex::new(Some(thread)),
        });
        handed_over.send(Arc::clone(&shared)).map_err(|_| ended_early())?;
        Ok(shared)
    }

    /// Takes in another view, unless the helper has ended.
    fn join(&self, number: ViewNumber, inbox: &Arc<Inbox>) -> bool {
        self.inboxes.lock().as_mut().map(|open| open.insert(number, Arc::clone(inbox))).is_some()
    }

    /// Reads until the helper ends or has no view any more.
    fn read(&self, mut helper: Helper) {
        while self.inboxes.lock().is_some() {
            helper.read_stderr();
            let written = self.writer.lock().flush();
            let received = if self.has_room() { helper.receive() } else { Ok(Vec::new()) };
            let is_hung = self.is_hung.load(Ordering::Relaxed);
            let result = received
                .and_then(|messages| self.distribute(messages))
                .and(written)
                .and(if is_hung { Err(HelperError::NotReading) } else { Ok(()) });
            if let Err(error) = result {
                tracing::debug!("the helper is ended: {error}");
                return self.end(helper, &error);
            }
            self.wait(&helper);
        }
        helper.kill();
    }

    /// Whether every editor has taken what was said of its view.
    fn has_room(&self) -> bool {
        let inboxes = self.inboxes.lock();
        let mut open = inboxes.iter().flat_map(HashMap::values);
        open.all(|inbox| inbox.messages.lock().len() < MAX_WAITING_MESSAGES)
    }

    fn distribute(&self, messages: Vec<(ViewNumber, FromHelper)>) -> Result<(), HelperError> {
        let inboxes = self.inboxes.lock();
        let Some(open) = inboxes.as_ref() else { return Ok(()) };
        let mut told: Vec<&Arc<Inbox>> = Vec::new();
        for (view, message) in messages {
            if message == FromHelper::NotResponding {
                return Err(HelperError::NotResponding);
            }
            // One that has just been closed may have said something before.
            let Some(inbox) = open.get(&view) else { continue };
            inbox.messages.lock().push_back(message);
            if !told.iter().any(|other| Arc::ptr_eq(other, inbox)) {
                told.push(inbox);
            }
        }
        for inbox in told {
            (inbox.wake)();
        }
        Ok(())
    }

    /// Ends the process, and tells every editor how it ended.
    fn end(&self, helper: Helper, reason: &HelperError) {
        let mut exit = helper.kill();
        if matches!(reason, HelperError::NotResponding) {
            exit = HelperExit::NotResponding;
            IS_SHARING_REFUSED.store(true, Ordering::Relaxed);
        }
        let open = {
            let mut running = RUNNING.lock();
            running.retain(|other| !std::ptr::eq(Arc::as_ptr(other), self));
            self.inboxes.lock().take().unwrap_or_default()
        };
        for inbox in open.values() {
            *inbox.exit.lock() = Some(exit.clone());
            (inbox.wake)();
        }
    }

    /// Waits until there is something to do.
    fn wait(&self, helper: &Helper) {
        let mut wanted = PollFlags::empty();
        if self.has_room() {
            wanted |= PollFlags::IN;
        }
        if self.writer.lock().has_unsent() {
            wanted |= PollFlags::OUT;
        }
        let mut watched = vec![readable(self.waker.descriptor()), PollFd::new(helper.socket(), wanted)];
        watched.extend(helper.stderr().map(|stderr| PollFd::new(stderr, PollFlags::IN)));
        poll(&mut watched, None);
        self.waker.clear();
    }
}
