use serde::{Deserialize, Serialize};

use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};
use crate::session::SlotName;

/// Gives a slot the values of the other, as a step of its history.
pub enum CopySlot {}

/// From which slot to which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct CopySlotParams {
    /// The one whose values are copied.
    pub from: SlotName,
    /// The one that they go to.
    pub to: SlotName,
}

impl Method for CopySlot {
    const NAME: &'static str = "copySlot";
    const TAKES: &'static str = "{from: \"a\" | \"b\", to: \"a\" | \"b\"}";
    type Params<'a> = CopySlotParams;
    type Result = Empty;

    fn call(context: &mut MethodContext<'_>, params: CopySlotParams) -> Result<Empty, RpcError> {
        context.session()?.copy_slot(params.from, params.to)?;
        Ok(Empty {})
    }
}
