use serde::{Deserialize, Serialize};

use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};
use crate::session::SlotName;

/// Lets a slot be heard. The other keeps its values and its history.
pub enum SelectSlot {}

/// Which slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SelectSlotParams {
    /// The one to hear.
    pub slot: SlotName,
}

impl Method for SelectSlot {
    const NAME: &'static str = "selectSlot";
    const TAKES: &'static str = "{slot: \"a\" | \"b\"}";
    type Params<'a> = SelectSlotParams;
    type Result = Empty;

    fn call(context: &mut MethodContext<'_>, params: SelectSlotParams) -> Result<Empty, RpcError> {
        context.session()?.select_slot(params.slot)?;
        Ok(Empty {})
    }
}
