//! What a project keeps of slots and presets, beside the plugin's own parameters.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wavecraft_ipc::SlotName;

use crate::loaded_preset::LoadedPreset;
use crate::slots::Values;

/// The version of this format. It grows when an older plugin could no longer read it.
const VERSION: u32 = 1;

/// Slots and presets of an instance. The values of the selected slot are not in it: they are the plugin's parameters.
///
/// Values are normalized, as exact as the plugin has them. A parameter that came later is in none of the slots, and keeps
/// its value; one that is gone is left alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedSession {
    version: u32,
    /// The slot that is heard.
    pub selected: SlotName,
    /// The first.
    #[serde(default)]
    pub a: SavedSlot,
    /// The second.
    #[serde(default)]
    pub b: SavedSlot,
}

/// One slot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SavedSlot {
    /// The preset that it was given last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<LoadedPreset>,
    /// The values of a slot that is not heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Values>,
}

impl SavedSession {
    pub(crate) fn new(selected: SlotName, a: SavedSlot, b: SavedSlot) -> Self {
        Self { version: VERSION, selected, a, b }
    }

    /// With the ids that parameters have now.
    pub(crate) fn with_renamed(mut self, renamed: &[(&str, &str)]) -> Self {
        for slot in [&mut self.a, &mut self.b] {
            for values in
                slot.values.iter_mut().chain(slot.preset.iter_mut().map(|preset| &mut preset.values))
            {
                rename(values, renamed);
            }
        }
        self
    }

    /// Whether this version of the crate understands it.
    pub fn is_readable(&self) -> bool {
        self.version <= VERSION
    }
}

/// Gives values the ids that parameters have now. What is there under the new id already counts.
pub(crate) fn rename<T>(values: &mut BTreeMap<String, T>, renamed: &[(&str, &str)]) {
    for (old, new) in renamed {
        if let Some(value) = values.remove(*old) {
            values.entry((*new).to_owned()).or_insert(value);
        }
    }
}
