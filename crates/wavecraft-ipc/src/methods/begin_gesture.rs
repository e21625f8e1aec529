use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};

/// The user takes hold of a control. Beginning what this page has begun already does nothing.
pub enum BeginGesture {}

/// Which parameter's control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct GestureParams<'a> {
    /// The parameter's id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
}

impl Method for BeginGesture {
    const NAME: &'static str = "beginGesture";
    const TAKES: &'static str = "{id: string}";
    type Params<'a> = GestureParams<'a>;
    type Result = Empty;

    fn call(context: &mut MethodContext<'_>, params: GestureParams<'_>) -> Result<Empty, RpcError> {
        context.gestures.begin(&*params.id, || context.host.begin_gesture(&params.id))?;
        Ok(Empty {})
    }
}
