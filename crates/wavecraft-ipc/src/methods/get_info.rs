use super::{Call, Empty, Method};
use crate::error::RpcError;
use crate::handler::Page;
use crate::plugin::PluginInfo;

/// Which plugin is this, and where does it run?
pub enum GetInfo {}

impl Method for GetInfo {
    const NAME: &'static str = "getInfo";
    const TAKES: &'static str = "{}";
    type Params<'a> = Empty;
    type Result = PluginInfo;
}

impl Call for GetInfo {
    fn call(page: &mut Page<'_>, _params: Empty) -> Result<PluginInfo, RpcError> {
        Ok(page.host.info())
    }
}
