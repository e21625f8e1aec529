//! Taking a request apart without copying it.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::error::{ErrorCode, RpcError};

/// An id where there is none to return.
pub(crate) const NULL_ID: &str = "null";

/// What JSON counts as white space.
const WHITE_SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// A request or a notification whose form is right.
pub(crate) struct Request<'a> {
    /// The id as JSON text; `None` makes it a notification.
    pub id: Option<&'a str>,
    /// The method's name.
    pub method: Cow<'a, str>,
    /// The parameters as JSON text.
    pub params: Option<&'a str>,
}

/// A message that is no request, and the id to say so under.
pub(crate) struct Refusal<'a> {
    /// The id as JSON text.
    pub id: &'a str,
    /// What is wrong.
    pub error: RpcError,
}

/// The members of a request as they stand in the text, which keeps every digit of an id and spares the parameters
/// from being read twice.
#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    jsonrpc: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    method: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    params: Option<&'a RawValue>,
}

/// Tells a member that is null from one that is not there; an `Option` alone takes both for `None`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

impl<'a> Request<'a> {
    /// Takes one request apart.
    pub fn parse(text: &'a str) -> Result<Self, Refusal<'a>> {
        // A derived struct would take an array for its members in order.
        if first_character(text) != Some('{') {
            return Err(refusal(
                text,
                "a request is an object; send {\"jsonrpc\":\"2.0\",\"id\":…,\"method\":…}",
            ));
        }
        let members: Members<'a> = match serde_json::from_str(text) {
            Ok(members) => members,
            Err(error) => return Err(refusal(text, &without_position(&error))),
        };

        let id = members.id.map(RawValue::get);
        if !id.is_none_or(is_id) {
            return Err(invalid(NULL_ID, "`id` must be a string, a number or null"));
        }
        let answer_id = id.unwrap_or(NULL_ID);
        let version = members.jsonrpc.and_then(|version| string(version.get()));
        if version.as_deref() != Some("2.0") {
            return Err(invalid(answer_id, "`jsonrpc` must be \"2.0\""));
        }
        let Some(method) = members.method.and_then(|method| string(method.get())) else {
            return Err(invalid(answer_id, "`method` must be a string"));
        };
        Ok(Self { id, method, params: members.params.map(RawValue::get) })
    }
}

/// Whether a message is a batch rather than a single request.
pub(crate) fn is_batch(text: &str) -> bool {
    first_character(text) == Some('[')
}

/// The elements of a batch.
pub(crate) fn parse_batch(text: &str) -> Result<Vec<&RawValue>, RpcError> {
    serde_json::from_str(text).map_err(|error| not_json(&error))
}

/// What a library's message says, without the position: it counts from the beginning of a part of the message.
pub(crate) fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

fn first_character(text: &str) -> Option<char> {
    text.trim_start_matches(WHITE_SPACE).chars().next()
}

/// Why `text` is no request: it is no JSON at all, or else `reason`.
fn refusal<'a>(text: &str, reason: &str) -> Refusal<'a> {
    match serde_json::from_str::<IgnoredAny>(text) {
        Err(error) => Refusal { id: NULL_ID, error: not_json(&error) },
        Ok(_) => invalid(NULL_ID, reason),
    }
}

fn invalid<'a>(id: &'a str, reason: &str) -> Refusal<'a> {
    Refusal {
        id,
        error: RpcError::new(ErrorCode::InvalidRequest, format!("not a JSON-RPC 2.0 request: {reason}")),
    }
}

fn not_json(error: &serde_json::Error) -> RpcError {
    RpcError::new(ErrorCode::ParseError, format!("the message is not JSON: {error}"))
}

/// Whether a JSON value may be an id: a string, a number or null, as JSON-RPC 2.0 has it. Its text is returned, never read:
/// a number of any form and size comes back as it came, so that whoever waits for it knows it again.
fn is_id(text: &str) -> bool {
    text == NULL_ID || text.starts_with(|start: char| start == '"' || start == '-' || start.is_ascii_digit())
}

/// The content of a JSON string; `None` if it is none, or holds half a surrogate pair, which no text can.
fn string(text: &str) -> Option<Cow<'_, str>> {
    let content = text.strip_prefix('"')?.strip_suffix('"')?;
    if content.contains('\\') {
        serde_json::from_str(text).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(content))
    }
}
