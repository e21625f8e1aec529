//! The protocol between a page and Wavecraft: JSON-RPC 2.0, text in and text out.
//!
//! The same messages travel over a WebSocket in development and over the webview's channel in a DAW, and the same
//! [`IpcHandler`] answers them. What it asks and changes is behind [`ParameterHost`], which each side implements for
//! itself; [`InMemoryParameterHost`] is the one that needs no plugin.
//!
//! This crate does no input or output. It knows neither sockets nor webviews, no audio framework, no async runtime.
//!
//! # Who holds what
//!
//! 1. One [`ParameterHost`] for each plugin instance, shared by its pages.
//! 2. One [`IpcHandler`] for each page, since it remembers that page's open gestures and held notes, and ends them
//!    when the page goes.
//! 3. The owner of the connection sends the page the [signals that it has asked for](IpcHandler::take_changed_signal_requests).
//! 4. The owner of the connection sends [`Reply::text`] to the page first, and only then the [`Reply::changes`] as
//!    [notifications](Change::notification) to the others.
//!
//! Each method of the protocol is a type that ties its name to its parameters, its result and what it does; see
//! [`methods`]. So is
//! each notification to the page; see [`notifications`].
//!
//! # Rules on the wire
//!
//! - Values are normalized: finite and in [0, 1]. Each `f32` is written in the shortest form that reads back as the
//!   same `f32`, so a page may send back what it got and change nothing.
//! - Parameters are passed by name. A missing, extra or wrongly typed one is refused (-32602): a misspelt name must
//!   not pass silently. Members of the request itself that JSON-RPC does not know are ignored.
//! - Ids are strings, numbers of any size and form or null, and come back letter for letter: `1.0` as `1.0`.
//! - A batch has at most [`MAX_BATCH_LENGTH`] requests, a message at most [`MAX_MESSAGE_BYTES`] bytes. Beyond that
//!   nothing is carried out. Nesting may be as deep as fits: nothing here recurses.
//! - Whatever is refused has changed nothing.
//!
//! # Example
//!
//! ```
//! use std::sync::Arc;
//! use wavecraft_ipc::{
//!     HostKind, InMemoryParameterHost, IpcHandler, NormalizedValue, ParameterInfo, ParameterKind, PluginInfo, Reply,
//! };
//!
//! let gain = ParameterInfo::new("gain", "Gain", ParameterKind::Float, NormalizedValue::new(0.5)?);
//! let info = PluginInfo::new("Example", "Nobody", "1.0.0", HostKind::DevServer);
//! let host = Arc::new(InMemoryParameterHost::new(info, vec![gain])?);
//!
//! let page = IpcHandler::new(host.clone());
//! let mut reply = Reply::default();
//! page.handle_into(
//!     r#"{"jsonrpc":"2.0","id":1,"method":"setParameter","params":{"id":"gain","value":0.75}}"#,
//!     &mut reply,
//! );
//!
//! // The answer goes to the page that asked ...
//! assert_eq!(reply.text(), Some(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#));
//!
//! // ... and then the change to the others. The sender knows already.
//! let change = reply.changes()[0].notification(&*host).expect("the parameter is still there");
//! assert_eq!(
//!     change.text,
//!     r#"{"jsonrpc":"2.0","method":"parameterChanged","params":{"id":"gain","value":0.75}}"#
//! );
//! assert!(!change.concerns_sender);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

pub mod assignment;
mod audio_status;
mod build_status;
mod change;
mod controllers;
mod empty;
mod error;
mod handler;
mod held;
mod host;
mod json;
mod memory_host;
mod meter;
mod method;
pub mod methods;
mod note;
pub mod notifications;
mod parameter;
mod plugin;
mod plugin_ids;
mod reply;
mod request;
mod session;
mod signal;
pub mod typed_number;
#[cfg(any(test, feature = "typescript"))]
pub mod typescript;
mod value;

pub use audio_status::{AudioDiagnostic, AudioDiagnosticCode, AudioPhase, AudioStatus};
pub use build_status::{BuildState, BuildStatus};
pub use change::{Change, ChangeNotification};
pub use controllers::{ControllerControl, ControllersState, LearnedController};
pub use empty::Empty;
pub use error::{ErrorCode, HostError, RpcError, UnknownErrorCode};
pub use handler::{IpcHandler, MAX_BATCH_LENGTH, MAX_MESSAGE_BYTES};
pub use host::ParameterHost;
pub use memory_host::{InMemoryParameterHost, ParameterSetError};
pub use meter::{MeterFrame, MeterInfo, MeterKind, MeterUpdate};
pub use method::{Method, MethodContext, request};
pub use methods::METHOD_NAMES;
pub use note::{ChannelOutOfRange, MidiChannel, Note, NoteInput, NoteNumber, NoteOutOfRange};
pub use notifications::{NOTIFICATION_NAMES, Notification, notification, write_notification};
pub use parameter::{ParameterInfo, ParameterKind, RecallScope};
pub use plugin::{HostKind, PROTOCOL_VERSION, PluginInfo};
pub use plugin_ids::plugin_ids_module;
pub use reply::Reply;
pub use session::{
    CurrentPreset, HistoryState, PresetBank, PresetDescription, PresetInfo, PresetName, PresetText,
    SessionControl, SlotName, SlotsState,
};
pub use signal::{
    DEFAULT_SIGNAL_RESOLUTION, SIGNAL_RESOLUTIONS, SignalInfo, SignalKind, SignalRequest, SignalUpdate,
};
pub use value::{NormalizedValue, UncheckedValue, ValueOutOfRange};
