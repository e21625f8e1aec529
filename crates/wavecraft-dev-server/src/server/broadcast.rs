//! What every page learns: changes that other pages made, notifications, and levels.
//!
//! Whoever has something for all pages queues it here, and one task sends it to every subscriber. That there is one such
//! task alone gives the messages an order: every page ends with the same values.

use std::collections::HashMap;
use std::fmt;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::ws::Utf8Bytes;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{MissedTickBehavior, interval};
use wavecraft_ipc::notifications::{AudioStatusChanged, BuildStatusChanged, MetersUpdated, Notification};
use wavecraft_ipc::{AudioStatus, BuildState, BuildStatus, Change, notification, write_notification};

use super::Shared;
use crate::meters::MeterTap;

/// How often pages get new levels.
const METER_INTERVAL: Duration = Duration::from_millis(16);

/// How often pages get what they have subscribed to of signals.
const SIGNAL_INTERVAL: Duration = Duration::from_millis(33);

/// How many messages with changes wait for the task that sends them. Connections wait when it is full.
const QUEUED_CHANGES: usize = 256;

/// Something for all pages.
enum Broadcast {
    /// A page has set parameters.
    Changes { sender: u64, changes: Vec<Change> },
    /// A notification, as text.
    Notification(Utf8Bytes),
    /// How the build is doing. Pages that come later learn of it as well, while it `lasts`.
    Build { text: Utf8Bytes, lasts: bool },
}

/// What waits to be broadcast: the receiving end.
pub(super) struct BroadcastQueue {
    changes: mpsc::Receiver<Broadcast>,
    notifications: mpsc::UnboundedReceiver<Broadcast>,
}

/// All subscribers, and the sending end of what they get.
pub(super) struct Broadcaster {
    subscribers: Arc<Mutex<Subscribers>>,
    queued_messages: usize,
    changes: mpsc::Sender<Broadcast>,
    notifications: mpsc::UnboundedSender<Broadcast>,
    /// The newest levels, empty before the first.
    levels: watch::Sender<Utf8Bytes>,
    /// Tells that signals were analysed; what came of it each connection takes for itself.
    analysed: watch::Sender<()>,
}

/// A plain mutex around it is enough: it is held to push into queues that never wait.
#[derive(Default)]
struct Subscribers {
    next_number: u64,
    outboxes: HashMap<u64, Outbox>,
    /// The build's state, unless all is well.
    build: Option<Utf8Bytes>,
}

/// The sending end of what one subscriber gets.
struct Outbox {
    messages: mpsc::Sender<Utf8Bytes>,
    /// When this goes, the connection ends.
    _alive: oneshot::Sender<()>,
}

/// A connection's share in what is broadcast. Dropping it unsubscribes.
pub(super) struct Subscriber {
    number: u64,
    subscribers: Arc<Mutex<Subscribers>>,
    messages: mpsc::Receiver<Utf8Bytes>,
    dropped: oneshot::Receiver<()>,
    levels: watch::Receiver<Utf8Bytes>,
    analysed: watch::Receiver<()>,
    changes: mpsc::Sender<Broadcast>,
}

/// What a subscriber gets.
pub(super) enum Delivery {
    /// The next message for its page.
    Message(Utf8Bytes),
    /// There is news of signals.
    Signals,
    /// The connection did not take its messages, and has to end.
    Dropped,
}

/// Sends notifications to all pages.
#[derive(Clone, Debug)]
pub struct NotificationSender {
    notifications: mpsc::UnboundedSender<Broadcast>,
}

impl fmt::Debug for Broadcast {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changes { sender, changes } => write!(formatter, "{} changes by {sender}", changes.len()),
            Self::Notification(text) | Self::Build { text, .. } => formatter.write_str(text),
        }
    }
}

impl NotificationSender {
    /// Sends a notification to every page that is connected now. It never waits; after the server's end it does
    /// nothing. Not for the audio thread.
    pub fn send<N: Notification>(&self, params: &N::Params<'_>) {
        let _ = self.notifications.send(Broadcast::Notification(notification::<N>(params).into()));
    }

    /// Sends the build's state to every page, and to those that connect while it is building or has failed. It never
    /// waits; after the server's end it does nothing. Not for the audio thread.
    pub fn send_build(&self, status: &BuildStatus) {
        let (text, lasts) =
            (notification::<BuildStatusChanged>(status).into(), status.state != BuildState::Ok);
        let _ = self.notifications.send(Broadcast::Build { text, lasts });
    }
}

impl Broadcaster {
    /// A broadcaster without subscribers, each of which may have `queued_messages` waiting.
    pub fn new(queued_messages: usize) -> (Self, BroadcastQueue) {
        let (changes, changes_receiver) = mpsc::channel(QUEUED_CHANGES);
        // Notifications come from threads that cannot wait, a few in a minute.
        let (notifications, notifications_receiver) = mpsc::unbounded_channel();
        let broadcaster = Self {
            subscribers: Arc::default(),
            queued_messages,
            changes,
            notifications,
            levels: watch::Sender::new(Utf8Bytes::default()),
            analysed: watch::Sender::new(()),
        };
        let queue = BroadcastQueue { changes: changes_receiver, notifications: notifications_receiver };
        (broadcaster, queue)
    }

    pub fn notification_sender(&self) -> NotificationSender {
        NotificationSender { notifications: self.notifications.clone() }
    }

    /// Adds a connection.
    pub fn subscribe(&self) -> Subscriber {
        let (messages, messages_receiver) = mpsc::channel(self.queued_messages);
        let (alive, dropped) = oneshot::channel();
        let mut subscribers = lock(&self.subscribers);
        let number = subscribers.next_number;
        subscribers.next_number += 1;
        if let Some(build) = &subscribers.build {
            // The outbox is new, so there is room.
            let _ = messages.try_send(build.clone());
        }
        subscribers.outboxes.insert(number, Outbox { messages, _alive: alive });
        let mut levels = self.levels.subscribe();
        // Levels from before the page came are not for it.
        levels.mark_unchanged();
        Subscriber {
            number,
            subscribers: Arc::clone(&self.subscribers),
            messages: messages_receiver,
            dropped,
            levels,
            analysed: self.analysed.subscribe(),
            changes: self.changes.clone(),
        }
    }

    /// Sends the build's state to everyone, and to whoever subscribes while it lasts.
    fn send_build(&self, text: Utf8Bytes, lasts: bool) {
        let mut subscribers = lock(&self.subscribers);
        subscribers.send(&text, None);
        subscribers.build = lasts.then_some(text);
    }

    /// Sends a message to every subscriber but one.
    fn send(&self, text: &Utf8Bytes, except: Option<u64>) {
        lock(&self.subscribers).send(text, except);
    }
}

impl Subscribers {
    /// Puts a message into every outbox but one. Whoever's is full has not read for long, and is dropped.
    fn send(&mut self, text: &Utf8Bytes, except: Option<u64>) {
        self.outboxes.retain(|number, outbox| {
            Some(*number) == except || outbox.messages.try_send(text.clone()).is_ok()
        });
    }
}

impl Subscriber {
    /// Queues this page's changes for the other pages.
    pub async fn publish(&self, changes: Vec<Change>) {
        // Nobody is left to hear of it once the server has stopped.
        let _ = self.changes.send(Broadcast::Changes { sender: self.number, changes }).await;
    }

    /// What the connection gets next. Nothing is lost when the wait is given up.
    ///
    /// A connection that is not `ready` for messages only learns of its end.
    pub async fn next(&mut self, ready: bool) -> Delivery {
        tokio::select! {
            biased;
            // An error is what says so: nothing is ever sent.
            _ = &mut self.dropped => Delivery::Dropped,
            Some(text) = self.messages.recv(), if ready => Delivery::Message(text),
            Ok(()) = self.levels.changed(), if ready => {
                Delivery::Message(self.levels.borrow_and_update().clone())
            }
            Ok(()) = self.analysed.changed(), if ready => Delivery::Signals,
            else => pending().await,
        }
    }

    /// The next message, if it waits already. Levels are none.
    pub fn try_next(&mut self) -> Option<Utf8Bytes> {
        self.messages.try_recv().ok()
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        lock(&self.subscribers).outboxes.remove(&self.number);
    }
}

/// Sends to every page what others have changed, and how the audio is doing.
pub(super) async fn broadcast_messages(
    shared: Arc<Shared>,
    mut audio_status: Option<watch::Receiver<AudioStatus>>,
    mut queue: BroadcastQueue,
) {
    loop {
        tokio::select! {
            Some(broadcast) = queue.changes.recv() => send(&shared, broadcast),
            Some(broadcast) = queue.notifications.recv() => send(&shared, broadcast),
            status = next_status(&mut audio_status) => {
                shared.broadcaster.send(&notification::<AudioStatusChanged>(&status).into(), None);
            }
        }
    }
}

fn send(shared: &Shared, broadcast: Broadcast) {
    match broadcast {
        Broadcast::Notification(text) => shared.broadcaster.send(&text, None),
        Broadcast::Build { text, lasts } => shared.broadcaster.send_build(text, lasts),
        Broadcast::Changes { sender, changes } => {
            for change in &changes {
                if let Some(notification) = change.notification(&*shared.host) {
                    let except = (!notification.concerns_sender).then_some(sender);
                    shared.broadcaster.send(&notification.text.into(), except);
                }
            }
        }
    }
}

async fn next_status(audio_status: &mut Option<watch::Receiver<AudioStatus>>) -> AudioStatus {
    let Some(receiver) = audio_status else { return pending().await };
    if receiver.changed().await.is_err() {
        return pending().await;
    }
    receiver.borrow_and_update().clone()
}

/// Drains the meters, and gives the newest levels to every page that keeps up.
pub(super) async fn broadcast_levels(shared: Arc<Shared>, meters: MeterTap) {
    let mut ticks = interval(METER_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut text = String::new();
    loop {
        ticks.tick().await;
        let Some(update) = meters.drain() else { continue };
        let levels = &shared.broadcaster.levels;
        if levels.receiver_count() > 0 {
            write_notification::<MetersUpdated>(&update, &mut text);
            levels.send_replace(text.as_str().into());
        }
    }
}

/// Analyses what pages have subscribed to of signals.
pub(super) async fn analyse_signals(shared: Arc<Shared>) {
    let mut ticks = interval(SIGNAL_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        if shared.signals.analyse(Instant::now()) {
            shared.broadcaster.analysed.send_replace(());
        }
    }
}

fn lock(subscribers: &Mutex<Subscribers>) -> MutexGuard<'_, Subscribers> {
    subscribers.lock().unwrap_or_else(PoisonError::into_inner)
}
