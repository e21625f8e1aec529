//! The parameters of an instance, as whoever processes it sets them.

#![allow(unsafe_code, reason = "nice-plug's ParamPtr is a raw pointer; its owner is kept beside it")]

use std::sync::Arc;

use nice_plug::prelude::{ParamPtr, Params};

use super::PendingValues;

/// All parameters of an instance. Its functions are for whoever processes the instance, between blocks.
pub struct LiveParameters {
    pointers: Vec<ParamPtr>,
    /// Keeps the pointers valid.
    _owner: Arc<dyn Params>,
}

impl LiveParameters {
    /// Those of `params`. Not for the audio thread.
    pub fn new(params: Arc<dyn Params>) -> Self {
        let pointers = params.param_map().into_iter().map(|(_, pointer, _)| pointer).collect();
        Self { pointers, _owner: params }
    }

    /// Has all smoothers stand at their parameters' values.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn settle_smoothers(&self, sample_rate_hz: f32) {
        for pointer in &self.pointers {
            // SAFETY: the pointers come from the owner's own map, and the owner lives as long as they do.
            unsafe { pointer._internal_update_smoother(sample_rate_hz, true) };
        }
    }

    /// Forgets the values that the host has handed on by now.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn forget_taken(&self, pending: &PendingValues) {
        // SAFETY: as above.
        pending.forget_taken(|index| unsafe {
            self.pointers.get(index).map_or(0.0, |pointer| pointer.unmodulated_normalized_value())
        });
    }

    /// Takes the values that the host has not handed on. Smoothers stay where they are.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe, as far as the plugin's own change callbacks are.
    pub fn take(&self, pending: &PendingValues) {
        for (index, pointer) in self.pointers.iter().enumerate() {
            // SAFETY: as above.
            unsafe {
                if let Some(normalized) = pending.value(index, pointer.unmodulated_normalized_value()) {
                    pointer._internal_set_normalized_value(normalized);
                }
            }
        }
    }
}

impl std::fmt::Debug for LiveParameters {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("LiveParameters").field("count", &self.pointers.len()).finish_non_exhaustive()
    }
}
