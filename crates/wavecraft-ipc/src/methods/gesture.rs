use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Call, Empty, Method};
use crate::error::RpcError;
use crate::handler::Page;

/// The user takes hold of a control. Beginning what this page has begun already does nothing.
pub enum BeginGesture {}

/// The user lets go of a control. Ending what this page has not begun does nothing.
pub enum EndGesture {}

/// Which parameter's control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
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
}

impl Call for BeginGesture {
    fn call(page: &mut Page<'_>, params: GestureParams<'_>) -> Result<Empty, RpcError> {
        page.gestures.begin(&params.id, || page.host.begin_gesture(&params.id))?;
        Ok(Empty {})
    }
}

impl Method for EndGesture {
    const NAME: &'static str = "endGesture";
    const TAKES: &'static str = "{id: string}";
    type Params<'a> = GestureParams<'a>;
    type Result = Empty;
}

impl Call for EndGesture {
    fn call(page: &mut Page<'_>, params: GestureParams<'_>) -> Result<Empty, RpcError> {
        match page.gestures.end(&params.id, || page.host.end_gesture(&params.id)) {
            Some(ended) => ended?,
            // Not open, and therefore nothing to end; but a wrong id is a mistake that the page should hear of.
            None => {
                page.host.get_parameter(&params.id)?;
            }
        }
        Ok(Empty {})
    }
}
