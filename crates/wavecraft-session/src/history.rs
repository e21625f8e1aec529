//! What can be undone and redone: a line of steps, and where on it one stands.

use std::collections::VecDeque;

use wavecraft_ipc::NormalizedValue;

use crate::loaded_preset::LoadedPreset;

/// How many steps are kept. The oldest goes when there would be more.
pub const MAX_STEPS: usize = 256;

/// A parameter's value before and after a step, as the user left it and as the user set it.
///
/// What automation or the host do to the parameter meanwhile is no part of a step, and never becomes one.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueChange {
    /// The parameter's id.
    pub id: String,
    /// Where undo brings it.
    pub before: NormalizedValue,
    /// Where redo brings it.
    pub after: NormalizedValue,
}

/// What a step does to the preset's name.
#[derive(Clone, Debug, PartialEq)]
pub struct PresetChange {
    /// The preset that undo brings back.
    pub before: Option<LoadedPreset>,
    /// The preset that redo brings back.
    pub after: Option<LoadedPreset>,
}

/// One thing that the user has done.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What the user reads: "Drive 12.0 dB", "Preset Warm Vocal".
    pub label: String,
    /// The parameters that it has changed, each once.
    pub changes: Vec<ValueChange>,
    /// Another preset, if it has brought one.
    pub preset: Option<PresetChange>,
}

impl Step {
    /// Whether undoing it would change nothing at all.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.preset.is_none()
    }
}

/// The steps of one slot.
///
/// Undo to the bottom gives every parameter that the steps know the value that it had before the first of them, redo to
/// the top the one that the last of them gave it, to the bit, whatever happens to the values on the way.
#[derive(Clone, Debug, Default)]
pub struct History {
    steps: VecDeque<Step>,
    /// How many of them are done; the rest can be redone.
    done: usize,
}

impl History {
    /// Adds what the user has just done. What could be redone is forgotten. A step without any change is none.
    pub fn push(&mut self, step: Step) -> bool {
        if step.is_empty() {
            return false;
        }
        self.steps.truncate(self.done);
        if self.steps.len() == MAX_STEPS {
            self.steps.pop_front();
        }
        self.steps.push_back(step);
        self.done = self.steps.len();
        true
    }

    /// Goes back by a step, and returns it: each of its parameters is to have the value before it.
    pub fn undo(&mut self) -> Option<&Step> {
        self.done = self.done.checked_sub(1)?;
        self.steps.get(self.done)
    }

    /// Goes forward by a step, and returns it: each of its parameters is to have the value after it.
    pub fn redo(&mut self) -> Option<&Step> {
        let step = self.steps.get(self.done)?;
        self.done += 1;
        Some(step)
    }

    /// What undo would take back.
    pub fn undo_label(&self) -> Option<&str> {
        let last = self.done.checked_sub(1)?;
        self.steps.get(last).map(|step| step.label.as_str())
    }

    /// What redo would do again.
    pub fn redo_label(&self) -> Option<&str> {
        self.steps.get(self.done).map(|step| step.label.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(label: &str, before: f32, after: f32) -> Step {
        let value = |value| NormalizedValue::new(value).unwrap();
        let change = ValueChange { id: "gain".to_owned(), before: value(before), after: value(after) };
        Step { label: label.to_owned(), changes: vec![change], preset: None }
    }

    #[test]
    fn steps_are_walked_in_both_directions() {
        let mut history = History::default();
        assert!(history.undo().is_none() && history.redo().is_none());
        history.push(step("one", 0.0, 0.5));
        history.push(step("two", 0.5, 1.0));
        assert_eq!((history.undo_label(), history.redo_label()), (Some("two"), None));
        assert_eq!(history.undo().unwrap().label, "two");
        assert_eq!((history.undo_label(), history.redo_label()), (Some("one"), Some("two")));
        assert_eq!(history.redo().unwrap().label, "two");
        assert!(history.redo().is_none());
    }

    #[test]
    fn what_is_done_anew_takes_the_place_of_what_was_undone() {
        let mut history = History::default();
        history.push(step("one", 0.0, 0.5));
        history.push(step("two", 0.5, 1.0));
        history.undo();
        history.push(step("other", 0.5, 0.7));
        assert_eq!((history.undo_label(), history.redo_label()), (Some("other"), None));
    }

    #[test]
    fn the_oldest_step_goes_when_there_are_too_many() {
        let mut history = History::default();
        for number in 0..MAX_STEPS + 10 {
            history.push(step(&number.to_string(), 0.0, 1.0));
        }
        let undone = std::iter::from_fn(|| history.undo().map(|step| step.label.clone())).last();
        assert_eq!(undone.as_deref(), Some("10"));
    }

    #[test]
    fn a_step_that_changes_nothing_is_none() {
        let mut history = History::default();
        history.push(step("one", 0.0, 0.5));
        history.undo();
        let nothing = Step { label: String::new(), changes: Vec::new(), preset: None };
        assert!(!history.push(nothing));
        assert_eq!(history.redo_label(), Some("one"), "it does not end what can be redone");
    }
}
