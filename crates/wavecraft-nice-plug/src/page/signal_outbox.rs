//! The signals that a page has subscribed to, analysed on the editor's timer.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use wavecraft_ipc::SignalRequest;
use wavecraft_metering::analysis::{SignalAnalyser, SignalSubscription};

/// What a page had subscribed to when its window was closed, for the next opening. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct KeptRequests(Arc<Mutex<Vec<SignalRequest>>>);

impl KeptRequests {
    /// What was kept.
    pub fn get(&self) -> Vec<SignalRequest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps what the page has subscribed to now.
    pub fn set(&self, requests: Vec<SignalRequest>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = requests;
    }
}

/// Sends one page the signals that it has subscribed to. Dropping it ends all of its listening.
///
/// Used by the editor's thread alone.
pub struct SignalOutbox {
    analyser: SignalAnalyser,
    subscriptions: Vec<SignalSubscription>,
}

impl SignalOutbox {
    /// Sends what `analyser` makes.
    pub fn new(analyser: SignalAnalyser) -> Self {
        Self { analyser, subscriptions: Vec::new() }
    }

    /// Goes on with what the page has asked for now.
    pub fn renew(&mut self, requests: Vec<SignalRequest>) {
        SignalSubscription::renew(&mut self.subscriptions, &self.analyser, requests);
    }

    /// Hands `send` the notifications that are due. Called by the editor's timer, every other time of which is one of a signal.
    pub fn flush(&mut self, mut send: impl FnMut(&str)) {
        if self.subscriptions.is_empty() || !self.analyser.analyse(Instant::now()) {
            return;
        }
        for subscription in &mut self.subscriptions {
            if let Some(text) = subscription.take_newest() {
                send(&text);
            }
        }
    }
}
