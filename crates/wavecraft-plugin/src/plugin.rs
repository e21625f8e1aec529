//! What a plugin's author writes.

use std::ops::RangeInclusive;

use nice_plug::prelude::Params;

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

    /// Gets ready for a sample rate. The only place to allocate. Not on the audio thread; nothing is processed meanwhile.
    fn activate(&mut self, _activation: &Activation, _parameters: &Self::Parameters) {}

    /// Forgets all sound so far: what rings, delays and envelopes hold. Called after [`activate`](Self::activate), and when
    /// the host starts anew.
    ///
    /// # Realtime safety
    ///
    /// On the audio thread in some hosts: must not allocate, lock or wait.
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
    /// Whether nobody listens, and blocks may take as long as they need.
    pub is_offline: bool,
}

impl Activation {
    /// The sample rates that files and hosts have, in Hz. A host that asks for another is refused in the plugin's name, so a
    /// buffer for a duration has a size within reason. What is to sit at a frequency may lie above half of the lower ones.
    pub const SAMPLE_RATES_HZ: RangeInclusive<f32> = 1_000.0..=768_000.0;
}
