//! A plugin's background tasks.
//!
//! Guarantees: scheduling a task neither allocates nor blocks nor wakes a thread; the ring is allocated once and holds
//! 512 tasks. When it is full, the newest task is dropped and counted. A task that panics on a thread of the runner's
//! is logged and counted, and the next ones run. A plugin without tasks (whose task type is the unit type) costs no
//! thread.

use std::any::TypeId;
use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use nice_plug::prelude::{Plugin, TaskExecutor};

use crate::panics;

/// How many tasks may wait for the worker.
const CAPACITY: usize = 512;

/// How long a task may lie in the ring before the worker looks: waking it would be a system call on the audio thread.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// Runs a plugin's tasks: on a worker thread while it plays in real time, else at once on the calling thread.
pub(super) struct TaskRunner<P: Plugin> {
    executor: Arc<Mutex<TaskExecutor<P>>>,
    worker: RefCell<Option<Worker<P>>>,
    dropped: Cell<u64>,
    panicked: Arc<AtomicU64>,
}

struct Worker<P: Plugin> {
    ring: rtrb::Producer<P::BackgroundTask>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl<P: Plugin> TaskRunner<P> {
    pub(super) fn new(executor: TaskExecutor<P>) -> Self {
        Self {
            executor: Arc::new(Mutex::new(executor)),
            worker: RefCell::new(None),
            dropped: Cell::new(0),
            panicked: Arc::default(),
        }
    }

    /// Starts the worker thread, if the plugin has tasks and it is not running yet. Not for the audio thread.
    pub(super) fn start_worker(&self) {
        let mut worker = self.worker.borrow_mut();
        if worker.is_none() && Self::has_tasks() {
            *worker = Some(Worker::start(Arc::clone(&self.executor), Arc::clone(&self.panicked)));
        }
    }

    /// Stops the worker thread after the tasks that wait. Not for the audio thread.
    pub(super) fn stop_worker(&self) {
        self.worker.take();
    }

    /// Runs a task on this thread, which gets a panic of it. Not for the audio thread in real time.
    pub(super) fn run_now(&self, task: P::BackgroundTask) {
        run::<P>(&self.executor, task);
    }

    /// Leaves the task to the worker where there is one. Real-time safe then; otherwise the task runs now.
    pub(super) fn schedule(&self, task: P::BackgroundTask) {
        if let Some(worker) = self.worker.borrow_mut().as_mut() {
            if worker.ring.push(task).is_err() {
                self.dropped.set(self.dropped.get() + 1);
            }
        } else if Self::has_tasks() {
            self.run_now(task);
        }
    }

    /// What runs the tasks of the plugin's editor, each on a thread of its own: they are few, and must not hold up the
    /// window.
    #[cfg(feature = "editor")]
    pub(super) fn executor_for_editor(&self) -> nice_plug::prelude::AsyncExecutor<P> {
        let (executor, panicked) = (Arc::clone(&self.executor), Arc::clone(&self.panicked));
        let execute = Arc::new(move |task| {
            let (executor, panicked) = (Arc::clone(&executor), Arc::clone(&panicked));
            thread::spawn(move || run_catching::<P>(&executor, task, &panicked));
        });
        nice_plug::prelude::AsyncExecutor::new(Arc::clone(&execute) as _, execute)
    }

    fn has_tasks() -> bool {
        TypeId::of::<P::BackgroundTask>() != TypeId::of::<()>()
    }

    /// How many tasks have panicked on a thread of this runner's.
    pub(super) fn panicked(&self) -> u64 {
        self.panicked.load(Ordering::Relaxed)
    }

    /// How many tasks found the ring full.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped.get()
    }
}

impl<P: Plugin> Worker<P> {
    fn start(executor: Arc<Mutex<TaskExecutor<P>>>, panicked: Arc<AtomicU64>) -> Self {
        let (producer, mut consumer) = rtrb::RingBuffer::new(CAPACITY);
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let work = move || {
            loop {
                // Read before the ring, so that what was scheduled before the stop still runs.
                let last_round = stopped.load(Ordering::Acquire);
                while let Ok(task) = consumer.pop() {
                    run_catching::<P>(&executor, task, &panicked);
                }
                if last_round {
                    return;
                }
                thread::park_timeout(POLL_INTERVAL);
            }
        };
        let thread = thread::Builder::new().name("plugin-tasks".to_owned()).spawn(work);
        let thread = thread.expect("the system can start another thread");
        Self { ring: producer, stop, thread: Some(thread) }
    }
}

impl<P: Plugin> Drop for Worker<P> {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            thread.join().expect("the worker catches the panics of tasks");
        }
    }
}

fn run<P: Plugin>(executor: &Mutex<TaskExecutor<P>>, task: P::BackgroundTask) {
    // A panic in an earlier task concerns that task only.
    let executor = executor.lock().unwrap_or_else(PoisonError::into_inner);
    executor(task);
}

fn run_catching<P: Plugin>(executor: &Mutex<TaskExecutor<P>>, task: P::BackgroundTask, panicked: &AtomicU64) {
    if let Err(message) = panics::catch(|| run::<P>(executor, task)) {
        panicked.fetch_add(1, Ordering::Relaxed);
        tracing::error!("a background task of {} has panicked: {message}", P::NAME);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use wavecraft_test_plugins::Busy;

    use super::*;

    /// Adds up what it is given, and panics at nothing.
    fn summing(sum: &Arc<AtomicU32>) -> TaskRunner<Busy> {
        let sum = Arc::clone(sum);
        TaskRunner::new(Box::new(move |amount| {
            assert_ne!(amount, 0, "nothing to add");
            sum.fetch_add(amount, Ordering::Relaxed);
        }))
    }

    #[test]
    fn a_task_that_panics_is_counted_and_the_next_ones_run() {
        let sum = Arc::default();
        let tasks = summing(&sum);
        tasks.start_worker();
        for amount in [1, 0, 10, 0, 100] {
            tasks.schedule(amount);
        }
        tasks.stop_worker();
        assert_eq!((sum.load(Ordering::Relaxed), tasks.panicked(), tasks.dropped()), (111, 2, 0));
    }
}
