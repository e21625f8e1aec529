use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::save_preset::PresetIdResult;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};

/// Adds a preset file to the user's presets.
pub enum ImportPreset {}

/// The file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS), ts(optional_fields))]
#[serde(deny_unknown_fields)]
pub struct ImportPresetParams<'a> {
    /// What is in it.
    #[serde(borrow)]
    pub text: Cow<'a, str>,
    /// Whether it may take the place of one with the same name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replace: Option<bool>,
}

impl Method for ImportPreset {
    const NAME: &'static str = "importPreset";
    const TAKES: &'static str = "{text: string, replace?: boolean}";
    type Params<'a> = ImportPresetParams<'a>;
    type Result = PresetIdResult;

    fn call(
        context: &mut MethodContext<'_>,
        params: ImportPresetParams<'_>,
    ) -> Result<PresetIdResult, RpcError> {
        let replace = params.replace.unwrap_or(false);
        Ok(PresetIdResult { id: context.session()?.import_preset(&params.text, replace)? })
    }
}
