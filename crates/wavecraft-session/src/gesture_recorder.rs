//! Makes steps of what the user's hands do: from the first control that is touched to the last that is let go.

use std::collections::HashMap;

use wavecraft_ipc::NormalizedValue;

use crate::history::ValueChange;

/// The step that is being made.
///
/// Gestures that overlap are one step, such as the two parameters of a field that is dragged in both directions. What is
/// set without a gesture while there is one belongs to it as well.
#[derive(Debug, Default)]
pub(crate) struct GestureRecorder {
    /// How many hold each parameter. Empty when nobody holds anything.
    holders: HashMap<String, u32>,
    /// What has changed so far, in the order in which it was touched.
    changes: Vec<ValueChange>,
}

impl GestureRecorder {
    /// Somebody takes hold of a parameter that has this value.
    pub fn begin(&mut self, id: &str, value: NormalizedValue) {
        *self.holders.entry(id.to_owned()).or_default() += 1;
        self.note(id, value);
    }

    /// Whether the value that a parameter had before the step is known.
    pub fn knows(&self, id: &str) -> bool {
        self.changes.iter().any(|change| change.id == id)
    }

    /// Whether somebody holds a parameter.
    pub fn is_open(&self) -> bool {
        !self.holders.is_empty()
    }

    /// The value of a parameter before what is about to happen to it, unless it is known already.
    pub fn note(&mut self, id: &str, before: NormalizedValue) {
        if !self.knows(id) {
            self.changes.push(ValueChange { id: id.to_owned(), before, after: before });
        }
    }

    /// The user gives a parameter, which must be known, this value.
    pub fn set(&mut self, id: &str, value: NormalizedValue) {
        if let Some(change) = self.changes.iter_mut().find(|change| change.id == id) {
            change.after = value;
        }
    }

    /// Somebody lets go of a parameter. Returns whether nobody holds anything any more.
    pub fn end(&mut self, id: &str) -> bool {
        if let Some(holders) = self.holders.get_mut(id) {
            *holders -= 1;
            if *holders == 0 {
                self.holders.remove(id);
            }
        }
        !self.is_open()
    }

    /// Takes out what has changed. What is still held goes on from where it stands, as the beginning of another step.
    pub fn take(&mut self) -> Vec<ValueChange> {
        let changes = std::mem::take(&mut self.changes);
        let held = changes.iter().filter(|change| self.holders.contains_key(&change.id));
        self.changes = held.map(|change| ValueChange { before: change.after, ..change.clone() }).collect();
        changes.into_iter().filter(|change| change.before != change.after).collect()
    }

    /// A recall has given a parameter this value: if it is held, what comes next begins there.
    pub fn recalled(&mut self, id: &str, value: NormalizedValue) {
        if let Some(change) = self.changes.iter_mut().find(|change| change.id == id) {
            (change.before, change.after) = (value, value);
        }
    }
}
