//! What can go wrong, in the words of the wire and in those of a host.

use serde::{Deserialize, Serialize};

use crate::value::{NormalizedValue, ValueOutOfRange};

/// Longest piece of a page's own text that an error message repeats, in bytes.
const MAX_EXCERPT_BYTES: usize = 80;

/// The kind of an error answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "i32", try_from = "i32")]
pub enum ErrorCode {
    /// -32700: the message is not JSON. Its id cannot be known, so it is null. A fault in the page.
    ParseError,
    /// -32600: JSON, but not a JSON-RPC 2.0 request, or one that is too large. A fault in the page.
    InvalidRequest,
    /// -32601: no such method. A fault in the page, or another version of the protocol.
    MethodNotFound,
    /// -32602: parameters missing, extra or of the wrong type, or text that is no value. Show it to the user if the
    /// user typed that text; otherwise it is a fault in the page.
    InvalidParams,
    /// -32603: the host failed. Trying again may help.
    InternalError,
    /// -32000: no such parameter. Fetch them all again: a reload may have changed them.
    NoSuchParameter,
    /// -32001: the value is not finite or outside [0, 1]. A fault in the page.
    ValueOutOfRange,
    /// -32003: no such preset. List them again: it may have been renamed or deleted elsewhere.
    NoSuchPreset,
    /// -32004: the user has a preset of that name. Ask whether to replace it.
    PresetExists,
    /// -32005: the preset cannot be loaded, saved or changed as asked. Show the message to the user.
    PresetRefused,
    /// -32006: no such signal. Ask for the plugin's info again: a reload may have changed them.
    NoSuchSignal,
}

impl ErrorCode {
    /// Every code.
    pub const ALL: [Self; 11] = [
        Self::ParseError,
        Self::InvalidRequest,
        Self::MethodNotFound,
        Self::InvalidParams,
        Self::InternalError,
        Self::NoSuchParameter,
        Self::ValueOutOfRange,
        Self::NoSuchPreset,
        Self::PresetExists,
        Self::PresetRefused,
        Self::NoSuchSignal,
    ];

    /// The number that stands for it on the wire.
    pub const fn number(self) -> i32 {
        match self {
            Self::ParseError => -32700,
            Self::InvalidRequest => -32600,
            Self::MethodNotFound => -32601,
            Self::InvalidParams => -32602,
            Self::InternalError => -32603,
            Self::NoSuchParameter => -32000,
            Self::ValueOutOfRange => -32001,
            Self::NoSuchPreset => -32003,
            Self::PresetExists => -32004,
            Self::PresetRefused => -32005,
            Self::NoSuchSignal => -32006,
        }
    }
}

impl From<ErrorCode> for i32 {
    fn from(code: ErrorCode) -> Self {
        code.number()
    }
}

impl TryFrom<i32> for ErrorCode {
    type Error = UnknownErrorCode;

    fn try_from(number: i32) -> Result<Self, Self::Error> {
        Self::ALL.into_iter().find(|code| code.number() == number).ok_or(UnknownErrorCode { number })
    }
}

/// A number that stands for no [`ErrorCode`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{number} is not an error code of this protocol")]
pub struct UnknownErrorCode {
    /// The number.
    pub number: i32,
}

/// What an error answer carries: the code for the program, the message for whoever reads the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[error("{message} ({})", .code.number())]
pub struct RpcError {
    /// The kind of error.
    #[cfg_attr(any(test, feature = "typescript"), ts(type = "ErrorCode"))]
    pub code: ErrorCode,
    /// What is wrong, naming it, and what to do about it. In English, not for matching.
    pub message: String,
}

impl RpcError {
    /// An error with this code and message.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl From<HostError> for RpcError {
    fn from(error: HostError) -> Self {
        let code = match error {
            HostError::NoSuchParameter { .. } => ErrorCode::NoSuchParameter,
            HostError::NotAValue { .. } | HostError::BeyondRange { .. } => ErrorCode::InvalidParams,
            HostError::NoSuchPreset { .. } => ErrorCode::NoSuchPreset,
            HostError::PresetExists { .. } => ErrorCode::PresetExists,
            HostError::PresetRefused { .. } => ErrorCode::PresetRefused,
            HostError::NoSuchSignal { .. } => ErrorCode::NoSuchSignal,
            HostError::Failed { .. } => ErrorCode::InternalError,
        };
        Self::new(code, error.to_string())
    }
}

impl From<ValueOutOfRange> for RpcError {
    fn from(error: ValueOutOfRange) -> Self {
        Self::new(ErrorCode::ValueOutOfRange, error.to_string())
    }
}

/// Why a [`ParameterHost`](crate::ParameterHost) did not do as it was asked. It has changed nothing then.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// No parameter has this id, or no longer since the plugin was reloaded. Ask for all of them again.
    #[error("no parameter has the id `{}`; getAllParameters lists them", excerpt(.id))]
    NoSuchParameter {
        /// The id that was asked for.
        id: String,
    },
    /// The text stands for no value of the parameter. Ask the user again.
    #[error("`{}` is not a value of the parameter `{}`; formatParameter shows how its values look", excerpt(.text), excerpt(.id))]
    NotAValue {
        /// The parameter's id.
        id: String,
        /// The text as it came.
        text: String,
    },
    /// The text is a number beyond the parameter's range. Take the nearest end where a user typed it and sees what comes
    /// of it; refuse it otherwise.
    #[error("`{}` is beyond the range of the parameter `{}`; formatParameter shows its ends, and `clamp` takes the nearest", excerpt(.text), excerpt(.id))]
    BeyondRange {
        /// The parameter's id.
        id: String,
        /// The text as it came.
        text: String,
        /// The end that is nearest to it.
        nearest: NormalizedValue,
    },
    /// No preset has this id. List them again.
    #[error("no preset has the id `{}`; listPresets lists them", excerpt(.id))]
    NoSuchPreset {
        /// The id that was asked for.
        id: String,
    },
    /// The user has a preset of this name already, and nobody has said that it may be replaced.
    #[error("there is a preset named `{}` already; another name, or `replace`, saves it", excerpt(.name))]
    PresetExists {
        /// The name.
        name: String,
    },
    /// The preset cannot be loaded, saved or changed as asked.
    #[error("{reason}")]
    PresetRefused {
        /// Why, for the user to read.
        reason: String,
    },
    /// No signal has this id, or no longer since the plugin was reloaded. Ask for the plugin's info again.
    #[error("no signal has the id `{}`; getInfo lists them", excerpt(.id))]
    NoSuchSignal {
        /// The id that was asked for.
        id: String,
    },
    /// The host or the plugin failed. Trying again may help.
    #[error("the host failed: {reason}")]
    Failed {
        /// What happened, for the log.
        reason: String,
    },
}

impl HostError {
    /// No parameter has this id.
    pub fn no_such_parameter(id: impl Into<String>) -> Self {
        Self::NoSuchParameter { id: id.into() }
    }

    /// The text stands for no value of the parameter.
    pub fn not_a_value(id: impl Into<String>, text: impl Into<String>) -> Self {
        Self::NotAValue { id: id.into(), text: text.into() }
    }

    /// The text is a number beyond the parameter's range, and this is the nearest end.
    pub fn beyond_range(id: impl Into<String>, text: impl Into<String>, nearest: NormalizedValue) -> Self {
        Self::BeyondRange { id: id.into(), text: text.into(), nearest }
    }

    /// No preset has this id.
    pub fn no_such_preset(id: impl Into<String>) -> Self {
        Self::NoSuchPreset { id: id.into() }
    }

    /// No signal has this id.
    pub fn no_such_signal(id: impl Into<String>) -> Self {
        Self::NoSuchSignal { id: id.into() }
    }

    /// The preset cannot be used as asked, for this reason.
    pub fn preset_refused(reason: impl Into<String>) -> Self {
        Self::PresetRefused { reason: reason.into() }
    }

    /// The host failed, for this reason.
    pub fn failed(reason: impl Into<String>) -> Self {
        Self::Failed { reason: reason.into() }
    }
}

/// The beginning of a text that came from a page, so that no message grows with what was sent.
pub(crate) fn excerpt(text: &str) -> String {
    if text.len() <= MAX_EXCERPT_BYTES {
        return text.to_owned();
    }
    let end = (0..=MAX_EXCERPT_BYTES).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    format!("{}\u{2026}", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_numbers_correspond() {
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::try_from(code.number()), Ok(code));
        }
        assert_eq!(ErrorCode::try_from(-32002), Err(UnknownErrorCode { number: -32002 }));
    }

    #[test]
    fn excerpts_end_between_characters() {
        assert_eq!(excerpt("gain"), "gain");
        let long = "\u{1f39a}".repeat(100);
        assert_eq!(excerpt(&long), format!("{}\u{2026}", "\u{1f39a}".repeat(20)));
        assert!(excerpt(&format!("x{long}")).starts_with("x\u{1f39a}"));
    }
}
