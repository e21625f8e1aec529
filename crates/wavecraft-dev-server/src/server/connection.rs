//! One page's connection. Only this file knows how messages become bytes.
//!
//! Each connection is one task. What is written goes out before anything else is done for the page, so that a page
//! which does not read is not read from either: its own requests cannot pile up answers.
//!
//! A page can rely on the order of what it reads: a change that comes before the answer to its own is older than that,
//! and one that comes after it is newer.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use futures_util::stream::SplitSink;
use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use wavecraft_ipc::{IpcHandler, Reply};
use wavecraft_metering::analysis::SignalSubscription;

use super::Shared;
use super::broadcast::Delivery;

/// Most messages that are written together.
const MESSAGES_AT_ONCE: usize = 64;

/// How long a page has to take the message that closes its connection when the server stops.
const CLOSE_LIMIT: Duration = Duration::from_millis(300);

/// Answers longer than this are not worth keeping the memory for, in bytes.
const KEPT_ANSWER_BYTES: usize = 64 << 10;

/// Why a connection has ended.
#[derive(Debug)]
pub(super) enum DisconnectReason {
    /// The page closed it.
    Closed,
    /// The page did not read what was meant for it.
    FellBehind,
    /// The page sent nothing, no answer to a ping either.
    TimedOut,
    /// The server stops.
    Stopped,
    /// The network, or the page's violation of the protocol.
    Failed(axum::Error),
}

impl fmt::Display for DisconnectReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => formatter.write_str("it closed the connection"),
            Self::FellBehind => formatter.write_str("it was dropped, as it did not read its messages"),
            Self::TimedOut => formatter.write_str("it was dropped, as it gave no sign of life"),
            Self::Stopped => formatter.write_str("the server stops"),
            Self::Failed(error) => write!(formatter, "{error}"),
        }
    }
}

/// Serves a page until it goes.
pub(super) async fn serve(
    shared: Arc<Shared>,
    socket: WebSocket,
    mut stopped: watch::Receiver<()>,
) -> DisconnectReason {
    let (sink, mut source) = socket.split();
    let mut writer = Writer { sink, queue: VecDeque::new(), is_idle: true };
    let mut subscriber = shared.broadcaster.subscribe();
    let handler = IpcHandler::new(Arc::clone(&shared.host));
    let mut reply = Reply::default();
    // They end with the connection.
    let mut signals = Vec::new();
    let keepalive = shared.options.limits.keepalive;
    let mut checks = interval_at(Instant::now() + keepalive, keepalive);
    checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last_activity = Instant::now();

    let reason = loop {
        let is_idle = writer.is_idle;
        // In this order: what is written goes out first. Broadcasts come before the page's own requests, or a busy
        // page would fall behind through no fault but its diligence. No arm waits for the page, so that all of them are
        // looked at while it reads nothing.
        tokio::select! {
            biased;
            _ = stopped.changed() => break DisconnectReason::Stopped,
            written = writer.write(), if !is_idle => match written {
                Ok(()) => {}
                Err(error) => break DisconnectReason::Failed(error),
            },
            delivery = subscriber.next(is_idle) => match delivery {
                Delivery::Dropped => break DisconnectReason::FellBehind,
                Delivery::Signals => {
                    let newest = signals.iter_mut().filter_map(SignalSubscription::take_newest);
                    newest.for_each(|text| writer.push(Message::Text(Utf8Bytes::from(&*text))));
                }
                Delivery::Message(text) => {
                    writer.push(Message::Text(text));
                    let more = std::iter::from_fn(|| subscriber.try_next()).take(MESSAGES_AT_ONCE - 1);
                    more.for_each(|text| writer.push(Message::Text(text)));
                }
            },
            message = source.next(), if is_idle => {
                last_activity = Instant::now();
                match message {
                    None | Some(Ok(Message::Close(_))) => break DisconnectReason::Closed,
                    Some(Err(error)) => break DisconnectReason::Failed(error),
                    Some(Ok(Message::Text(text))) => handler.handle_into(&text, &mut reply),
                    Some(Ok(Message::Binary(bytes))) => handler.handle_bytes_into(&bytes, &mut reply),
                    // Pings are answered by the library, at the next flush.
                    Some(Ok(Message::Ping(_))) => {
                        writer.is_idle = false;
                        continue;
                    }
                    Some(Ok(Message::Pong(_))) => continue,
                }
                if let Some(answer) = take_answer(&mut reply) {
                    writer.push(Message::Text(answer));
                    // The answer first, then the other pages' messages: the page that asked must not learn last. It
                    // waits only if the page does not read, and then nobody can tell the order.
                    if let Some(Err(error)) = writer.write().now_or_never() {
                        break DisconnectReason::Failed(error);
                    }
                }
                if let Some(requests) = handler.take_changed_signal_requests() {
                    SignalSubscription::renew(&mut signals, &shared.signals, requests);
                }
                if !reply.changes().is_empty() {
                    subscriber.publish(reply.take_changes()).await;
                }
            }
            _ = checks.tick() => {
                if last_activity.elapsed() >= keepalive * 2 {
                    break DisconnectReason::TimedOut;
                }
                if is_idle {
                    writer.push(Message::Ping(Bytes::new()));
                }
            }
        }
    };

    if matches!(reason, DisconnectReason::Stopped) {
        let reason = Utf8Bytes::from_static("the server stops");
        writer.push(Message::Close(Some(CloseFrame { code: close_code::AWAY, reason })));
        // A page that is gone already, or reads nothing, need not know.
        let _ = timeout(CLOSE_LIMIT, writer.write()).await;
    }
    reason
}

/// What is on its way to the page.
struct Writer {
    sink: SplitSink<WebSocket, Message>,
    queue: VecDeque<Message>,
    /// Whether everything has gone out.
    is_idle: bool,
}

impl Writer {
    fn push(&mut self, message: Message) {
        self.queue.push_back(message);
        self.is_idle = false;
    }

    /// Writes what was pushed. Nothing is lost or sent twice when the wait is given up.
    async fn write(&mut self) -> Result<(), axum::Error> {
        while !self.queue.is_empty() {
            poll_fn(|context| self.sink.poll_ready_unpin(context)).await?;
            if let Some(message) = self.queue.pop_front() {
                self.sink.start_send_unpin(message)?;
            }
        }
        self.sink.flush().await?;
        self.is_idle = true;
        Ok(())
    }
}

/// The answer, with the reply's memory kept for the next one unless it is large.
fn take_answer(reply: &mut Reply) -> Option<Utf8Bytes> {
    let length = reply.text()?.len();
    if length > KEPT_ANSWER_BYTES {
        return reply.take_text().map(Utf8Bytes::from);
    }
    reply.text().map(Utf8Bytes::from)
}
