//! What pages are told of the session: history, slots, presets.

use std::sync::{Arc, Weak};

use wavecraft_ipc::notifications::{
    HistoryChanged, ParametersChanged, PresetChanged, PresetsChanged, SlotChanged,
};
use wavecraft_ipc::{Empty, ParameterHost, SessionControl};
use wavecraft_session::{SessionEvent, SessionHost, Subscription};

use crate::server::NotificationSender;

/// Tells all pages what happens to the session of `host`, until the subscription is dropped. The page that made it happen is
/// told as well, after its answer.
pub fn tell_pages_of_session<H: ParameterHost + 'static>(
    host: &Arc<SessionHost<H>>,
    notifications: NotificationSender,
) -> Subscription {
    // The session belongs to the host, which must not live for its own sake.
    let told_of: Weak<SessionHost<H>> = Arc::downgrade(host);
    host.remembered().subscribe(move |event| {
        let Some(host) = told_of.upgrade() else { return };
        match event {
            SessionEvent::ParametersChanged => notifications.send::<ParametersChanged>(&Empty {}),
            SessionEvent::HistoryChanged => notifications.send::<HistoryChanged>(&host.history()),
            SessionEvent::SlotChanged => notifications.send::<SlotChanged>(&host.slots()),
            SessionEvent::PresetChanged => notifications.send::<PresetChanged>(&host.current_preset()),
            SessionEvent::PresetsChanged => notifications.send::<PresetsChanged>(&Empty {}),
            // There is no host with a project.
            SessionEvent::SavedSessionChanged => {}
        }
    })
}
