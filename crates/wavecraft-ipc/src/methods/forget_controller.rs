use super::learn_controller::ControllerParams;
use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};

/// No MIDI controller moves this parameter any more. One that none moves is no error.
pub enum ForgetController {}

impl Method for ForgetController {
    const NAME: &'static str = "forgetController";
    const TAKES: &'static str = "{id: string}";
    type Params<'a> = ControllerParams<'a>;
    type Result = Empty;

    fn call(context: &mut MethodContext<'_>, params: ControllerParams<'_>) -> Result<Empty, RpcError> {
        context.controllers()?.forget(&params.id)?;
        Ok(Empty {})
    }
}
