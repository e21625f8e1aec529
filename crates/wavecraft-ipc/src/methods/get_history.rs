use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};
use crate::session::HistoryState;

/// What undo and redo would do.
pub enum GetHistory {}

impl Method for GetHistory {
    const NAME: &'static str = "getHistory";
    const TAKES: &'static str = "{}";
    type Params<'a> = Empty;
    type Result = HistoryState;

    fn call(context: &mut MethodContext<'_>, _params: Empty) -> Result<HistoryState, RpcError> {
        Ok(context.session()?.history())
    }
}
