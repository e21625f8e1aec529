use serde::{Deserialize, Serialize};

use crate::error::{ErrorCode, RpcError};
use crate::method::{Method, MethodContext};

/// Asks for another size of the window.
pub enum RequestResize {}

/// The size of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct RequestResizeParams {
    /// In whole logical pixels, at least 1.
    pub width: u32,
    /// In whole logical pixels, at least 1.
    pub height: u32,
}

/// Whether the window will change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct RequestResizeResult {
    /// False where the size is not the plugin's to choose, as in a browser.
    pub accepted: bool,
}

impl Method for RequestResize {
    const NAME: &'static str = "requestResize";
    const TAKES: &'static str = "{width: integer, height: integer}";
    type Params<'a> = RequestResizeParams;
    type Result = RequestResizeResult;

    fn call(
        context: &mut MethodContext<'_>,
        params: RequestResizeParams,
    ) -> Result<RequestResizeResult, RpcError> {
        let RequestResizeParams { width, height } = params;
        if width == 0 || height == 0 {
            let message = format!("a size of {width} x {height} shows nothing; send at least 1 x 1");
            return Err(RpcError::new(ErrorCode::InvalidParams, message));
        }
        Ok(RequestResizeResult { accepted: context.host.request_resize(width, height) })
    }
}
