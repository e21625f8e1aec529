//! What becomes of a request: whether it is let in, and whether it asks for a file or for a WebSocket.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tracing::{debug, info, warn};

use super::{Shared, connection, page_files};

/// What is said where no page is served.
const NO_PAGE: &str = "Wavecraft's development server: pages connect here with a WebSocket.\n";

/// What a connection reads and writes at once, in bytes. Messages are short, and pages may be many.
const BUFFER_BYTES: usize = 8 << 10;

/// The connection that a request came on.
#[derive(Clone)]
pub(super) struct Peer {
    pub address: SocketAddr,
    /// Tells when the server stops.
    pub stopped: watch::Receiver<()>,
    /// The connection's share in the limit, held until it has ended.
    pub permit: Arc<OwnedSemaphorePermit>,
}

/// All that the server answers. Each request brings its [`Peer`] as an extension.
pub(super) fn router(shared: &Arc<Shared>) -> Router {
    let files = match &shared.options.page_folder {
        Some(folder) => page_files::router(folder, &shared.options.access),
        None => Router::new().route("/", get(NO_PAGE)),
    };
    files
        .layer(from_fn_with_state(Arc::clone(shared), upgrade))
        .layer(from_fn_with_state(Arc::clone(shared), check_access))
}

async fn check_access(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    match shared.options.access.check(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => {
            warn!("a request was refused: {refusal}");
            // It repeats what was sent: a browser takes it for the text that it is.
            let as_text = [(header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
            (StatusCode::FORBIDDEN, as_text, format!("{refusal}\n")).into_response()
        }
    }
}

/// Makes a WebSocket of a request for one, whatever its path.
async fn upgrade(
    State(shared): State<Arc<Shared>>,
    Extension(peer): Extension<Peer>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    request: Request,
    next: Next,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) if asks_for_websocket(request.headers()) => return refuse(rejection),
        Err(_) => return next.run(request).await,
    };
    let message_bytes = shared.options.limits.message_bytes;
    upgrade
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_message_size(message_bytes)
        .max_frame_size(message_bytes)
        .on_failed_upgrade(|error| debug!(%error, "a handshake was not completed"))
        .on_upgrade(move |socket| async move {
            let Peer { address, stopped, permit } = peer;
            info!(peer = %address, "a page has connected");
            let reason = connection::serve(shared, socket, stopped).await;
            info!(peer = %address, "a page has gone: {reason}");
            drop(permit);
        })
}

fn asks_for_websocket(headers: &HeaderMap) -> bool {
    headers.get(header::UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Tells what a handshake lacks.
fn refuse(rejection: WebSocketUpgradeRejection) -> Response {
    if matches!(rejection, WebSocketUpgradeRejection::InvalidWebSocketVersionHeader(_)) {
        // RFC 6455, section 4.4: the answer names the version that is known.
        let version = [(header::SEC_WEBSOCKET_VERSION, "13")];
        return (StatusCode::UPGRADE_REQUIRED, version, "only version 13 of the protocol is known here\n")
            .into_response();
    }
    rejection.into_response()
}
