//! An object without members, for methods and notifications alike.

use serde::{Deserialize, Serialize};

/// No members: what a method takes that needs nothing, and what one returns that has nothing to tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS), ts(type = "Record<string, never>"))]
#[serde(deny_unknown_fields)]
pub struct Empty {}
