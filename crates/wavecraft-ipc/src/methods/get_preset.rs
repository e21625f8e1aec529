use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};
use crate::session::CurrentPreset;

/// The preset that was loaded or saved last, and whether it was modified since.
pub enum GetPreset {}

impl Method for GetPreset {
    const NAME: &'static str = "getPreset";
    const TAKES: &'static str = "{}";
    type Params<'a> = Empty;
    type Result = CurrentPreset;

    fn call(context: &mut MethodContext<'_>, _params: Empty) -> Result<CurrentPreset, RpcError> {
        Ok(context.session()?.current_preset())
    }
}
