//! What a CLAP host is told, in bursts that its queue holds.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::plugin_host::Task;

/// How many tasks run between two ticks of the editor's timer. nice-plug's queue to a CLAP host holds 2,048 events and drops
/// what comes beyond, and a host may need more than one tick to take them.
const TASKS_A_TICK: usize = 1_000;

/// Runs tasks at once, in order, and keeps those for the next ticks that would be too many: a preset of a plugin with a
/// thousand parameters.
///
/// Used by the editor's thread. Each task tells the host one thing.
#[derive(Default)]
pub struct PacedTasks {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    ran_since_tick: usize,
    waiting: VecDeque<Task>,
}

impl PacedTasks {
    /// Runs a task now, or when its turn comes.
    pub fn run(&self, task: Task) {
        let mut state = self.state();
        state.waiting.push_back(task);
        drop(state);
        self.run_waiting();
    }

    /// The editor's timer ticks: the next ones may run.
    pub fn tick(&self) {
        self.state().ran_since_tick = 0;
        self.run_waiting();
    }

    fn run_waiting(&self) {
        loop {
            let next = self.state().next();
            let Some(task) = next else { return };
            // Without the lock: a host may call back.
            task();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn next(&mut self) -> Option<Task> {
        if self.ran_since_tick == TASKS_A_TICK {
            return None;
        }
        let task = self.waiting.pop_front()?;
        self.ran_since_tick += 1;
        Some(task)
    }
}

impl Drop for PacedTasks {
    /// The window is closed: what still waits is told all the same, as nobody will tick any more.
    fn drop(&mut self) {
        for task in self.state().waiting.drain(..) {
            task();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn told() -> (Arc<Mutex<Vec<usize>>>, impl Fn(usize) -> Task) {
        let told = Arc::new(Mutex::new(Vec::new()));
        let teller = Arc::clone(&told);
        let task = move |number| -> Task {
            let told = Arc::clone(&teller);
            Box::new(move || told.lock().unwrap().push(number))
        };
        (told, task)
    }

    #[test]
    fn tasks_run_at_once_and_in_order_and_those_that_are_too_many_at_the_next_ticks() {
        let (told, task) = told();
        let tasks = PacedTasks::default();
        for number in 0..2_500 {
            tasks.run(task(number));
        }
        assert_eq!(told.lock().unwrap().len(), TASKS_A_TICK);
        tasks.tick();
        tasks.run(task(2_500));
        assert_eq!(told.lock().unwrap().len(), 2 * TASKS_A_TICK);
        tasks.tick();
        assert_eq!(*told.lock().unwrap(), (0..=2_500).collect::<Vec<_>>());
        tasks.run(task(2_501));
        assert_eq!(told.lock().unwrap().last(), Some(&2_501));
    }

    #[test]
    fn a_task_may_have_others_run() {
        let (told, task) = told();
        let tasks = Arc::new(PacedTasks::default());
        let (again, second) = (Arc::clone(&tasks), task(2));
        tasks.run(Box::new(move || again.run(second)));
        assert_eq!(*told.lock().unwrap(), [2]);
    }

    #[test]
    fn what_waits_when_the_window_is_closed_is_told() {
        let (told, task) = told();
        let tasks = PacedTasks::default();
        for number in 0..=TASKS_A_TICK {
            tasks.run(task(number));
        }
        drop(tasks);
        assert_eq!(told.lock().unwrap().len(), TASKS_A_TICK + 1);
    }
}
