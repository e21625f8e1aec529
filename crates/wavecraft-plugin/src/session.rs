//! The history, the slots and the presets of an instance, and what of them is saved with it.

use std::sync::Arc;

use wavecraft_session::{FactoryBank, PluginIdentity, PresetLibrary, SavedSession, Session};

use crate::Exported;

/// The session of a new instance, with the presets that the plugin comes with.
pub(crate) fn of_plugin<P: Exported>() -> Arc<Session> {
    let plugin = PluginIdentity { vendor: P::INFO.vendor.to_owned(), name: P::INFO.name.to_owned() };
    let factory = FactoryBank::Embedded(P::factory_presets());
    Arc::new(Session::new(PresetLibrary::new(plugin, factory)).with_renamed(P::RENAMED_PARAMETERS))
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
