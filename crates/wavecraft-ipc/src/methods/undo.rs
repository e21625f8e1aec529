use serde::{Deserialize, Serialize};

use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};

/// Takes the last step back: a gesture, a preset, a copy of a slot. All pages are told of what has changed.
pub enum Undo {}

/// Whether a step was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct StepResult {
    /// False when there was none.
    pub applied: bool,
}

impl Method for Undo {
    const NAME: &'static str = "undo";
    const TAKES: &'static str = "{}";
    type Params<'a> = Empty;
    type Result = StepResult;

    fn call(context: &mut MethodContext<'_>, _params: Empty) -> Result<StepResult, RpcError> {
        Ok(StepResult { applied: context.session()?.undo()? })
    }
}
