//! One page, from the opening of its window to the closing.

use std::sync::Arc;

use wavecraft_ipc::notifications::{ParameterChanged, ParameterChangedParams, notification};
use wavecraft_ipc::{IpcHandler, ParameterHost, Reply, SignalRequest};

use super::controller_outbox::ControllerOutbox;
use super::notification_outbox::NotificationOutbox;
use super::session_outbox::SessionOutbox;
use super::signal_outbox::SignalOutbox;

/// Answers a page, and sends it notifications. Dropping it ends the gestures that its page has open, and
/// the notes that it holds.
///
/// Used by the editor's thread alone. `send` takes each text for the page.
pub struct Connection {
    ipc: IpcHandler,
    outbox: NotificationOutbox,
    session: Option<SessionOutbox>,
    signals: Option<SignalOutbox>,
    controllers: Option<ControllerOutbox>,
    /// Used again for each message.
    reply: Reply,
}

impl Connection {
    /// A page of `host` that gets the notifications of `outbox`.
    pub fn new(host: Arc<dyn ParameterHost>, outbox: NotificationOutbox) -> Self {
        Self {
            ipc: IpcHandler::new(host),
            outbox,
            session: None,
            signals: None,
            controllers: None,
            reply: Reply::default(),
        }
    }

    /// The page is told of what becomes of the session as well.
    #[must_use]
    pub fn with_session(self, outbox: SessionOutbox) -> Self {
        Self { session: Some(outbox), ..self }
    }

    /// The page gets the signals that it subscribes to, and those that it had subscribed to before.
    #[must_use]
    pub fn with_signals(self, outbox: SignalOutbox, requests: Vec<SignalRequest>) -> Self {
        self.ipc.set_signal_requests(requests);
        Self { signals: Some(outbox), ..self }
    }

    /// MIDI controllers move parameters, of which the page is told.
    #[must_use]
    pub fn with_controllers(self, outbox: ControllerOutbox) -> Self {
        Self { controllers: Some(outbox), ..self }
    }

    /// The signals that the page has subscribed to.
    pub fn signal_requests(&self) -> Vec<SignalRequest> {
        self.ipc.signal_requests()
    }

    /// Handles a message of the page.
    pub fn receive(&mut self, message: &str, mut send: impl FnMut(String)) {
        self.ipc.handle_into(message, &mut self.reply);
        if let Some(answer) = self.reply.take_text() {
            send(answer);
        }
        for change in self.reply.take_changes() {
            // The parameter itself may stand on its old value until the host takes the new one.
            if change.value != change.sent {
                let params = ParameterChangedParams { id: change.id.into(), value: change.value };
                send(notification::<ParameterChanged>(&params));
            }
        }
    }

    /// The page was loaded anew, and holds nothing.
    pub fn restart(&self) {
        self.ipc.release_all();
        self.ipc.set_signal_requests(Vec::new());
    }

    /// Sends the page the notifications that are due. Called by the editor's timer.
    pub fn tick(&mut self, mut send: impl FnMut(&str)) {
        if let Some(controllers) = &mut self.controllers {
            controllers.flush(&mut send);
        }
        // Before the parameters, whose marks it sets.
        if let Some(session) = &mut self.session {
            session.flush(&mut send);
        }
        self.outbox.flush(&mut send);
        if let Some(signals) = &mut self.signals {
            if let Some(requests) = self.ipc.take_changed_signal_requests() {
                signals.renew(requests);
            }
            signals.flush(send);
        }
    }
}
