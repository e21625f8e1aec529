use serde::{Deserialize, Serialize};

use super::{Call, Empty, Method};
use crate::error::RpcError;
use crate::handler::Page;
use crate::meter::MeterFrame;

/// The newest levels after processing.
pub enum GetMeterFrame {}

/// The levels, if there are any.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct GetMeterFrameResult {
    /// Null while nothing is measured.
    pub frame: Option<MeterFrame>,
}

impl Method for GetMeterFrame {
    const NAME: &'static str = "getMeterFrame";
    const TAKES: &'static str = "{}";
    type Params<'a> = Empty;
    type Result = GetMeterFrameResult;
}

impl Call for GetMeterFrame {
    fn call(page: &mut Page<'_>, _params: Empty) -> Result<GetMeterFrameResult, RpcError> {
        Ok(GetMeterFrameResult { frame: page.host.meter_frame() })
    }
}
