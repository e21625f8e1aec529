use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::error::RpcError;
use crate::method::{Method, MethodContext};

/// Sets the parameters as a preset says, as one step.
pub enum LoadPreset {}

/// Which preset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PresetIdParams<'a> {
    /// The preset's id, as listPresets has it.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct LoadPresetResult {
    /// What of the preset was not used and why, in a sentence each.
    pub ignored: Vec<String>,
}

impl Method for LoadPreset {
    const NAME: &'static str = "loadPreset";
    const TAKES: &'static str = "{id: string}";
    type Params<'a> = PresetIdParams<'a>;
    type Result = LoadPresetResult;

    fn call(
        context: &mut MethodContext<'_>,
        params: PresetIdParams<'_>,
    ) -> Result<LoadPresetResult, RpcError> {
        Ok(LoadPresetResult { ignored: context.session()?.load_preset(&params.id)? })
    }
}
