use crate::controllers::ControllersState;
use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};

/// Which MIDI controllers move which parameters?
pub enum GetControllers {}

impl Method for GetControllers {
    const NAME: &'static str = "getControllers";
    const TAKES: &'static str = "{}";
    type Params<'a> = Empty;
    type Result = ControllersState;

    fn call(context: &mut MethodContext<'_>, _params: Empty) -> Result<ControllersState, RpcError> {
        Ok(context.controllers()?.controllers())
    }
}
