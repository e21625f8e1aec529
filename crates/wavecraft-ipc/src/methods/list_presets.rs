use serde::{Deserialize, Serialize};

use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};
use crate::session::PresetInfo;

/// All presets.
pub enum ListPresets {}

/// All of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct ListPresetsResult {
    /// Factory presets first, each bank in the order of the names.
    pub presets: Vec<PresetInfo>,
}

impl Method for ListPresets {
    const NAME: &'static str = "listPresets";
    const TAKES: &'static str = "{}";
    type Params<'a> = Empty;
    type Result = ListPresetsResult;

    fn call(context: &mut MethodContext<'_>, _params: Empty) -> Result<ListPresetsResult, RpcError> {
        Ok(ListPresetsResult { presets: context.session()?.presets() })
    }
}
