use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::error::RpcError;
use crate::method::{Method, MethodContext};
use crate::value::UncheckedValue;

/// The text that a parameter would show at some value. Nothing is set.
pub enum FormatParameter {}

/// Which parameter, at which value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct FormatParameterParams<'a> {
    /// The parameter's id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// The value, in [0, 1].
    #[cfg_attr(any(test, feature = "typescript"), ts(as = "crate::NormalizedValue"))]
    pub value: UncheckedValue,
}

/// The text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct FormatParameterResult {
    /// What the user reads, with the unit.
    pub text: String,
}

impl Method for FormatParameter {
    const NAME: &'static str = "formatParameter";
    const TAKES: &'static str = "{id: string, value: number}";
    type Params<'a> = FormatParameterParams<'a>;
    type Result = FormatParameterResult;

    fn call(
        context: &mut MethodContext<'_>,
        params: FormatParameterParams<'_>,
    ) -> Result<FormatParameterResult, RpcError> {
        let value = params.value.check()?;
        Ok(FormatParameterResult { text: context.host.format_parameter(&params.id, value)? })
    }
}
