//! The server as its pages meet it: real sockets, real bytes.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

mod access;
mod broadcast;
mod host;
mod limits;
mod page_files;
mod session;
mod signals;
mod wire;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};
use wavecraft_dev_server::{
    AccessRules, Feeds, Limits, MeterTap, NotificationSender, WsServer, WsServerOptions,
};
use wavecraft_ipc::{
    AudioPhase, AudioStatus, HostKind, NormalizedValue, ParameterInfo, ParameterKind, PluginInfo,
};
use wavecraft_metering::analysis::SignalAnalyser;

use host::TestHost;

/// Longer than anything here takes, and what a test that fails waits for.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long to listen for something that must not come.
const QUIET: Duration = Duration::from_millis(200);

/// A server on a free port, with two parameters and no plugin.
struct TestServer {
    address: SocketAddr,
    host: Arc<TestHost>,
    meters: MeterTap,
    signals: SignalAnalyser,
    audio_status: watch::Sender<AudioStatus>,
    notifications: NotificationSender,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<()>,
}

impl TestServer {
    async fn start() -> Self {
        Self::with(Limits::default(), None).await
    }

    async fn with(limits: Limits, page_folder: Option<std::path::PathBuf>) -> Self {
        Self::letting_in(&[], limits, page_folder).await
    }

    async fn letting_in(origins: &[&str], limits: Limits, page_folder: Option<std::path::PathBuf>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let info = PluginInfo::new("Test", "Test", "1.0.0", HostKind::DevServer);
        let gain = ParameterInfo::new("gain", "Gain", ParameterKind::Float, NormalizedValue::clamped(0.5));
        let mut switch = ParameterInfo::new("switch", "Switch", ParameterKind::Bool, NormalizedValue::ZERO);
        switch.steps = Some(1);
        let signals = SignalAnalyser::new();
        let host = TestHost::new(info, vec![gain, switch]).with_signals(signals.clone());
        let (host, meters) = (Arc::new(host), MeterTap::default());
        let (audio_status, status) = watch::channel(AudioStatus::new(AudioPhase::Disabled, 0));
        let feeds = Feeds { meters: meters.clone(), signals: signals.clone(), audio_status: Some(status) };
        let access = AccessRules::loopback(address.port(), [5173])
            .allow_origins(origins.iter().map(|origin| origin.parse().unwrap()));
        let server = WsServer::new(host.clone(), feeds, WsServerOptions { access, limits, page_folder });
        let notifications = server.notification_sender();
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(server.run(listener, async {
            let _ = stopped.await;
        }));
        Self { address, host, meters, signals, audio_status, notifications, stop: Some(stop), running }
    }

    async fn connect(&self) -> Page {
        let stream = TcpStream::connect(self.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (socket, _) = client_async(format!("ws://{}/", self.address), stream).await.unwrap();
        Page { socket, next_id: 1 }
    }

    async fn stop(mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        timeout(PATIENCE, self.running).await.expect("the server stops").unwrap();
    }
}

/// A page's end of a connection.
struct Page {
    socket: WebSocketStream<TcpStream>,
    next_id: u64,
}

impl Page {
    async fn send(&mut self, text: impl Into<String>) {
        self.socket.send(Message::text(text.into())).await.unwrap();
    }

    /// The next text, whatever it is; `None` when the connection has ended.
    async fn next_text(&mut self) -> Option<String> {
        loop {
            match timeout(PATIENCE, self.socket.next()).await.expect("something comes") {
                Some(Ok(Message::Text(text))) => return Some(text.to_string()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(other)) => panic!("{other:?} is no text"),
            }
        }
    }

    async fn next(&mut self) -> Value {
        serde_json::from_str(&self.next_text().await.expect("the connection is open")).unwrap()
    }

    async fn expect_nothing(&mut self) {
        if let Ok(message) = timeout(QUIET, self.socket.next()).await {
            panic!("{message:?} came");
        }
    }

    /// Calls a method, and returns its answer, which must be the next message.
    async fn call(&mut self, method: &str, params: Value) -> Value {
        let id = self.next_id;
        self.next_id += 1;
        self.send(json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string()).await;
        let answer = self.next().await;
        assert_eq!(answer["id"], id, "{answer}");
        answer
    }

    async fn set(&mut self, id: &str, value: f64) {
        let answer = self.call("setParameter", json!({"id": id, "value": value})).await;
        assert_eq!(answer["result"], json!({}), "{answer}");
    }
}
