use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::error::RpcError;
use crate::method::{Method, MethodContext};
use crate::value::NormalizedValue;

/// The value of one parameter.
pub enum GetParameter {}

/// Which parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct GetParameterParams<'a> {
    /// The parameter's id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
}

/// The parameter and its value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct GetParameterResult {
    /// The parameter's id.
    pub id: String,
    /// Its value, in [0, 1].
    pub value: NormalizedValue,
}

impl Method for GetParameter {
    const NAME: &'static str = "getParameter";
    const TAKES: &'static str = "{id: string}";
    type Params<'a> = GetParameterParams<'a>;
    type Result = GetParameterResult;

    fn call(
        context: &mut MethodContext<'_>,
        params: GetParameterParams<'_>,
    ) -> Result<GetParameterResult, RpcError> {
        let value = context.host.get_parameter(&params.id)?;
        Ok(GetParameterResult { id: params.id.into_owned(), value })
    }
}
