use serde::{Deserialize, Serialize};

use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};
use crate::parameter::ParameterInfo;

/// Every parameter, with its value and text.
pub enum GetAllParameters {}

/// All of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct GetAllParametersResult {
    /// In an order that stays the same until `parametersChanged`.
    pub parameters: Vec<ParameterInfo>,
}

impl Method for GetAllParameters {
    const NAME: &'static str = "getAllParameters";
    const TAKES: &'static str = "{}";
    type Params<'a> = Empty;
    type Result = GetAllParametersResult;

    fn call(context: &mut MethodContext<'_>, _params: Empty) -> Result<GetAllParametersResult, RpcError> {
        Ok(GetAllParametersResult { parameters: context.host.all_parameters() })
    }
}
