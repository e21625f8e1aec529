//! HTTP requests: for the page's files, or to become a WebSocket.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tracing::{debug, warn};

use super::{Limits, Shared, page_files};

/// What is said where no page is served.
const NO_PAGE: &str = "Wavecraft's development server: pages connect here with a WebSocket.\n";

/// What a connection reads and writes at once, in bytes. Messages are short, and pages may be many.
const BUFFER_BYTES: usize = 8 << 10;

/// An answer of this server: its body is in memory.
pub(super) type Answer = Response<Full<Bytes>>;

/// Where a request leaves its connection when it has become a WebSocket.
#[derive(Clone, Default)]
pub(super) struct Upgrades(Arc<Mutex<Option<OnUpgrade>>>);

impl Upgrades {
    /// The connection, if it has become a WebSocket.
    pub fn take(&self) -> Option<OnUpgrade> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn leave(&self, upgrade: OnUpgrade) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(upgrade);
    }
}

/// Answers a request.
pub(super) async fn answer(
    shared: Arc<Shared>,
    upgrades: Upgrades,
    mut request: Request<Incoming>,
) -> Result<Answer, Infallible> {
    if let Err(refusal) = shared.options.access.check(request.headers()) {
        warn!("a request was refused: {refusal}");
        return Ok(plain(StatusCode::FORBIDDEN, format!("{refusal}\n")));
    }
    if names(request.headers(), &header::UPGRADE, "websocket") {
        let upgrade = hyper::upgrade::on(&mut request);
        let answer = handshake(request.method(), request.headers());
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            upgrades.leave(upgrade);
        }
        return Ok(answer);
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD are known here\n"));
    }
    Ok(match (&shared.options.page_folder, request.uri().path()) {
        (Some(folder), path) => page_files::answer(folder, path).await,
        (None, "/") => plain(StatusCode::OK, NO_PAGE),
        (None, _) => plain(StatusCode::NOT_FOUND, "no such file\n"),
    })
}

/// Completes what [`answer`] has begun, once the answer is out.
pub(super) async fn websocket(upgrade: OnUpgrade, limits: &Limits) -> Option<WebSocketStream<TcpStream>> {
    let upgraded = upgrade.await.inspect_err(|error| debug!(%error, "a handshake was not completed")).ok()?;
    // Always succeeds: this is the type that the connection was given to HTTP with.
    let parts = upgraded.downcast::<TokioIo<TcpStream>>().ok()?;
    let config = WebSocketConfig::default()
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_message_size(Some(limits.message_bytes))
        .max_frame_size(Some(limits.message_bytes));
    let read_already = parts.read_buf.to_vec();
    let stream = parts.io.into_inner();
    Some(WebSocketStream::from_partially_read(stream, read_already, Role::Server, Some(config)).await)
}

/// An answer of a few words.
pub(super) fn plain(status: StatusCode, text: impl Into<String>) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from(text.into())));
    *answer.status_mut() = status;
    let content_type = HeaderValue::from_static("text/plain; charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_TYPE, content_type);
    answer
}

/// The answer to a request to become a WebSocket (RFC 6455, section 4.2).
fn handshake(method: &Method, headers: &HeaderMap) -> Answer {
    if method != Method::GET || !names(headers, &header::CONNECTION, "upgrade") {
        return plain(StatusCode::BAD_REQUEST, "this is no WebSocket handshake\n");
    }
    let version = headers.get(header::SEC_WEBSOCKET_VERSION).map(HeaderValue::as_bytes);
    if version != Some(b"13") {
        let mut answer =
            plain(StatusCode::UPGRADE_REQUIRED, "only version 13 of the protocol is known here\n");
        answer.headers_mut().insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        return answer;
    }
    let accepted = headers
        .get(header::SEC_WEBSOCKET_KEY)
        .and_then(|key| HeaderValue::from_str(&derive_accept_key(key.as_bytes())).ok());
    let Some(accepted) = accepted else {
        return plain(StatusCode::BAD_REQUEST, "the handshake brings no key\n");
    };
    let mut answer = Response::new(Full::new(Bytes::new()));
    *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let answer_headers = answer.headers_mut();
    answer_headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    answer_headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    answer_headers.insert(header::SEC_WEBSOCKET_ACCEPT, accepted);
    answer
}

/// Whether a header's list of words has one, in whichever case.
fn names(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    let lists = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|entry| entry.trim().eq_ignore_ascii_case(word))
}
