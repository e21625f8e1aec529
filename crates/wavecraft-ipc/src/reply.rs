//! What comes of a message: the answer, and the changes for others to hear of.

use crate::change::Change;

/// What came of one message. Kept and filled again, it needs no new memory for its text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    pub(crate) text: String,
    pub(crate) changes: Vec<Change>,
}

impl Reply {
    /// The answer for the page that sent the message; `None` when it asked for none. Send it first.
    pub fn text(&self) -> Option<&str> {
        (!self.text.is_empty()).then_some(&self.text)
    }

    /// Takes the answer out, for a channel that wants to own it.
    pub fn take_text(&mut self) -> Option<String> {
        (!self.text.is_empty()).then(|| std::mem::take(&mut self.text))
    }

    /// The parameters that the message changed, in order, each once. Tell the other pages after the answer has gone.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Takes the changes out, for the task that tells the other pages.
    pub fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }
}
