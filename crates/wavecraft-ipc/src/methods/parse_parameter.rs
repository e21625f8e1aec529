use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::error::{HostError, RpcError};
use crate::method::{Method, MethodContext};
use crate::value::NormalizedValue;

/// The value that the user means by a text. Nothing is set.
pub enum ParseParameter {}

/// Which parameter, and which text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ParseParameterParams<'a> {
    /// The parameter's id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// What the user typed, with or without the unit.
    #[serde(borrow)]
    pub text: Cow<'a, str>,
    /// Whether a number beyond the parameter's range means the nearest end of it, as it does to a user who sees what
    /// comes of it. Without it such a number is refused.
    #[serde(default, skip_serializing_if = "is_false")]
    #[cfg_attr(any(test, feature = "typescript"), ts(as = "Option<bool>", optional))]
    pub clamp: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(value: &bool) -> bool {
    !value
}

/// The value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct ParseParameterResult {
    /// In [0, 1].
    pub value: NormalizedValue,
}

impl Method for ParseParameter {
    const NAME: &'static str = "parseParameter";
    const TAKES: &'static str = "{id: string, text: string, clamp?: boolean}";
    type Params<'a> = ParseParameterParams<'a>;
    type Result = ParseParameterResult;

    fn call(
        context: &mut MethodContext<'_>,
        params: ParseParameterParams<'_>,
    ) -> Result<ParseParameterResult, RpcError> {
        match context.host.parse_parameter(&params.id, &params.text) {
            Err(HostError::BeyondRange { nearest, .. }) if params.clamp => {
                Ok(ParseParameterResult { value: nearest })
            }
            parsed => Ok(ParseParameterResult { value: parsed? }),
        }
    }
}
