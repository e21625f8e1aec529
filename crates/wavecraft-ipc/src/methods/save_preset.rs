use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::error::RpcError;
use crate::method::{Method, MethodContext};
use crate::session::PresetDescription;

/// Saves the parameters' values as a preset of the user's.
pub enum SavePreset {}

/// What it is called and good for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS), ts(optional_fields))]
#[serde(deny_unknown_fields)]
pub struct SavePresetParams<'a> {
    /// What the user reads.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// What it is good for, in single words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// What it is good for, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether it may take the place of one with the same name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replace: Option<bool>,
}

/// The preset that came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct PresetIdResult {
    /// What it is loaded by.
    pub id: String,
}

impl Method for SavePreset {
    const NAME: &'static str = "savePreset";
    const TAKES: &'static str =
        "{name: string, author?: string, tags?: string[], description?: string, replace?: boolean}";
    type Params<'a> = SavePresetParams<'a>;
    type Result = PresetIdResult;

    fn call(
        context: &mut MethodContext<'_>,
        params: SavePresetParams<'_>,
    ) -> Result<PresetIdResult, RpcError> {
        let description = PresetDescription {
            name: params.name.into_owned(),
            author: params.author,
            tags: params.tags.unwrap_or_default(),
            description: params.description,
        };
        let id = context.session()?.save_preset(&description, params.replace.unwrap_or(false))?;
        Ok(PresetIdResult { id })
    }
}
