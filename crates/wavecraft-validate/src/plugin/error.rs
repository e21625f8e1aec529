//! What a host cannot go on after.

use clack_host::entry::PluginEntryError;

/// The plugin did not do what every host asks of it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum HostError {
    /// The library, or its entry, cannot be used.
    #[error("it cannot be loaded: {0}")]
    Load(String),
    /// There is nothing in it.
    #[error("its library has no plugin")]
    NoPlugin,
    /// An instance cannot be made.
    #[error("an instance of `{id}` cannot be made: {reason}")]
    Create {
        /// The plugin's id.
        id: String,
        /// What clack says.
        reason: String,
    },
    /// An extension that every plugin should have is not there.
    #[error("it has no CLAP extension `{0}`")]
    Missing(&'static str),
    /// It cannot save its state.
    #[error("it cannot save its state")]
    Save,
    /// It refuses to run with this configuration.
    #[error("it refuses to be activated at {rate_hz} Hz with blocks of up to {max_frames} frames")]
    Activate {
        /// The sample rate.
        rate_hz: f64,
        /// The longest block.
        max_frames: usize,
    },
    /// `start_processing` failed.
    #[error("it refuses to start processing at {rate_hz} Hz")]
    Start {
        /// The sample rate.
        rate_hz: f64,
    },
    /// `process` returned an error.
    #[error("it returned an error for the block of {frames} frames that begins at frame {start}")]
    Process {
        /// The block's length.
        frames: usize,
        /// Where it began.
        start: usize,
    },
    /// It asks for a restart after each restart.
    #[error("it asks for a restart each time that it is activated")]
    NeverSettles,
}

impl HostError {
    pub(crate) fn load(error: &PluginEntryError) -> Self {
        Self::Load(error.to_string())
    }
}
