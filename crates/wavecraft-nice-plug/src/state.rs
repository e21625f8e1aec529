//! A plugin's state: saved as nice-plug's wrappers save it, and loaded whole or not at all.
//!
//! The format is the JSON that nice-plug's CLAP and VST3 wrappers write, so a state saved here loads in a host and the
//! other way round. The wrappers skip what they cannot use and load the rest; the rules here refuse such a state as a
//! whole and name the reason, and nothing changes. A plugin gets the same protection inside the wrappers by calling
//! [`guard`] from [`Plugin::filter_state`]:
//!
//! ```
//! # use std::sync::Arc;
//! # use nice_plug::prelude::*;
//! use wavecraft_nice_plug::parameters::ParameterTable;
//! use wavecraft_nice_plug::state::{self, StateRules};
//! # #[derive(Params)]
//! # struct StripParams { #[id = "mute"] mute: BoolParam }
//! # struct Strip(Arc<StripParams>);
//! # impl Default for Strip {
//! #     fn default() -> Self { Self(Arc::new(StripParams { mute: BoolParam::new("Mute", false) })) }
//! # }
//! # impl Plugin for Strip {
//! #     const NAME: &'static str = "Strip";
//! #     const VENDOR: &'static str = "";
//! #     const URL: &'static str = "";
//! #     const EMAIL: &'static str = "";
//! #     const VERSION: &'static str = "1.2.0";
//! #     const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[];
//! #     type Editor = ();
//! #     type SysExMessage = ();
//! #     type BackgroundTask = ();
//! #     fn params(&self) -> Arc<dyn Params> { self.0.clone() }
//! #     fn process(&mut self, _: &mut Buffer, _: &mut AuxiliaryBuffers, _: &mut impl ProcessContext<Self>)
//! #         -> ProcessStatus { ProcessStatus::Normal }
//!
//! fn filter_state(state: &mut PluginState) {
//!     let parameters = &ParameterTable::of_plugin::<Self>();
//!     state::guard(state, &StateRules { oldest_readable: "1.0.0", current: Self::VERSION, parameters });
//! }
//! # }
//! # let parameters = ParameterTable::of_plugin::<Strip>();
//! # let saved = state::save::<Strip>(&parameters);
//! # state::load::<Strip>(&parameters, &saved).unwrap();
//! # let newer = String::from_utf8(saved).unwrap().replace("1.2.0", "1.3.0");
//! # assert!(state::load::<Strip>(&parameters, newer.as_bytes()).is_err());
//! ```
//!
//! None of this is for the audio thread.

mod migration;

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Display;

use nice_plug::prelude::{Plugin, PluginState};
use serde::de::IgnoredAny;

pub use migration::{SavedValues, guard_migrated};
pub use nice_plug::plugin::ParamValue;
pub use semver::Version;

use crate::parameters::{ParameterTable, StateValueError};

thread_local! {
    /// Why this thread last refused a state. `Plugin::filter_state` returns nothing, so the reason takes this way from
    /// [`refuse_whole`] to [`load`].
    static REFUSAL: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Why a state was refused. Whatever the reason, nothing has changed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The bytes are not JSON of the shape of a state: cut short, or something else altogether.
    #[error("the state is damaged or cut short: {0}")]
    Malformed(String),
    /// The state does not say which version of the plugin saved it, or not in a way that can be read.
    #[error("the state's version, {0:?}, cannot be read")]
    UnreadableVersion(String),
    /// A later version of the plugin saved the state.
    #[error("the state is from version {version}, newer than this one ({current})")]
    TooNew {
        /// The version that saved the state.
        version: String,
        /// The version that was to load it.
        current: String,
    },
    /// The state is from a version that this one no longer reads.
    #[error("the state is from version {version}; the oldest that can be read is {oldest_readable}")]
    TooOld {
        /// The version that saved the state.
        version: String,
        /// The oldest version whose states are read.
        oldest_readable: String,
    },
    /// A value does not fit its parameter.
    #[error("the state's value for \"{id}\" {reason}")]
    InvalidValue {
        /// The parameter's id.
        id: String,
        /// What is wrong with the value.
        reason: String,
    },
    /// A persistent field's content is not JSON.
    #[error("the state's field \"{0}\" is damaged")]
    InvalidField(String),
    /// The plugin's own [`Plugin::filter_state`] refused the state, by [`refuse_whole`].
    #[error("{0}")]
    RefusedByPlugin(String),
}

/// What a plugin demands of a state before it is loaded.
#[derive(Clone, Copy, Debug)]
pub struct StateRules<'a> {
    /// The oldest version whose states still load, as a semantic version.
    pub oldest_readable: &'a str,
    /// The plugin's own version.
    pub current: &'a str,
    /// The plugin's parameters, which say what is a fitting value. Those of another instance will do.
    pub parameters: &'a ParameterTable,
}

/// The state of the plugin whose parameters these are, as JSON in nice-plug's format.
///
/// # Panics
///
/// Never: a state consists of what JSON can express.
pub fn save<P: Plugin>(parameters: &ParameterTable) -> Vec<u8> {
    let values = parameters.iter().zip(parameters.owned());
    let state = PluginState {
        version: P::VERSION.to_owned(),
        params: values.map(|(description, owned)| (description.id.clone(), owned.state_value())).collect(),
        fields: parameters.params().serialize_fields(),
    };
    serde_json::to_vec(&state).expect("a state holds only maps of text to numbers, switches and text")
}

/// What the plugin keeps beyond its parameters: a state like that of [`save`] that mentions none. `None` if it keeps
/// nothing else. Any thread but the audio thread, as in nice-plug's wrappers.
///
/// # Panics
///
/// Never: a state consists of what JSON can express.
pub fn save_beyond_parameters<P: Plugin>(parameters: &ParameterTable) -> Option<Vec<u8>> {
    let fields = parameters.params().serialize_fields();
    let state = PluginState { version: P::VERSION.to_owned(), params: BTreeMap::default(), fields };
    let bytes =
        || serde_json::to_vec(&state).expect("a state holds only maps of text to numbers, switches and text");
    (!state.fields.is_empty()).then(bytes)
}

/// Loads a state into the plugin whose parameters these are, after [`Plugin::filter_state`] has seen it.
///
/// Parameters that the state does not mention keep their values, ids that the plugin does not know are ignored. The
/// smoothers of a plugin that is active ramp to the new values; [`HeadlessPlugin::load_state`] resets them besides.
///
/// # Errors
///
/// Any [`StateError`]; nothing has been changed then.
///
/// [`HeadlessPlugin::load_state`]: crate::driver::HeadlessPlugin::load_state
pub fn load<P: Plugin>(parameters: &ParameterTable, bytes: &[u8]) -> Result<(), StateError> {
    let mut state: PluginState =
        serde_json::from_slice(bytes).map_err(|error| StateError::Malformed(error.to_string()))?;
    REFUSAL.take();
    P::filter_state(&mut state);
    if let Some(reason) = REFUSAL.take() {
        return Err(StateError::RefusedByPlugin(reason));
    }
    validate(&state, parameters)?;
    for (id, value) in &state.params {
        if let Some(index) = parameters.index_of(id) {
            parameters.owned()[index].set_state_value(value);
        }
    }
    parameters.params().deserialize_fields(&state.fields);
    Ok(())
}

/// Checks that every value in the state fits the parameter that it is for: its type, a finite number, its range. Ids
/// that the table does not know and parameters that the state does not mention are fine.
///
/// # Errors
///
/// [`StateError::InvalidValue`] or [`StateError::InvalidField`] for the first that does not fit.
pub fn validate(state: &PluginState, parameters: &ParameterTable) -> Result<(), StateError> {
    let invalid = |id: &str, reason: StateValueError| StateError::InvalidValue {
        id: id.to_owned(),
        reason: reason.to_string(),
    };
    for (id, value) in &state.params {
        if let Some(index) = parameters.index_of(id) {
            parameters.owned()[index].check_state_value(value).map_err(|reason| invalid(id, reason))?;
        } else if matches!(value, ParamValue::F32(number) if !number.is_finite()) {
            return Err(invalid(id, StateValueError::NotFinite));
        }
    }
    for (key, content) in &state.fields {
        serde_json::from_str::<IgnoredAny>(content).map_err(|_| StateError::InvalidField(key.clone()))?;
    }
    Ok(())
}

/// Checks that a state of `version` may be loaded by a plugin of version `current` that reads those from
/// `oldest_readable` on. Versions are compared by the rules of semantic versioning.
///
/// # Errors
///
/// [`StateError::UnreadableVersion`], [`StateError::TooNew`] or [`StateError::TooOld`].
///
/// # Panics
///
/// When one of the plugin's own two versions is no semantic version, which is a mistake in the plugin.
pub fn check_version(version: &str, oldest_readable: &str, current: &str) -> Result<(), StateError> {
    let own = |text: &str| Version::parse(text).expect("the plugin's own versions are semantic versions");
    let parsed = Version::parse(version).map_err(|_| StateError::UnreadableVersion(version.to_owned()))?;
    if parsed.cmp_precedence(&own(current)) == Ordering::Greater {
        Err(StateError::TooNew { version: version.to_owned(), current: current.to_owned() })
    } else if parsed.cmp_precedence(&own(oldest_readable)) == Ordering::Less {
        Err(StateError::TooOld { version: version.to_owned(), oldest_readable: oldest_readable.to_owned() })
    } else {
        Ok(())
    }
}

/// Refuses the state whole unless it meets the rules. For [`Plugin::filter_state`], where it protects the plugin inside
/// nice-plug's wrappers as well; see the module's example. Returns whether the state may be loaded.
pub fn guard(state: &mut PluginState, rules: &StateRules) -> bool {
    let checked = check_version(&state.version, rules.oldest_readable, rules.current)
        .and_then(|()| validate(state, rules.parameters));
    if let Err(error) = &checked {
        refuse_whole(state, error);
    }
    checked.is_ok()
}

/// Empties the state, so that whoever is about to load it changes nothing, and logs why. For [`Plugin::filter_state`];
/// [`load`] reports the reason as an error.
pub fn refuse_whole(state: &mut PluginState, reason: impl Display) {
    tracing::warn!("State refused, nothing is changed: {reason}");
    state.params.clear();
    state.fields.clear();
    REFUSAL.set(Some(reason.to_string()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_between_the_oldest_and_the_current_are_read() {
        for version in ["0.3.0", "0.3.1", "0.10.0", "1.0.0-beta.1", "1.0.0", "1.0.0+build"] {
            assert_eq!(check_version(version, "0.3.0", "1.0.0"), Ok(()), "{version}");
        }
    }

    #[test]
    fn other_versions_are_refused_with_their_reason() {
        let check = |version: &str| check_version(version, "0.3.0", "0.10.0").unwrap_err();
        assert!(matches!(check("0.11.0"), StateError::TooNew { .. }));
        assert!(matches!(check("0.10.1"), StateError::TooNew { .. }));
        assert!(matches!(check("0.2.9"), StateError::TooOld { .. }));
        assert!(matches!(check("0.3.0-alpha"), StateError::TooOld { .. }));
        for version in ["", "1", "1.0", "v1.0.0", "one"] {
            assert!(matches!(check(version), StateError::UnreadableVersion(_)), "{version:?}");
        }
    }
}
