//! What a method is, and how one is called.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::change::Change;
use crate::controllers::ControllerControl;
use crate::error::{ErrorCode, RpcError, excerpt};
use crate::held::{HeldNotes, OpenGestures};
use crate::host::ParameterHost;
use crate::json;
use crate::note::NoteInput;
use crate::request::{self, Request};
use crate::session::SessionControl;
use crate::signal::OpenRequests;

/// A method: its name, what it takes, what it returns and what it does.
pub trait Method {
    /// The name on the wire.
    const NAME: &'static str;
    /// What it takes, in the words of error messages.
    const TAKES: &'static str;
    /// What it takes. Its strings are borrowed from the message where that is possible.
    type Params<'a>: Serialize + Deserialize<'a>;
    /// What it returns.
    type Result: Serialize + DeserializeOwned;

    /// Carries the method out, on the thread that handles the message.
    ///
    /// # Errors
    ///
    /// An [`RpcError`], which is the answer. Nothing has been changed then.
    fn call(context: &mut MethodContext<'_>, params: Self::Params<'_>) -> Result<Self::Result, RpcError>;
}

/// What a method works with: the host, and what is kept of the page that calls. Only an
/// [`IpcHandler`](crate::IpcHandler) makes one.
pub struct MethodContext<'a> {
    /// Behind the protocol.
    pub(crate) host: &'a dyn ParameterHost,
    /// The gestures that this page has open.
    pub(crate) gestures: &'a OpenGestures,
    /// The signals that this page has asked for.
    pub(crate) signals: &'a OpenRequests,
    /// The notes that this page holds.
    pub(crate) notes: &'a HeldNotes,
    /// What the other pages have to hear of.
    pub(crate) changes: &'a mut Vec<Change>,
}

impl<'a> MethodContext<'a> {
    /// What keeps the history, the slots and the presets.
    pub(crate) fn session(&self) -> Result<&'a dyn SessionControl, RpcError> {
        let text = "this host keeps no history, slots or presets";
        self.host.session().ok_or_else(|| RpcError::new(ErrorCode::MethodNotFound, text))
    }

    /// What plays notes.
    pub(crate) fn note_input(&self) -> Result<&'a dyn NoteInput, RpcError> {
        let text = "this plugin takes no notes, as `midi_input` in getInfo says";
        self.host.note_input().ok_or_else(|| RpcError::new(ErrorCode::MethodNotFound, text))
    }

    /// What lets MIDI controllers move parameters.
    pub(crate) fn controllers(&self) -> Result<&'a dyn ControllerControl, RpcError> {
        let text = "here no MIDI controller can be learned, as `controllers` in getInfo says";
        self.host.controllers().ok_or_else(|| RpcError::new(ErrorCode::MethodNotFound, text))
    }

    /// Keeps a change for the other pages. A later one of a parameter takes the place of an earlier one: they need only
    /// the outcome.
    pub(crate) fn push_change(&mut self, change: Change) {
        self.changes.retain(|earlier| earlier.id != change.id);
        self.changes.push(change);
    }
}

/// A request for `M`, as text. For clients written in Rust.
///
/// ```
/// use wavecraft_ipc::methods::{GetParameter, GetParameterParams};
/// use wavecraft_ipc::request;
///
/// assert_eq!(
///     request::<GetParameter>(7, &GetParameterParams { id: "gain".into() }),
///     r#"{"jsonrpc":"2.0","id":7,"method":"getParameter","params":{"id":"gain"}}"#
/// );
/// ```
pub fn request<M: Method>(id: u64, params: &M::Params<'_>) -> String {
    let mut text = format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"{}\",\"params\":", M::NAME);
    json::append(&mut text, params);
    text.push('}');
    text
}

/// Calls a method, and appends its result to `text` if the request wants an answer.
pub(crate) fn call<M: Method>(
    request: &Request<'_>,
    context: &mut MethodContext<'_>,
    text: &mut String,
) -> Result<(), RpcError> {
    let params = request.params.unwrap_or("{}");
    // A derived struct would also take an array for its members in order.
    if !params.starts_with('{') {
        return Err(wrong_params::<M>("`params` must be an object"));
    }
    let params = serde_json::from_str(params)
        .map_err(|error| wrong_params::<M>(&request::without_position(&error)))?;
    let result = M::call(context, params)?;
    if request.id.is_some() {
        json::append(text, &result);
    }
    Ok(())
}

fn wrong_params<M: Method>(reason: &str) -> RpcError {
    let text = format!("wrong params for {}: {}; it takes {}", M::NAME, excerpt(reason), M::TAKES);
    RpcError::new(ErrorCode::InvalidParams, text)
}

/// What is done with the type of every method.
#[cfg(any(test, feature = "typescript"))]
pub(crate) trait MethodVisitor {
    /// Does it with one method.
    fn method<M: Method>(&mut self)
    where
        M::Params<'static>: ts_rs::TS + 'static,
        M::Result: ts_rs::TS + 'static;
}
