use super::begin_gesture::GestureParams;
use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};

/// The user lets go of a control. Ending what this page has not begun does nothing.
pub enum EndGesture {}

impl Method for EndGesture {
    const NAME: &'static str = "endGesture";
    const TAKES: &'static str = "{id: string}";
    type Params<'a> = GestureParams<'a>;
    type Result = Empty;

    fn call(context: &mut MethodContext<'_>, params: GestureParams<'_>) -> Result<Empty, RpcError> {
        match context.gestures.end(&*params.id, || context.host.end_gesture(&params.id)) {
            Some(ended) => ended?,
            // Not open, and therefore nothing to end; but a wrong id is a mistake that the page should hear of.
            None => {
                context.host.get_parameter(&params.id)?;
            }
        }
        Ok(Empty {})
    }
}
