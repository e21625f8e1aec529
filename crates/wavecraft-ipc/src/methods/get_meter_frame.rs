use serde::{Deserialize, Serialize};

use crate::empty::Empty;
use crate::error::RpcError;
use crate::meter::MeterFrame;
use crate::method::{Method, MethodContext};

/// The newest levels after processing.
pub enum GetMeterFrame {}

/// The levels, if there are any.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct GetMeterFrameResult {
    /// Null while nothing is measured.
    pub frame: Option<MeterFrame>,
}

impl Method for GetMeterFrame {
    const NAME: &'static str = "getMeterFrame";
    const TAKES: &'static str = "{}";
    type Params<'a> = Empty;
    type Result = GetMeterFrameResult;

    fn call(context: &mut MethodContext<'_>, _params: Empty) -> Result<GetMeterFrameResult, RpcError> {
        Ok(GetMeterFrameResult { frame: context.host.meter_frame() })
    }
}
