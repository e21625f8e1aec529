use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::change::Change;
use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};
use crate::value::UncheckedValue;

/// Gives a parameter a value.
pub enum SetParameter {}

/// Which parameter, and which value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SetParameterParams<'a> {
    /// The parameter's id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// The value that it is to have, in [0, 1]. A stepped parameter takes the nearest that it can have.
    #[cfg_attr(any(test, feature = "typescript"), ts(as = "crate::NormalizedValue"))]
    pub value: UncheckedValue,
}

impl Method for SetParameter {
    const NAME: &'static str = "setParameter";
    const TAKES: &'static str = "{id: string, value: number}";
    type Params<'a> = SetParameterParams<'a>;
    type Result = Empty;

    fn call(context: &mut MethodContext<'_>, params: SetParameterParams<'_>) -> Result<Empty, RpcError> {
        let sent = params.value.check()?;
        let value = context.host.set_parameter(&params.id, sent)?;
        context.push_change(Change { id: params.id.into_owned(), sent, value });
        Ok(Empty {})
    }
}
