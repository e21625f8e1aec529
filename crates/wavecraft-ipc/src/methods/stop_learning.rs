use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};

/// No parameter waits for a MIDI controller any more.
pub enum StopLearning {}

impl Method for StopLearning {
    const NAME: &'static str = "stopLearning";
    const TAKES: &'static str = "{}";
    type Params<'a> = Empty;
    type Result = Empty;

    fn call(context: &mut MethodContext<'_>, _params: Empty) -> Result<Empty, RpcError> {
        context.controllers()?.stop_learning();
        Ok(Empty {})
    }
}
