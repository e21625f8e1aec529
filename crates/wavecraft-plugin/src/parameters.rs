//! What is saved of an instance: the author's parameters, and what every plugin has besides.

use std::collections::BTreeMap;
use std::sync::Arc;

use nice_plug::params::internals::ParamPtr;
#[cfg(feature = "editor")]
use nice_plug::params::persist::PersistentField;
use nice_plug::params::persist::{deserialize_field, serialize_field};
use nice_plug::prelude::{ParamFlags, Params, PluginState};
use wavecraft_nice_plug::declare::{Parameter, Toggle, toggle};
#[cfg(feature = "editor")]
use wavecraft_nice_plug::editor::EditorState;
use wavecraft_nice_plug::parameters::{ParameterTable, PendingValues};
#[cfg(feature = "session")]
use wavecraft_session::Session;

use crate::Measurements;

/// The id of the bypass switch of plugins that have none of their own.
const BYPASS_ID: &str = "bypass";

/// What it does.
const BYPASS_DESCRIPTION: &str = "Lets the sound through as it comes in, in time with other tracks.";

/// The name under which slots and presets are saved.
#[cfg(feature = "session")]
const SESSION_KEY: &str = "session";

/// The name under which the window's size is saved.
#[cfg(feature = "editor")]
const EDITOR_KEY: &str = "editor";

/// The name under which values are saved that the host had not handed on: normalized, by id.
const PENDING_KEY: &str = "pending";

/// The parameters of an instance.
pub(crate) struct InstanceParameters<P> {
    /// The author's.
    pub own: P,
    /// The host's bypass, unless the author's have one.
    pub bypass: Option<Toggle>,
    /// What the page has set and the host has not handed on.
    pub pending: Arc<PendingValues>,
    /// The window's size.
    #[cfg(feature = "editor")]
    pub editor: Arc<EditorState>,
    /// The history, the slots and the presets.
    #[cfg(feature = "session")]
    pub session: Arc<Session>,
}

impl<P: Params> InstanceParameters<P> {
    /// Adds to the author's what they lack.
    pub(crate) fn new(
        own: P,
        #[cfg(feature = "editor")] size_px: (u32, u32),
        #[cfg(feature = "session")] session: Arc<Session>,
    ) -> Self {
        let is_bypass = |(_, parameter, _): &(String, ParamPtr, String)| is_bypass(*parameter);
        let own_parameters = own.param_map();
        let has_bypass = own_parameters.iter().any(is_bypass);
        let parameter_count = own_parameters.len() + usize::from(!has_bypass);
        Self {
            own,
            pending: Arc::new(PendingValues::new(parameter_count)),
            bypass: (!has_bypass).then(|| toggle("Bypass", false).make_bypass()),
            #[cfg(feature = "editor")]
            editor: EditorState::new(size_px.0, size_px.1),
            #[cfg(feature = "session")]
            session,
        }
    }
}

impl<P: Measurements> InstanceParameters<P> {
    /// What the parameters do to the sound, by id.
    pub(crate) fn descriptions(&self) -> Vec<(&'static str, &'static str)> {
        let mut descriptions = self.own.descriptions();
        if self.bypass.is_some() {
            descriptions.push((BYPASS_ID, BYPASS_DESCRIPTION));
        }
        descriptions
    }
}

impl<P: Params> InstanceParameters<P> {
    /// The values that are pending, by id.
    #[allow(unsafe_code, reason = "nice-plug refers to parameters by pointers")]
    fn pending_values(&self) -> BTreeMap<String, f32> {
        let parameters = self.param_map().into_iter().enumerate();
        let pending = parameters.filter_map(|(index, (id, pointer, _))| {
            // SAFETY: the parameters are this struct's, which is borrowed.
            let now = unsafe { pointer.unmodulated_normalized_value() };
            self.pending.value(index, now).map(|normalized| (id, normalized))
        });
        pending.collect()
    }
}

/// Gives the parameters of a saved state the values that were pending when it was saved. What is left of them says that the
/// state is not refused.
pub(crate) fn merge_pending(saved: &mut PluginState, table: &ParameterTable) {
    let Some(field) = saved.fields.insert(PENDING_KEY.to_owned(), "{}".to_owned()) else { return };
    let Ok(pending) = deserialize_field::<BTreeMap<String, f32>>(&field) else { return };
    for (id, normalized) in pending {
        if let Some(value) = table.index_of(&id).and_then(|index| table.state_value(index, normalized)) {
            saved.params.insert(id, value);
        }
    }
}

#[allow(unsafe_code, reason = "nice-plug refers to parameters by pointers")]
fn is_bypass(parameter: ParamPtr) -> bool {
    // SAFETY: the pointer comes from the map of parameters that are alive and borrowed by the caller.
    unsafe { parameter.flags() }.contains(ParamFlags::BYPASS)
}

// SAFETY: the pointers are to fields of this struct and of the author's parameters in it, which live and stay where they are
// as long as the `Arc` that nice-plug holds.
#[allow(unsafe_code, reason = "nice-plug refers to parameters by pointers")]
unsafe impl<P: Params> Params for InstanceParameters<P> {
    fn param_map(&self) -> Vec<(String, ParamPtr, String)> {
        let bypass = self.bypass.iter().map(|bypass| (BYPASS_ID.to_owned(), bypass.as_ptr(), String::new()));
        bypass.chain(self.own.param_map()).collect()
    }

    fn serialize_fields(&self) -> BTreeMap<String, String> {
        let mut fields = self.own.serialize_fields();
        let pending = self.pending_values();
        if !pending.is_empty()
            && let Ok(values) = serialize_field(&pending)
        {
            fields.insert(PENDING_KEY.to_owned(), values);
        }
        #[cfg(feature = "editor")]
        if let Ok(size) = PersistentField::map(&self.editor, serialize_field) {
            fields.insert(EDITOR_KEY.to_owned(), size);
        }
        #[cfg(feature = "session")]
        if let Some(saved) = crate::session::saved(&self.session) {
            fields.insert(SESSION_KEY.to_owned(), saved);
        }
        fields
    }

    fn deserialize_fields(&self, serialized: &BTreeMap<String, String>) {
        // A refused state has no fields at all.
        if serialized.contains_key(PENDING_KEY) {
            self.pending.clear();
        }
        self.own.deserialize_fields(serialized);
        #[cfg(feature = "editor")]
        if let Some(size) = serialized.get(EDITOR_KEY).and_then(|size| deserialize_field(size).ok()) {
            PersistentField::<EditorState>::set(&self.editor, size);
        }
        #[cfg(feature = "session")]
        if let Some(saved) = serialized.get(SESSION_KEY) {
            crate::session::restore(&self.session, saved);
        }
    }
}
