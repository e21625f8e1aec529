//! Wavecraft: a channel colour strip as CLAP, VST3 and standalone.
//!
//! [`dsp`] is the sound, [`params`] what can be set; this file says what the plugin is, and ties them together.
//!
//! The sound needs no host:
//!
//! ```
//! use wavecraft::dsp::{Chain, ChainSettings, Character};
//!
//! let settings = ChainSettings { drive_db: 12.0, character: Character::Tube, ..Default::default() };
//! let mut chain = Chain::new(48_000.0, settings);
//!
//! let mut left = [0.25_f32; 512];
//! let mut right = [-0.25_f32; 512];
//! chain.process(&mut [&mut left, &mut right]);
//! assert!(left[400] > 0.1, "the signal has come through, late by {} frames", settings.latency_frames());
//! ```

pub mod dsp;
pub mod params;

use wavecraft_plugin::Hosted;
use wavecraft_plugin::nice_plug::prelude::{ClapFeature, Vst3SubCategory};
use wavecraft_plugin::prelude::*;

use dsp::{Chain, ChainSettings};
use params::StripParameters;

/// The plugin as hosts see it.
pub type Wavecraft = Hosted<Strip>;

/// One instance of the strip.
///
/// # Realtime safety
///
/// [`AudioPlugin::activate`] allocates the chain for the sample rate; [`AudioPlugin::process`] and [`AudioPlugin::reset`]
/// allocate nothing, take no lock and make no system call.
pub struct Strip {
    chain: Chain,
    settings: ChainSettings,
    is_offline: bool,
}

impl Strip {
    /// The settings of now.
    fn read(&mut self, parameters: &StripParameters) {
        let settings = parameters.settings();
        self.settings = if self.is_offline { settings.rendered_offline() } else { settings };
    }
}

impl Default for Strip {
    fn default() -> Self {
        let settings = ChainSettings::default();
        // The host tells the real rate when it activates the plugin.
        Self { chain: Chain::new(48_000.0, settings), settings, is_offline: false }
    }
}

impl AudioPlugin for Strip {
    const INFO: Info = Info {
        name: "Wavecraft",
        vendor: "Wavecraft",
        description: "A channel colour strip: gain, cuts and drive",
        clap_id: "dev.wavecraft.wavecraft",
        vst3_id: *b"WavecraftStrip01",
        vst3_categories: &[Vst3SubCategory::Fx, Vst3SubCategory::Distortion, Vst3SubCategory::Filter],
        clap_features: &[
            ClapFeature::AudioEffect,
            ClapFeature::Stereo,
            ClapFeature::Mono,
            ClapFeature::Distortion,
            ClapFeature::Filter,
            ClapFeature::Mixing,
        ],
        oldest_readable_version: "0.1.0",
        window: Window {
            size_px: (960, 600),
            smallest_px: (640, 400),
            largest_px: (1_920, 1_200),
            // `--ground` in the page's style sheet.
            background: [0x13, 0x12, 0x10],
        },
        ..info!(Effect)
    };

    type Parameters = StripParameters;

    fn activate(&mut self, activation: &Activation, parameters: &StripParameters) {
        self.is_offline = activation.is_offline;
        self.read(parameters);
        self.chain = Chain::new(activation.sample_rate_hz, self.settings);
    }

    fn reset(&mut self, parameters: &StripParameters) {
        self.read(parameters);
        self.chain.reset(self.settings);
    }

    fn process(&mut self, block: &mut Block, parameters: &StripParameters) {
        self.read(parameters);
        self.chain.set(self.settings);
        self.chain.set_measured(parameters.input_loudness.is_read());
        parameters.before.write(block.channels());
        self.chain.process(block.channels());
        parameters.after.write(block.channels());
        if let Some(measurement) = self.chain.measurement() {
            parameters.input_loudness.write(measurement.input_loudness_lufs);
            parameters.output_loudness.write(measurement.output_loudness_lufs);
            parameters.drive_gain.write(measurement.drive_gain_db);
        }
        parameters.auto_gain_db.write(self.chain.auto_gain_db());
        let [left, right] = self.chain.take_drive_input_peaks();
        parameters.drive_input.write_channel(0, left);
        parameters.drive_input.write_channel(1, if block.channels().len() > 1 { right } else { left });
    }

    fn latency_samples(&self) -> u32 {
        self.settings.latency_frames()
    }

    fn tail_samples(&self) -> u32 {
        self.chain.tail_frames()
    }
}

export!(Strip);
