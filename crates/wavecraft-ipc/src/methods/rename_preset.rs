use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::save_preset::PresetIdResult;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};

/// Gives one of the user's presets another name.
pub enum RenamePreset {}

/// Which preset, and its new name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct RenamePresetParams<'a> {
    /// The preset's id, as listPresets has it.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// What the user is to read.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
}

impl Method for RenamePreset {
    const NAME: &'static str = "renamePreset";
    const TAKES: &'static str = "{id: string, name: string}";
    type Params<'a> = RenamePresetParams<'a>;
    type Result = PresetIdResult;

    fn call(
        context: &mut MethodContext<'_>,
        params: RenamePresetParams<'_>,
    ) -> Result<PresetIdResult, RpcError> {
        Ok(PresetIdResult { id: context.session()?.rename_preset(&params.id, &params.name)? })
    }
}
