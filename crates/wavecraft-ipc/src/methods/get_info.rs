use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};
use crate::plugin::PluginInfo;

/// Which plugin is this, and where does it run?
pub enum GetInfo {}

impl Method for GetInfo {
    const NAME: &'static str = "getInfo";
    const TAKES: &'static str = "{}";
    type Params<'a> = Empty;
    type Result = PluginInfo;

    fn call(context: &mut MethodContext<'_>, _params: Empty) -> Result<PluginInfo, RpcError> {
        Ok(context.host.info())
    }
}
