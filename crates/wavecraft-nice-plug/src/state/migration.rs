//! States of earlier versions, brought to this one before they are checked and loaded.

use std::collections::BTreeMap;

use nice_plug::plugin::ParamValue;
use nice_plug::prelude::PluginState;
use semver::Version;

use super::{StateError, StateRules, check_version, refuse_whole, validate};
use crate::parameters::ParameterTable;

/// The values of a saved state by the ids of their parameters, while it is brought to this version.
pub struct SavedValues<'a> {
    values: &'a mut BTreeMap<String, ParamValue>,
    parameters: &'a ParameterTable,
}

impl SavedValues<'_> {
    /// A value as it was saved: in the unit in which nice-plug holds it, which for frequencies and times is log2.
    pub fn get(&self, id: &str) -> Option<&ParamValue> {
        self.values.get(id)
    }

    /// Takes a value out, as of a parameter that is no longer there.
    pub fn remove(&mut self, id: &str) -> Option<ParamValue> {
        self.values.remove(id)
    }

    /// Gives a value another id. One that is there under that id already counts.
    pub fn rename(&mut self, old: &str, new: &str) {
        if let Some(value) = self.values.remove(old) {
            self.values.entry(new.to_owned()).or_insert(value);
        }
    }

    /// Gives a parameter of this version a value, as users type it: `"1.2 kHz"`.
    ///
    /// # Errors
    ///
    /// [`StateError::InvalidValue`] when there is no such parameter, or the text is none of its values.
    pub fn set(&mut self, id: &str, text: &str) -> Result<(), StateError> {
        let index = self.parameters.index_of(id);
        let value = index.and_then(|index| {
            let normalized = self.parameters.parse(index, text)?;
            Some(self.parameters.owned()[index].state_value_of(normalized))
        });
        let invalid = || StateError::InvalidValue {
            id: id.to_owned(),
            reason: format!("cannot be {text:?}, which the plugin's migration makes of it"),
        };
        self.values.insert(id.to_owned(), value.ok_or_else(invalid)?);
        Ok(())
    }
}

/// As [`guard`](super::guard), after the state was brought to this version: old ids become those of now, and `migrate` does
/// the rest with a state of an earlier version, whose error refuses it whole. Returns whether the state may be loaded.
pub fn guard_migrated(
    state: &mut PluginState,
    rules: &StateRules,
    renamed: &[(&str, &str)],
    migrate: impl FnOnce(&Version, &mut SavedValues) -> Result<(), StateError>,
) -> bool {
    let upgraded = upgrade(state, rules, renamed, migrate);
    if let Err(error) = &upgraded {
        refuse_whole(state, error);
    }
    upgraded.is_ok()
}

fn upgrade(
    state: &mut PluginState,
    rules: &StateRules,
    renamed: &[(&str, &str)],
    migrate: impl FnOnce(&Version, &mut SavedValues) -> Result<(), StateError>,
) -> Result<(), StateError> {
    check_version(&state.version, rules.oldest_readable, rules.current)?;
    let mut values = SavedValues { values: &mut state.params, parameters: rules.parameters };
    for (old, new) in renamed {
        values.rename(old, new);
    }
    let is_older = state.version != rules.current;
    if let Some(version) = Version::parse(&state.version).ok().filter(|_| is_older) {
        migrate(&version, &mut values)?;
    }
    validate(state, rules.parameters)
}
