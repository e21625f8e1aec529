//! The history, the slots and the presets of an instance, and what of them is saved with it.

use std::sync::Arc;

use wavecraft_session::{FactoryBank, PluginIdentity, PresetLibrary, SavedSession, Session};

use crate::Exported;

/// The presets of a plugin: those that it comes with, and the user's.
pub(crate) fn presets_of<P: Exported>() -> PresetLibrary {
    let plugin = PluginIdentity { vendor: P::INFO.vendor.to_owned(), name: P::INFO.name.to_owned() };
    PresetLibrary::new(plugin, FactoryBank::Embedded(P::factory_presets()))
}

/// The same as files, for programs.
#[cfg(feature = "standalone")]
pub(crate) fn files_of<P: Exported>() -> wavecraft_standalone::PluginPresets {
    wavecraft_standalone::PluginPresets {
        library: presets_of::<P>(),
        renamed: P::RENAMED_PARAMETERS,
        vst3_class_id: Some(P::INFO.vst3_id),
    }
}

/// The session of a new instance.
pub(crate) fn of_plugin<P: Exported>() -> Arc<Session> {
    Arc::new(Session::new(presets_of::<P>()).with_renamed(P::RENAMED_PARAMETERS))
}

/// What is saved with the instance, as text.
pub(crate) fn saved(session: &Session) -> Option<String> {
    serde_json::to_string(&session.saved()).ok()
}

/// Takes what was saved. What cannot be read changes nothing.
pub(crate) fn restore(session: &Session, saved: &str) {
    if let Ok(saved) = serde_json::from_str::<SavedSession>(saved) {
        session.restore(saved);
    }
}
