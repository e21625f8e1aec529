//! The methods that a page may call, one file for each.
//!
//! A method is an empty type that ties its name to its parameters and its result, so that each string stands in one
//! place. To add one: its file here, its name in the list below, and the page's types renewed.

mod format_parameter;
mod gesture;
mod get_all_parameters;
mod get_audio_status;
mod get_info;
mod get_meter_frame;
mod get_parameter;
mod parse_parameter;
mod ping;
mod request_resize;
mod set_parameter;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{ErrorCode, RpcError, excerpt};
use crate::handler::Page;
use crate::json;
use crate::request::Request;

pub use format_parameter::{FormatParameter, FormatParameterParams, FormatParameterResult};
pub use gesture::{BeginGesture, EndGesture, GestureParams};
pub use get_all_parameters::{GetAllParameters, GetAllParametersResult};
pub use get_audio_status::{GetAudioStatus, GetAudioStatusResult};
pub use get_info::GetInfo;
pub use get_meter_frame::{GetMeterFrame, GetMeterFrameResult};
pub use get_parameter::{GetParameter, GetParameterParams, GetParameterResult};
pub use parse_parameter::{ParseParameter, ParseParameterParams, ParseParameterResult};
pub use ping::{Ping, PingResult};
pub use request_resize::{RequestResize, RequestResizeParams, RequestResizeResult};
pub use set_parameter::{SetParameter, SetParameterParams};

/// A method: its name, what it takes and what it returns.
pub trait Method {
    /// The name on the wire.
    const NAME: &'static str;
    /// What it takes, in the words of error messages.
    const TAKES: &'static str;
    /// What it takes. Its strings are borrowed from the message where that is possible.
    type Params<'a>: Serialize + Deserialize<'a>;
    /// What it returns.
    type Result: Serialize + DeserializeOwned;
}

/// What a method does. Runs on the thread that handles the message.
pub(crate) trait Call: Method {
    /// Carries the method out, or changes nothing and says why.
    fn call(page: &mut Page<'_>, params: Self::Params<'_>) -> Result<Self::Result, RpcError>;
}

/// No members: what a method takes that needs nothing, and what one returns that has nothing to tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(type = "Record<string, never>"))]
#[serde(deny_unknown_fields)]
pub struct Empty {}

/// Makes the list of methods, and all that goes through it.
macro_rules! methods {
    ($($method:ident),* $(,)?) => {
        /// The name of every method.
        pub const METHOD_NAMES: &[&str] = &[$(<$method as Method>::NAME),*];

        /// Finds the method that is asked for, and calls it.
        pub(crate) fn dispatch(request: &Request<'_>, page: &mut Page<'_>) -> Result<(), RpcError> {
            match &*request.method {
                $(<$method as Method>::NAME => page.call::<$method>(request),)*
                unknown => Err(not_found(unknown)),
            }
        }

        /// Shows every method to `visitor`.
        #[cfg(test)]
        pub(crate) fn visit(visitor: &mut impl crate::typescript::Visitor) {
            $(visitor.method::<$method>();)*
        }
    };
}

methods![
    Ping,
    GetInfo,
    GetParameter,
    SetParameter,
    BeginGesture,
    EndGesture,
    GetAllParameters,
    FormatParameter,
    ParseParameter,
    GetMeterFrame,
    GetAudioStatus,
    RequestResize,
];

/// A request for `M`, as text. For clients written in Rust.
///
/// ```
/// use wavecraft_ipc::methods::{GetParameter, GetParameterParams, request};
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

fn not_found(method: &str) -> RpcError {
    let methods = METHOD_NAMES.join(", ");
    RpcError::new(ErrorCode::MethodNotFound, format!("no method `{}`; there are {methods}", excerpt(method)))
}
