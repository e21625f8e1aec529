//! What comes of a message: the answer, and the news for others.

use crate::host::ParameterHost;
use crate::notifications::{ParameterChanged, ParameterChangedParams, notification};
use crate::value::NormalizedValue;

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

    /// A later change of a parameter takes the place of an earlier one: the others need only the outcome.
    pub(crate) fn push_change(&mut self, change: Change) {
        self.changes.retain(|earlier| earlier.id != change.id);
        self.changes.push(change);
    }
}

/// A parameter that a page has set.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The parameter's id.
    pub id: String,
    /// What the page sent, and therefore shows.
    pub sent: NormalizedValue,
    /// What the host made of it at that time.
    pub value: NormalizedValue,
}

impl Change {
    /// The news of this change, with the value that the parameter has now; `None` if a reload has taken it away.
    ///
    /// Where several pages share a host, let one task ask for the news and send it, one change after another. Since
    /// the value is read when the news is made, all pages end with the same, the last one, in whatever order their
    /// messages were handled.
    pub fn news(&self, host: &dyn ParameterHost) -> Option<News> {
        let value = host.get_parameter(&self.id).ok()?;
        let text =
            notification::<ParameterChanged>(&ParameterChangedParams { id: self.id.as_str().into(), value });
        Some(News { text, concerns_sender: value != self.sent })
    }
}

/// A notification for the pages that did not make the change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// `parameterChanged`, as text.
    pub text: String,
    /// Whether the page that made the change needs it as well: its parameter has become something other than it sent.
    pub concerns_sender: bool,
}
