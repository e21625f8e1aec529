//! What the page and its handler ask of the host's main thread.

use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use nice_plug_core::editor::dpi::{LogicalSize, Size};
use nice_plug_core::editor::{HostMainThreadCaller, ResizeHint, SizeConstraints};
use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::guard::catch_panic;

/// How long closing a window may take before the log says what it waits for.
const SLOW_CLOSE: Duration = Duration::from_secs(1);

/// What a page can do to its window, from any thread.
#[derive(Clone)]
pub struct WindowControl {
    // Weak: a plugin may keep it for longer than the window lives.
    queue: Weak<MainThreadQueue>,
}

impl WindowControl {
    /// The asking side of a queue.
    pub(crate) fn new(queue: &Arc<MainThreadQueue>) -> Self {
        Self { queue: Arc::downgrade(queue) }
    }

    /// Asks the host for another size, in logical pixels. Says whether the host is being asked: it is not where the size
    /// is beyond the editor's limits or the window is closed. The host may still refuse.
    pub fn request_resize(&self, width_px: u32, height_px: u32) -> bool {
        self.queue.upgrade().is_some_and(|queue| queue.request_resize(width_px, height_px))
    }

    /// Runs something on the host's main thread, soon: where nice-plug's [`GuiContext`] wants to be called.
    /// What was asked before the window is closed, or while the handler is dropped, is run before closing returns; nothing
    /// is run afterwards.
    ///
    /// [`GuiContext`]: nice_plug_core::context::gui::GuiContext
    pub fn run_on_main_thread(&self, task: impl FnOnce() + Send + 'static) {
        if let Some(queue) = self.queue.upgrade() {
            queue.add(MainThreadTask::Run(Box::new(task)));
        }
    }
}

impl fmt::Debug for WindowControl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("WindowControl").finish_non_exhaustive()
    }
}

/// Something to be done on the host's main thread.
pub enum MainThreadTask {
    /// Call this.
    Run(Box<dyn FnOnce() + Send>),
    /// Ask the host for this size, in logical pixels.
    Resize(u32, u32),
}

impl MainThreadTask {
    /// Does it; `request_size` asks the host for a size.
    pub fn run(self, request_size: impl FnOnce(Size) -> Result<(), Box<dyn Error>>) {
        match self {
            Self::Run(task) => task(),
            Self::Resize(width_px, height_px) => {
                let size = LogicalSize::new(f64::from(width_px), f64::from(height_px));
                if let Err(error) = request_size(Size::Logical(size)) {
                    tracing::info!("the host refuses {width_px} x {height_px} pixels: {error}");
                }
            }
        }
    }
}

/// The tasks of one opening: handed out until the window ends, taken until it is closed; what is left then is run by whoever
/// closes it.
pub struct MainThreadQueue {
    resize_hint: ResizeHint,
    /// None once the queue is closed.
    tasks: Mutex<Option<VecDeque<MainThreadTask>>>,
    /// Written with the tasks locked.
    has_ended: AtomicBool,
    /// There is a new task, or an end, or something else that somebody waits for.
    changed: Condvar,
    host: Mutex<Option<Box<dyn HostMainThreadCaller>>>,
    requested_calls: AtomicU32,
}

impl MainThreadQueue {
    /// Empty. Without a host, whoever calls [`MainThreadQueue::next`] is the main thread.
    pub fn new(resize_hint: ResizeHint, host: Option<Box<dyn HostMainThreadCaller>>) -> Self {
        Self {
            resize_hint,
            tasks: Mutex::new(Some(VecDeque::new())),
            has_ended: AtomicBool::new(false),
            changed: Condvar::new(),
            host: Mutex::new(host),
            requested_calls: AtomicU32::new(0),
        }
    }

    /// The next task, if there is any.
    pub fn take(&self) -> Option<MainThreadTask> {
        self.tasks.lock().as_mut().filter(|_| !self.has_ended())?.pop_front()
    }

    /// Waits for the next task, where there is no host to call; `None` when the window has ended.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "there is always a host"))]
    pub fn next(&self) -> Option<MainThreadTask> {
        let mut tasks = self.tasks.lock();
        loop {
            let waiting = tasks.as_mut().filter(|_| !self.has_ended())?;
            if let Some(task) = waiting.pop_front() {
                return Some(task);
            }
            self.changed.wait(&mut tasks);
        }
    }

    /// Whether the window has ended.
    pub fn has_ended(&self) -> bool {
        self.has_ended.load(Ordering::SeqCst)
    }

    /// Hands out no more tasks, which stops [`MainThreadQueue::next`], and asks the host for nothing more.
    pub fn end(&self) {
        let tasks = self.tasks.lock();
        self.has_ended.store(true, Ordering::SeqCst);
        self.changed.notify_all();
        drop(tasks);
    }

    /// Runs tasks, on the calling thread, until `is_done` holds. Whoever makes it hold calls [`MainThreadQueue::notify`].
    pub fn run_until(&self, is_done: impl Fn() -> bool) {
        let mut tasks = self.tasks.lock();
        loop {
            let waiting = tasks.as_mut().map(std::mem::take).unwrap_or_default();
            MutexGuard::unlocked(&mut tasks, || run_all(waiting));
            if is_done() {
                return;
            }
            let is_empty = tasks.as_ref().is_none_or(VecDeque::is_empty);
            if is_empty && self.changed.wait_for(&mut tasks, SLOW_CLOSE).timed_out() {
                tracing::warn!("a window that closes waits for its page's handler");
            }
        }
    }

    /// Has [`MainThreadQueue::run_until`] look whether it is done.
    pub fn notify(&self) {
        let tasks = self.tasks.lock();
        self.changed.notify_all();
        drop(tasks);
    }

    /// Takes no more tasks, and runs what there is.
    pub fn close(&self) {
        let waiting = self.tasks.lock().take().unwrap_or_default();
        run_all(waiting);
        // May keep the plugin alive. Where it is being called, that call's end drops it.
        if let Some(mut host) = self.host.try_lock() {
            *host = None;
        }
    }

    fn request_resize(&self, width_px: u32, height_px: u32) -> bool {
        let is_allowed = allows(&self.resize_hint, width_px, height_px) && !self.has_ended();
        if is_allowed {
            self.add(MainThreadTask::Resize(width_px, height_px));
        }
        is_allowed
    }

    fn add(&self, task: MainThreadTask) {
        let mut tasks = self.tasks.lock();
        let Some(waiting) = tasks.as_mut() else { return };
        waiting.push_back(task);
        self.changed.notify_all();
        drop(tasks);
        self.requested_calls.fetch_add(1, Ordering::SeqCst);
        self.call_main_thread();
    }

    /// Has the host call its main thread. The host may do so at once, from within, and what it runs may ask again or close
    /// the window; so nobody waits for the caller, and whoever has it looks for requests that came in the meantime.
    fn call_main_thread(&self) {
        loop {
            let answered = self.requested_calls.load(Ordering::SeqCst);
            let Some(mut host) = self.host.try_lock() else { return };
            let Some(caller) = host.as_mut().filter(|_| !self.has_ended()) else { return };
            caller.call_main_thread();
            if self.has_ended() {
                *host = None;
            }
            drop(host);
            if self.requested_calls.load(Ordering::SeqCst) == answered {
                return;
            }
        }
    }
}

/// A window that has ended asks its host for no size.
fn run_all(tasks: VecDeque<MainThreadTask>) {
    for task in tasks {
        if let MainThreadTask::Run(task) = task {
            catch_panic("running a task of the page's handler", task);
        }
    }
}

/// Whether the page may ask for this size, in logical pixels.
fn allows(hint: &ResizeHint, width_px: u32, height_px: u32) -> bool {
    let (width, height) = (width_px as f32, height_px as f32);
    let SizeConstraints::Logical { min_size, max_size } = hint.size_constraints else {
        return true;
    };
    width_px > 0
        && height_px > 0
        && min_size.is_none_or(|least| width >= least.width && height >= least.height)
        && max_size.is_none_or(|most| width <= most.width && height <= most.height)
}
