//! The plugin's description, out of the library.

use std::collections::HashSet;
use std::sync::Arc;

use crate::description::PluginDescription;
use crate::error::DescriptionError;
use crate::library::PluginLibrary;
use crate::vtable::{STATUS_OK, STATUS_PANICKED};

/// What a meter may have at most, over all its channels, and all meters together: a number that no plugin needs.
const MAX_METER_VALUES: u64 = 4_096;

/// How many signals a plugin may have at most: a number that none needs.
const MAX_SIGNALS: usize = 64;

impl PluginDescription {
    /// What the library says of its plugin; `None` if it is of version 1, which says nothing. Not for the audio thread.
    ///
    /// # Errors
    ///
    /// Any [`DescriptionError`].
    pub fn load(library: &Arc<PluginLibrary>) -> Result<Option<Self>, DescriptionError> {
        let path = || library.path().to_owned();
        let Some((status, json)) = library.describe() else { return Ok(None) };
        match status {
            STATUS_OK => {}
            STATUS_PANICKED => {
                let message = library.take_stray_panic().unwrap_or_default();
                return Err(DescriptionError::Panicked { path: path(), message });
            }
            _ => return Err(DescriptionError::Refused { path: path() }),
        }
        let description: Self = serde_json::from_slice(&json)
            .map_err(|source| DescriptionError::Malformed { path: path(), source })?;
        let mut ids = HashSet::new();
        if let Some(double) = description.meters.iter().find(|meter| !ids.insert(&meter.id)) {
            return Err(DescriptionError::DuplicateMeter { path: path(), id: double.id.clone() });
        }
        let values: u64 = description.meters.iter().map(|meter| u64::from(meter.channels)).sum();
        if values > MAX_METER_VALUES {
            return Err(DescriptionError::TooManyMeters { path: path(), values, most: MAX_METER_VALUES });
        }
        let mut ids = HashSet::new();
        if let Some(double) = description.signals.iter().find(|signal| !ids.insert(&signal.id)) {
            return Err(DescriptionError::DuplicateSignal { path: path(), id: double.id.clone() });
        }
        let signals = description.signals.len();
        if signals > MAX_SIGNALS {
            return Err(DescriptionError::TooManySignals { path: path(), signals, most: MAX_SIGNALS });
        }
        Ok(Some(description))
    }
}
