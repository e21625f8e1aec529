//! A parameter that a page has set, and how the other pages learn of it.

use crate::host::ParameterHost;
use crate::notifications::{ParameterChanged, ParameterChangedParams, notification};
use crate::value::NormalizedValue;

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
    /// The notification of this change, with the value that the parameter has now; `None` if a reload has taken it away.
    ///
    /// Where several pages share a host, let one task make the notifications and send them, one change after another.
    /// Since the value is read when the notification is made, all pages end with the same, the last one, in whatever
    /// order their messages were handled.
    pub fn notification(&self, host: &dyn ParameterHost) -> Option<ChangeNotification> {
        let value = host.get_parameter(&self.id).ok()?;
        let text =
            notification::<ParameterChanged>(&ParameterChangedParams { id: self.id.as_str().into(), value });
        Some(ChangeNotification { text, concerns_sender: value != self.sent })
    }
}

/// A notification for the pages that did not make the change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeNotification {
    /// `parameterChanged`, as text.
    pub text: String,
    /// Whether the page that made the change needs it as well: its parameter has become something other than it sent.
    pub concerns_sender: bool,
}
