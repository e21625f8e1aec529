use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::error::RpcError;
use crate::method::{Method, MethodContext};

/// Has the host show its own menu for a parameter.
pub enum OpenHostMenu {}

/// Which parameter, and where on the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct OpenHostMenuParams<'a> {
    /// The parameter's id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// From the page's left edge, in logical pixels.
    pub x: f64,
    /// From the page's upper edge, in logical pixels.
    pub y: f64,
}

/// Whether the host was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct OpenHostMenuResult {
    /// False where the host has no such menu, as `host_menu` in getInfo says.
    pub opened: bool,
}

impl Method for OpenHostMenu {
    const NAME: &'static str = "openHostMenu";
    const TAKES: &'static str = "{id: string, x: number, y: number}";
    type Params<'a> = OpenHostMenuParams<'a>;
    type Result = OpenHostMenuResult;

    fn call(
        context: &mut MethodContext<'_>,
        params: OpenHostMenuParams<'_>,
    ) -> Result<OpenHostMenuResult, RpcError> {
        let OpenHostMenuParams { id, x, y } = params;
        Ok(OpenHostMenuResult { opened: context.host.open_host_menu(&id, x, y)? })
    }
}
