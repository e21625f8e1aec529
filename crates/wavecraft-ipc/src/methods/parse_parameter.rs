use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::error::RpcError;
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
    const TAKES: &'static str = "{id: string, text: string}";
    type Params<'a> = ParseParameterParams<'a>;
    type Result = ParseParameterResult;

    fn call(
        context: &mut MethodContext<'_>,
        params: ParseParameterParams<'_>,
    ) -> Result<ParseParameterResult, RpcError> {
        Ok(ParseParameterResult { value: context.host.parse_parameter(&params.id, &params.text)? })
    }
}
