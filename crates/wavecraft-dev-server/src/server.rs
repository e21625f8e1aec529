//! Pages over a WebSocket: any number of them, all kept in step.
//!
//! One task accepts connections, one task serves each of them, and one task broadcasts. Nobody waits for a slow page:
//! answers and parameter changes queue up for it, up to a limit at which it is dropped; of the meters it gets the newest
//! only.

mod access;
mod broadcast;
mod connection;
mod origin;
mod page_files;
mod router;

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Extension;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;
use tracing::{debug, warn};
use wavecraft_ipc::{AudioStatus, ParameterHost};
use wavecraft_metering::analysis::SignalAnalyser;

use crate::meters::MeterTap;
pub use access::AccessRules;
pub use broadcast::NotificationSender;
use broadcast::{BroadcastQueue, Broadcaster};
pub use origin::{InvalidOrigin, PageOrigin};
use router::Peer;

/// How long the server waits for its connections to end when it stops. They do so by themselves.
const CONNECTIONS_END_LIMIT: Duration = Duration::from_millis(500);

/// How long a connection may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// How long to wait before accepting again when the system has no more sockets.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What a connection over the limit is told.
const TOO_MANY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// How much the server takes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest message that is read, in bytes. A connection that sends a longer one is closed.
    pub message_bytes: usize,
    /// Most connections at a time. Further ones are told that the server is busy (503).
    pub connections: usize,
    /// Most messages that wait for one connection. One that falls further behind is dropped. A page that drags
    /// a knob makes about 100 in a second.
    pub queued_messages: usize,
    /// How often a connection is asked whether it is alive. One that has not stirred for twice that time is dropped.
    pub keepalive: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: wavecraft_ipc::MAX_MESSAGE_BYTES,
            connections: 512,
            queued_messages: 16_384,
            keepalive: Duration::from_secs(15),
        }
    }
}

/// What the server is given at its start.
#[derive(Clone, Debug)]
pub struct WsServerOptions {
    /// Who may connect.
    pub access: AccessRules,
    /// How much is taken on.
    pub limits: Limits,
    /// A folder with a built page, served at `/`; `None` when the page comes from elsewhere.
    pub page_folder: Option<PathBuf>,
}

/// Where that comes from which all pages get and none has made.
#[derive(Clone, Debug)]
pub struct Feeds {
    /// The meters.
    pub meters: MeterTap,
    /// What makes the spectra and waveforms that pages subscribe to: each page gets its own.
    pub signals: SignalAnalyser,
    /// How the audio is doing; `None` where there is nobody to tell.
    pub audio_status: Option<watch::Receiver<AudioStatus>>,
}

/// Serves the protocol to pages.
///
/// All of its methods are for tasks of a tokio runtime; none is for the audio thread.
pub struct WsServer {
    shared: Arc<Shared>,
    feeds: Feeds,
    queue: BroadcastQueue,
}

/// What all connections share.
pub(crate) struct Shared {
    host: Arc<dyn ParameterHost>,
    options: WsServerOptions,
    broadcaster: Broadcaster,
    signals: SignalAnalyser,
}

impl WsServer {
    /// A server for pages of `host`.
    pub fn new(host: Arc<dyn ParameterHost>, feeds: Feeds, options: WsServerOptions) -> Self {
        let (broadcaster, queue) = Broadcaster::new(options.limits.queued_messages);
        let signals = feeds.signals.clone();
        Self { shared: Arc::new(Shared { host, options, broadcaster, signals }), feeds, queue }
    }

    /// What sends notifications to all pages, from any thread but the audio thread.
    pub fn notification_sender(&self) -> NotificationSender {
        self.shared.broadcaster.notification_sender()
    }

    /// Serves until `shutdown` ends, then closes every connection and returns.
    ///
    /// The caller owns the socket, so that it knows the port, and decides when to stop.
    pub async fn run(self, listener: TcpListener, shutdown: impl Future<Output = ()>) {
        let Self { shared, feeds, queue } = self;
        let messages = broadcast::broadcast_messages(Arc::clone(&shared), feeds.audio_status, queue);
        let levels = broadcast::broadcast_levels(Arc::clone(&shared), feeds.meters);
        let signals = broadcast::analyse_signals(Arc::clone(&shared));
        let (messages, levels, signals) =
            (tokio::spawn(messages), tokio::spawn(levels), tokio::spawn(signals));
        let (stop, stopped) = watch::channel(());
        let router = router::router(&shared);
        let connection_limit = shared.options.limits.connections;
        let permits = Arc::new(Semaphore::new(connection_limit));

        tokio::pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, address)) => match Arc::clone(&permits).try_acquire_owned() {
                        Ok(permit) => {
                            let permit = Arc::new(permit);
                            let peer = Peer { address, stopped: stopped.clone(), permit: Arc::clone(&permit) };
                            tokio::spawn(serve(permit, router.clone(), stream, peer));
                        }
                        Err(_) => refuse(&stream, address),
                    },
                    Err(error) => {
                        warn!(%error, "a connection could not be accepted");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                },
            }
        }

        drop(listener);
        drop(router);
        drop(stop);
        // Each connection has its permit until it has ended: with all of them back there is none.
        let all_permits = permits.acquire_many(u32::try_from(connection_limit).unwrap_or(u32::MAX));
        if timeout(CONNECTIONS_END_LIMIT, all_permits).await.is_err() {
            warn!("some connections have not ended in time");
        }
        messages.abort();
        levels.abort();
        signals.abort();
        // Their ends are awaited so that nothing holds the host any more when this returns.
        let _ = tokio::join!(messages, levels, signals);
    }
}

/// Tells a connection over the limit so. Its socket is new, so the few bytes fit.
fn refuse(stream: &TcpStream, peer: SocketAddr) {
    warn!(%peer, "there are too many connections; one was refused");
    let _ = stream.try_write(TOO_MANY);
}

/// Serves one connection until it ends, or becomes a WebSocket, which is a task of its own. Its permit is the last that
/// it gives up.
async fn serve(_permit: Arc<OwnedSemaphorePermit>, router: Router, stream: TcpStream, peer: Peer) {
    let address = peer.address;
    let mut stopped = peer.stopped.clone();
    // Without this, the second of two small writes waits for the other side's delayed acknowledgement.
    if let Err(error) = stream.set_nodelay(true) {
        debug!(peer = %address, %error, "small messages to this page may be delayed");
    }
    let service = TowerToHyperService::new(router.layer(Extension(peer)));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    let exchange = http.serve_connection(TokioIo::new(stream), service).with_upgrades();
    tokio::select! {
        outcome = exchange => if let Err(error) = outcome {
            debug!(peer = %address, %error, "a connection ended before its request did");
        },
        _ = stopped.changed() => {}
    }
}
