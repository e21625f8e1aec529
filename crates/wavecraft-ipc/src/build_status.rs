//! How the build of the plugin is doing, in development.

use serde::{Deserialize, Serialize};

/// What became of the last change to the plugin's source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS), ts(optional_fields))]
pub struct BuildStatus {
    /// How far it is.
    pub state: BuildState,
    /// The compiler's message, when it failed. What a build under way waits for, if it does, in words that go on after "the
    /// build".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// From the change to the result, in milliseconds, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
}

/// How far a build is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum BuildState {
    /// Under way; the old sound goes on.
    Building,
    /// The new sound plays.
    Ok,
    /// It failed, and the old sound goes on.
    Failed,
}
