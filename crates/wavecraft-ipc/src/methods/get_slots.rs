use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};
use crate::session::SlotsState;

/// Which of the two slots is heard.
pub enum GetSlots {}

impl Method for GetSlots {
    const NAME: &'static str = "getSlots";
    const TAKES: &'static str = "{}";
    type Params<'a> = Empty;
    type Result = SlotsState;

    fn call(context: &mut MethodContext<'_>, _params: Empty) -> Result<SlotsState, RpcError> {
        Ok(context.session()?.slots())
    }
}
