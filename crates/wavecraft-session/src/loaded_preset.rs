//! The preset that a slot was given, and what tells whether it has been modified since.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wavecraft_ipc::{NormalizedValue, PresetBank};

/// A preset that was loaded or saved, with the values that it gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadedPreset {
    /// Its id when it was loaded; it may be gone by now.
    pub id: String,
    /// What the user reads.
    pub name: String,
    /// Where it comes from.
    pub bank: PresetBank,
    /// The value of each parameter that presets set, by id.
    pub values: BTreeMap<String, NormalizedValue>,
}

impl LoadedPreset {
    /// Whether a parameter has another value than the preset gave it. Parameters that are no longer there count for
    /// nothing.
    pub fn is_modified(&self, mut value: impl FnMut(&str) -> Option<NormalizedValue>) -> bool {
        self.values.iter().any(|(id, given)| value(id).is_some_and(|now| now != *given))
    }
}
