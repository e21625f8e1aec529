//! Which plugin is checked, and what is known beside it.
#![allow(unsafe_code, reason = "loading a plugin's library runs its code")]

use std::ffi::{CStr, CString};
use std::path::{Path, PathBuf};

use clack_host::entry::EntryDescriptor;
use clack_host::prelude::PluginEntry;
use serde::{Deserialize, Serialize};

use crate::plugin::HostError;

/// One plugin of a CLAP library, as the checks see it.
#[derive(Clone)]
pub struct Subject {
    pub(crate) entry: PluginEntry,
    pub(crate) identity: Identity,
    /// All names in the same library.
    pub(crate) names_in_library: Vec<String>,
    pub(crate) bundle: Option<PathBuf>,
    pub(crate) parameter_ids: Option<PathBuf>,
}

/// What a plugin says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// What hosts know it by.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Who makes it.
    pub vendor: String,
    /// Its version.
    pub version: String,
}

impl Subject {
    /// The plugins of an entry that is linked into this program.
    ///
    /// # Errors
    ///
    /// [`HostError::Load`] if the entry cannot be started, [`HostError::NoPlugin`] if it has no plugin.
    pub fn linked(entry: &'static EntryDescriptor) -> Result<Vec<Self>, HostError> {
        let program = std::env::current_exe().unwrap_or_default();
        let path = CString::new(program.to_string_lossy().into_owned()).unwrap_or_default();
        // SAFETY: the entry is part of this program, and stays.
        let entry = unsafe { PluginEntry::load_from_raw(entry, &path) };
        Self::all_of(&entry.map_err(|error| HostError::load(&error))?, None)
    }

    /// The plugins of a CLAP file. Loading it runs its code.
    ///
    /// # Errors
    ///
    /// [`HostError::Load`] if it cannot be loaded, [`HostError::NoPlugin`] if it has no plugin.
    pub fn load(bundle: &Path) -> Result<Vec<Self>, HostError> {
        // SAFETY: whoever names a file to be checked wants it loaded.
        let entry = unsafe { PluginEntry::load(bundle) };
        Self::all_of(&entry.map_err(|error| HostError::load(&error))?, Some(bundle))
    }

    fn all_of(entry: &PluginEntry, bundle: Option<&Path>) -> Result<Vec<Self>, HostError> {
        let factory = entry.get_plugin_factory().ok_or(HostError::NoPlugin)?;
        let text = |text: Option<&CStr>| text.unwrap_or_default().to_string_lossy().into_owned();
        let identities: Vec<Identity> = factory
            .plugin_descriptors()
            .map(|descriptor| Identity {
                id: text(descriptor.id()),
                name: text(descriptor.name()),
                vendor: text(descriptor.vendor()),
                version: text(descriptor.version()),
            })
            .collect();
        if identities.is_empty() {
            return Err(HostError::NoPlugin);
        }
        let names: Vec<String> = identities.iter().map(|identity| identity.name.clone()).collect();
        let subject = |identity| Self {
            entry: entry.clone(),
            identity,
            names_in_library: names.clone(),
            bundle: bundle.map(Path::to_owned),
            parameter_ids: None,
        };
        Ok(identities.into_iter().map(subject).collect())
    }

    /// The same, with the file in which its parameters' ids are recorded.
    pub fn with_parameter_ids(self, file: impl Into<PathBuf>) -> Self {
        Self { parameter_ids: Some(file.into()), ..self }
    }

    /// What hosts know the plugin by.
    pub fn id(&self) -> &str {
        &self.identity.id
    }

    /// What the plugin says of itself.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }
}
