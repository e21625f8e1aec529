//! Text in, text out.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tracing::{debug, error};

use crate::error::{ErrorCode, RpcError, excerpt};
use crate::held::{HeldNotes, OpenGestures};
use crate::host::ParameterHost;
use crate::json;
use crate::method::MethodContext;
use crate::methods::{self, RELEASE_VELOCITY};
use crate::reply::Reply;
use crate::request::{self, NULL_ID, Refusal, Request};
use crate::signal::{OpenRequests, SignalRequest};

/// Longest message that is read, in bytes. A transport does well to refuse longer ones before they are in memory.
pub const MAX_MESSAGE_BYTES: usize = 1 << 20;

/// Most requests in one batch. It bounds the answer, which can be much longer than the batch.
pub const MAX_BATCH_LENGTH: usize = 256;

/// Answers one page's messages.
///
/// Make one for each page, or each connection, all on the same host: it remembers which gestures its page has open and
/// which notes it holds. Dropping it ends them, so that a page that vanishes in the middle of a drag or a chord leaves no
/// parameter held and no note sounding.
///
/// It can be used from any thread but the audio thread, also from several at once. It locks nothing of its own but
/// for gestures, notes and signals. No message makes it panic, whatever the bytes; a panic of the host is answered as an internal error.
pub struct IpcHandler {
    host: Arc<dyn ParameterHost>,
    gestures: OpenGestures,
    notes: HeldNotes,
    signals: OpenRequests,
}

impl IpcHandler {
    /// A handler for one page of `host`.
    pub fn new(host: Arc<dyn ParameterHost>) -> Self {
        Self {
            host,
            gestures: OpenGestures::default(),
            notes: HeldNotes::default(),
            signals: OpenRequests::default(),
        }
    }

    /// Handles one message.
    ///
    /// The reply's text is the answer to the page: one for a request, an array for a batch, none when there were only
    /// notifications. Errors are answers, too.
    #[must_use = "the reply is the page's answer, and what the others have to hear of"]
    pub fn handle(&self, message: &str) -> Reply {
        let mut reply = Reply::default();
        self.handle_into(message, &mut reply);
        reply
    }

    /// Handles one message like [`handle`](Self::handle), in place of what is in `reply`, whose memory is used again.
    pub fn handle_into(&self, message: &str, reply: &mut Reply) {
        reply.text.clear();
        reply.changes.clear();
        if message.len() > MAX_MESSAGE_BYTES {
            let length = message.len();
            let text = format!("a message of {length} bytes is too long; send {MAX_MESSAGE_BYTES} at most");
            write_error(&mut reply.text, NULL_ID, &RpcError::new(ErrorCode::InvalidRequest, text));
        } else if request::is_batch(message) {
            self.handle_batch(message, reply);
        } else {
            self.handle_single(message, reply);
        }
    }

    /// Handles one message from a channel that carries bytes. What is not UTF-8 is not JSON.
    pub fn handle_bytes_into(&self, message: &[u8], reply: &mut Reply) {
        match str::from_utf8(message) {
            Ok(message) => self.handle_into(message, reply),
            Err(error) => {
                reply.text.clear();
                reply.changes.clear();
                let text = format!("the message is not JSON: {error}");
                write_error(&mut reply.text, NULL_ID, &RpcError::new(ErrorCode::ParseError, text));
            }
        }
    }

    /// Ends the notes that the page holds and the gestures that it has open: call it when the page is loaded again over
    /// the same channel, as it then knows nothing of them.
    pub fn release_all(&self) {
        for note in self.notes.take() {
            let end =
                || self.host.note_input().map_or(Ok(()), |input| input.note_off(note, RELEASE_VELOCITY));
            if !matches!(catch_unwind(AssertUnwindSafe(end)), Ok(Ok(()))) {
                debug!(?note, "a note that was held when its page went could not be ended");
            }
        }
        for id in self.gestures.take() {
            let ended = catch_unwind(AssertUnwindSafe(|| self.host.end_gesture(&id)));
            if !matches!(ended, Ok(Ok(()))) {
                debug!(%id, "a gesture that was open when its page went could not be ended");
            }
        }
    }

    /// The signals that the page has asked for, if these are others than at the last call: look after each message. Whoever
    /// owns the connection sends them to the page, until the handler is dropped.
    pub fn take_changed_signal_requests(&self) -> Option<Vec<SignalRequest>> {
        self.signals.take_changed()
    }

    /// The signals that the page has asked for.
    pub fn signal_requests(&self) -> Vec<SignalRequest> {
        self.signals.all()
    }

    /// Takes what the page has asked for before this handler was made, or nothing where the page is loaded again and has
    /// asked for nothing yet.
    pub fn set_signal_requests(&self, requests: Vec<SignalRequest>) {
        self.signals.replace(requests);
    }

    fn handle_batch(&self, message: &str, reply: &mut Reply) {
        let refused = match request::parse_batch(message) {
            Err(error) => error,
            Ok(requests) if requests.is_empty() => {
                RpcError::new(ErrorCode::InvalidRequest, "a batch must hold at least one request")
            }
            Ok(requests) if requests.len() > MAX_BATCH_LENGTH => {
                let length = requests.len();
                let text =
                    format!("a batch of {length} requests is too long; send {MAX_BATCH_LENGTH} at most");
                RpcError::new(ErrorCode::InvalidRequest, text)
            }
            Ok(requests) => {
                for request in requests {
                    let before = reply.text.len();
                    reply.text.push(if before == 0 { '[' } else { ',' });
                    self.handle_single(request.get(), reply);
                    if reply.text.len() == before + 1 {
                        reply.text.truncate(before);
                    }
                }
                if !reply.text.is_empty() {
                    reply.text.push(']');
                }
                return;
            }
        };
        write_error(&mut reply.text, NULL_ID, &refused);
    }

    /// Handles one request and appends its answer, if it wants one.
    fn handle_single(&self, text: &str, reply: &mut Reply) {
        let request = match Request::parse(text) {
            Ok(request) => request,
            Err(Refusal { id, error }) => return write_error(&mut reply.text, id, &error),
        };
        let start = reply.text.len();
        if let Some(id) = request.id {
            open_answer(&mut reply.text, id);
            reply.text.push_str("\"result\":");
        }
        // A host may panic. Its state is its own to keep whole; ours is put right below.
        let Reply { text, changes } = &mut *reply;
        let mut context = MethodContext {
            host: &*self.host,
            gestures: &self.gestures,
            notes: &self.notes,
            signals: &self.signals,
            changes,
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| methods::dispatch(&request, &mut context, text)))
            .unwrap_or_else(|panic| Err(panicked(&request.method, &*panic)));
        match (outcome, request.id) {
            (Ok(()), Some(_)) => reply.text.push('}'),
            (Ok(()), None) => {}
            (Err(error), id) => {
                reply.text.truncate(start);
                if let Some(id) = id {
                    write_error(&mut reply.text, id, &error);
                } else {
                    debug!(method = %excerpt(&request.method), %error, "a notification was refused");
                }
            }
        }
    }
}

impl Drop for IpcHandler {
    fn drop(&mut self) {
        self.release_all();
    }
}

fn panicked(method: &str, panic: &(dyn Any + Send)) -> RpcError {
    let reason = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no reason given");
    error!(method, reason, "the host panicked");
    RpcError::new(ErrorCode::InternalError, format!("the host panicked in {method}: {}", excerpt(reason)))
}

fn open_answer(text: &mut String, id: &str) {
    text.push_str("{\"jsonrpc\":\"2.0\",\"id\":");
    text.push_str(id);
    text.push(',');
}

fn write_error(text: &mut String, id: &str, error: &RpcError) {
    open_answer(text, id);
    text.push_str("\"error\":");
    json::append(text, error);
    text.push('}');
}
