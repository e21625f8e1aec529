//! What a plugin's author writes.

use std::ops::RangeInclusive;

use nice_plug::prelude::Params;
use wavecraft_nice_plug::state::{SavedValues, StateError, Version};

use crate::{Block, Info, Measurements};

/// A plugin: what it is, its parameters, and its sound.
///
/// The host makes an instance by `Default`, which should be cheap; what depends on the sample rate comes with
/// [`activate`](Self::activate).
pub trait AudioPlugin: Default + Send + 'static {
    /// What it is called, and by which ids hosts know it.
    const INFO: Info;

    /// What users set, and what the plugin measures: a struct with `#[derive(Parameters)]`, or any other of nice-plug's
    /// parameters with an `impl Measurements`, which may be empty.
    ///
    /// A plugin without a bypass switch among them gets one, in front of all others.
    type Parameters: Params + Measurements + Default;

    /// Parameters that had another id in earlier versions: the old id, and the one of now. Projects and presets may have
    /// either. Hosts' automation knows the id of now alone.
    const RENAMED_PARAMETERS: &'static [(&'static str, &'static str)] = &[];

    /// Brings the values of a project that an earlier version has saved to this one, after
    /// [`RENAMED_PARAMETERS`](Self::RENAMED_PARAMETERS). Parameters that it does not set keep what the project says, or
    /// their defaults. Not on the audio thread.
    ///
    /// # Errors
    ///
    /// Refuses the state whole, for the reason that the error gives.
    fn migrate(_from_version: &Version, _values: &mut SavedValues<'_>) -> Result<(), StateError> {
        Ok(())
    }

    /// Gets ready for a sample rate. The only place to allocate. Not on the audio thread; nothing is processed meanwhile.
    fn activate(&mut self, _activation: &Activation, _parameters: &Self::Parameters) {}

    /// Forgets all sound so far: what rings, delays and envelopes hold. Called right before the first block after
    /// [`activate`](Self::activate), and before the first one after the host has started anew, with the parameters as they
    /// are at that block's first frame: what follows them slowly is to stand at them.
    ///
    /// # Realtime safety
    ///
    /// On the audio thread: must not allocate, lock or wait.
    fn reset(&mut self, _parameters: &Self::Parameters) {}

    /// Processes a block in place, with the parameters as they are at its first frame. Hosts' automation cuts blocks where
    /// values change.
    ///
    /// # Realtime safety
    ///
    /// On the audio thread: must not allocate, lock, log or wait. It runs while the plugin is bypassed as well, so that
    /// nothing is missed when it comes back.
    fn process(&mut self, block: &mut Block<'_, '_>, parameters: &Self::Parameters);

    /// By how many frames the output is late, after the last call of [`activate`](Self::activate) or
    /// [`process`](Self::process). The host is told when it changes. On the audio thread.
    fn latency_samples(&self) -> u32 {
        0
    }

    /// For how many frames there is still sound after the input has ended. On the audio thread.
    fn tail_samples(&self) -> u32 {
        0
    }
}

/// What a plugin gets ready for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Activation {
    /// The sample rate, in Hz, within [`SAMPLE_RATES_HZ`](Self::SAMPLE_RATES_HZ).
    pub sample_rate_hz: f32,
    /// The most frames in a block.
    pub max_block_frames: usize,
    /// The main channels of the layout that the host has picked.
    pub channels: usize,
    /// The channels of its side chain; 0 without one.
    pub side_chain_channels: usize,
    /// Whether nobody listens, and blocks may take as long as they need. A host that begins to bounce without activating the
    /// plugin anew is not told apart.
    pub is_offline: bool,
}

impl Activation {
    /// The sample rates that files and hosts have, in Hz. A host that asks for another is refused in the plugin's name, so a
    /// buffer for a duration has a size within reason. What is to sit at a frequency may lie above half of the lower ones.
    pub const SAMPLE_RATES_HZ: RangeInclusive<f32> = 1_000.0..=768_000.0;
}
