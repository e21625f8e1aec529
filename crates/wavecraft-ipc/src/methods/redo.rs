use super::undo::StepResult;
use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};

/// Does the step again that was taken back last.
pub enum Redo {}

impl Method for Redo {
    const NAME: &'static str = "redo";
    const TAKES: &'static str = "{}";
    type Params<'a> = Empty;
    type Result = StepResult;

    fn call(context: &mut MethodContext<'_>, _params: Empty) -> Result<StepResult, RpcError> {
        Ok(StepResult { applied: context.session()?.redo()? })
    }
}
