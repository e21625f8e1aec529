//! Where all connections meet: whoever has news leaves it here, and one task tells everyone.
//!
//! That there is one such task alone puts the news in order: every page ends with the same values.

use std::collections::HashMap;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{MissedTickBehavior, interval};
use wavecraft_ipc::notifications::{AudioStatusChanged, BuildStatusChanged, MetersUpdated, Notification};
use wavecraft_ipc::{AudioStatus, BuildState, BuildStatus, Change, notification, write_notification};

use super::Shared;
use crate::meters::MeterTap;

/// How often pages get new levels.
const METER_INTERVAL: Duration = Duration::from_millis(16);

/// How many messages with changes wait for the task that tells them. Connections wait when it is full.
const WAITING_NEWS: usize = 256;

/// Something to tell.
enum News {
    /// A page has set parameters.
    Changes { sender: u64, changes: Vec<Change> },
    /// A notification for everyone, as text.
    Announcement(Utf8Bytes),
    /// How the build is doing. Pages that come later learn of it as well, while it `lasts`.
    Build { text: Utf8Bytes, lasts: bool },
}

/// The receiving end of the news.
pub(super) struct NewsReceiver {
    changes: mpsc::Receiver<News>,
    announcements: mpsc::UnboundedReceiver<News>,
}

/// All connections.
pub(super) struct Hub {
    members: Arc<Mutex<Members>>,
    queued_messages: usize,
    changes: mpsc::Sender<News>,
    announcements: mpsc::UnboundedSender<News>,
    /// The newest levels, empty before the first.
    levels: watch::Sender<Utf8Bytes>,
}

/// A plain mutex around it is enough: it is held to push into queues that never wait.
#[derive(Default)]
struct Members {
    next_number: u64,
    by_number: HashMap<u64, Mailbox>,
    /// The build's state, unless all is well.
    build: Option<Utf8Bytes>,
}

/// What the hub keeps of a connection.
struct Mailbox {
    news: mpsc::Sender<Utf8Bytes>,
    /// When this goes, the connection ends.
    _alive: oneshot::Sender<()>,
}

/// A connection's side of the hub. Dropping it leaves the hub.
pub(super) struct Member {
    number: u64,
    members: Arc<Mutex<Members>>,
    news: mpsc::Receiver<Utf8Bytes>,
    dropped: oneshot::Receiver<()>,
    levels: watch::Receiver<Utf8Bytes>,
    changes: mpsc::Sender<News>,
}

/// What the hub has for a connection.
pub(super) enum HubEvent {
    /// The connection did not take its messages, and has to end.
    Dropped,
    /// A message that must not be lost.
    News(Utf8Bytes),
    /// The newest levels.
    Levels(Utf8Bytes),
}

/// Tells all pages something.
#[derive(Clone, Debug)]
pub struct Announcer {
    announcements: mpsc::UnboundedSender<News>,
}

impl std::fmt::Debug for News {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Changes { sender, changes } => write!(formatter, "{} changes by {sender}", changes.len()),
            Self::Announcement(text) | Self::Build { text, .. } => formatter.write_str(text),
        }
    }
}

impl Announcer {
    /// Sends a notification to every page that is connected now. It never waits; after the server's end it does
    /// nothing. Not for the audio thread.
    pub fn announce<N: Notification>(&self, params: &N::Params<'_>) {
        let _ = self.announcements.send(News::Announcement(notification::<N>(params).into()));
    }

    /// Sends the build's state to every page, and to those that connect while it is building or has failed. It never
    /// waits; after the server's end it does nothing. Not for the audio thread.
    pub fn announce_build(&self, status: &BuildStatus) {
        let (text, lasts) =
            (notification::<BuildStatusChanged>(status).into(), status.state != BuildState::Ok);
        let _ = self.announcements.send(News::Build { text, lasts });
    }
}

impl Hub {
    /// A hub without connections, in which each may have `queued_messages` waiting.
    pub fn new(queued_messages: usize) -> (Self, NewsReceiver) {
        let (changes, changes_receiver) = mpsc::channel(WAITING_NEWS);
        // Announcements are made by threads that cannot wait, a few in a minute.
        let (announcements, announcements_receiver) = mpsc::unbounded_channel();
        let hub = Self {
            members: Arc::default(),
            queued_messages,
            changes,
            announcements,
            levels: watch::Sender::new(Utf8Bytes::default()),
        };
        (hub, NewsReceiver { changes: changes_receiver, announcements: announcements_receiver })
    }

    pub fn announcer(&self) -> Announcer {
        Announcer { announcements: self.announcements.clone() }
    }

    /// Adds a connection.
    pub fn join(&self) -> Member {
        let (news, news_receiver) = mpsc::channel(self.queued_messages);
        let (alive, dropped) = oneshot::channel();
        let mut members = lock(&self.members);
        let number = members.next_number;
        members.next_number += 1;
        if let Some(build) = &members.build {
            // The mailbox is new, so there is room.
            let _ = news.try_send(build.clone());
        }
        members.by_number.insert(number, Mailbox { news, _alive: alive });
        let mut levels = self.levels.subscribe();
        // Levels from before the page came are no news to it.
        levels.mark_unchanged();
        Member {
            number,
            members: Arc::clone(&self.members),
            news: news_receiver,
            dropped,
            levels,
            changes: self.changes.clone(),
        }
    }

    /// Tells everyone, and whoever comes while it lasts.
    fn tell_build(&self, text: Utf8Bytes, lasts: bool) {
        let mut members = lock(&self.members);
        members.by_number.retain(|_, mailbox| mailbox.news.try_send(text.clone()).is_ok());
        members.build = lasts.then_some(text);
    }

    /// Puts a message into every mailbox but one. Whoever's is full has not read for long, and is dropped.
    fn tell(&self, text: &Utf8Bytes, except: Option<u64>) {
        lock(&self.members)
            .by_number
            .retain(|number, mailbox| Some(*number) == except || mailbox.news.try_send(text.clone()).is_ok());
    }
}

impl Member {
    /// Leaves changes for the others.
    pub async fn tell_changes(&self, changes: Vec<Change>) {
        // Nobody is left to tell once the server has stopped.
        let _ = self.changes.send(News::Changes { sender: self.number, changes }).await;
    }

    /// What the hub has for this connection next. Nothing is lost when the wait is given up.
    ///
    /// A connection that is not `ready` for messages only learns of its end.
    pub async fn next(&mut self, ready: bool) -> HubEvent {
        tokio::select! {
            biased;
            // An error is what says so: nothing is ever sent.
            _ = &mut self.dropped => HubEvent::Dropped,
            Some(news) = self.news.recv(), if ready => HubEvent::News(news),
            Ok(()) = self.levels.changed(), if ready => {
                HubEvent::Levels(self.levels.borrow_and_update().clone())
            }
            else => pending().await,
        }
    }

    /// The next message, if it is here already.
    pub fn news_at_hand(&mut self) -> Option<Utf8Bytes> {
        self.news.try_recv().ok()
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        lock(&self.members).by_number.remove(&self.number);
    }
}

/// Tells every page what others have changed, and how the audio is doing.
pub(super) async fn tell_the_news(
    shared: Arc<Shared>,
    mut audio_status: Option<watch::Receiver<AudioStatus>>,
    mut news: NewsReceiver,
) {
    loop {
        tokio::select! {
            Some(news) = news.changes.recv() => tell(&shared, news),
            Some(news) = news.announcements.recv() => tell(&shared, news),
            status = next_status(&mut audio_status) => {
                shared.hub.tell(&notification::<AudioStatusChanged>(&status).into(), None);
            }
        }
    }
}

fn tell(shared: &Shared, news: News) {
    match news {
        News::Announcement(text) => shared.hub.tell(&text, None),
        News::Build { text, lasts } => shared.hub.tell_build(text, lasts),
        News::Changes { sender, changes } => {
            for change in &changes {
                if let Some(news) = change.news(&*shared.host) {
                    let except = (!news.concerns_sender).then_some(sender);
                    shared.hub.tell(&news.text.into(), except);
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
pub(super) async fn tell_the_meters(shared: Arc<Shared>, meters: MeterTap) {
    let mut ticks = interval(METER_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut text = String::new();
    loop {
        ticks.tick().await;
        let Some(frame) = meters.drain() else { continue };
        if shared.hub.levels.receiver_count() > 0 {
            write_notification::<MetersUpdated>(&frame.into(), &mut text);
            shared.hub.levels.send_replace(text.as_str().into());
        }
    }
}

fn lock(members: &Mutex<Members>) -> MutexGuard<'_, Members> {
    members.lock().unwrap_or_else(PoisonError::into_inner)
}
