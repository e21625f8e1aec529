//! Wavecraft: a channel colour strip as CLAP, VST3 and standalone.
//!
//! [`dsp`] is the sound, [`params`] what can be set, `editor` the page in the host's window; this file ties them to
//! nice-plug, which ties them to the host.
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
#[cfg(feature = "editor")]
mod editor;
pub mod params;

use std::sync::Arc;

use nice_plug::prelude::*;
use wavecraft_metering::{MeterReader, MeterWriter, meters};
use wavecraft_nice_plug::export_dev_processor;
use wavecraft_nice_plug::parameters::ParameterTable;
use wavecraft_nice_plug::state::{self, StateRules};

use dsp::Chain;
use params::WavecraftParams;

/// One instance of the plugin.
///
/// # Realtime safety
///
/// [`Plugin::activate`] allocates the chain for the sample rate; [`Plugin::process`] and [`Plugin::reset`] allocate
/// nothing, take no lock and make no system call.
pub struct Wavecraft {
    params: Arc<WavecraftParams>,
    chain: Chain,
    meter_writer: MeterWriter,
    meter_reader: MeterReader,
    /// What the host was last told of, or asked to come and learn.
    reported_latency_frames: u32,
}

impl Default for Wavecraft {
    fn default() -> Self {
        // The host tells the real rate when it activates the plugin.
        let sample_rate_hz = 48_000.0;
        let params = Arc::new(WavecraftParams::default());
        let (meter_writer, meter_reader) = meters(sample_rate_hz);
        let chain = Chain::new(sample_rate_hz, params.chain_settings());
        Self { params, chain, meter_writer, meter_reader, reported_latency_frames: 0 }
    }
}

impl Wavecraft {
    /// The levels before and after the strip, for any thread but the audio thread.
    pub fn meters(&self) -> MeterReader {
        self.meter_reader.clone()
    }
}

impl Plugin for Wavecraft {
    const NAME: &'static str = "Wavecraft";
    const VENDOR: &'static str = "Wavecraft";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[
        AudioIOLayout {
            main_input_channels: Some(new_nonzero_u32(2)),
            main_output_channels: Some(new_nonzero_u32(2)),
            ..AudioIOLayout::const_default()
        },
        AudioIOLayout {
            main_input_channels: Some(new_nonzero_u32(1)),
            main_output_channels: Some(new_nonzero_u32(1)),
            ..AudioIOLayout::const_default()
        },
    ];

    const SAMPLE_ACCURATE_AUTOMATION: bool = true;

    #[cfg(feature = "editor")]
    type Editor = wavecraft_nice_plug::editor::WebviewEditor;
    #[cfg(not(feature = "editor"))]
    type Editor = ();
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    #[cfg(feature = "editor")]
    fn editor(&mut self, _executor: AsyncExecutor<Self>) -> Option<Self::Editor> {
        Some(editor::editor(self))
    }

    fn filter_state(saved: &mut PluginState) {
        let parameters = &ParameterTable::new(Arc::new(WavecraftParams::default()));
        state::guard(saved, &StateRules { oldest_readable: "0.1.0", current: Self::VERSION, parameters });
    }

    fn activate(
        &mut self,
        _audio_io_layout: &AudioIOLayout,
        buffer_config: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        let settings = self.params.chain_settings();
        self.chain = Chain::new(buffer_config.sample_rate, settings);
        self.meter_writer.set_sample_rate(buffer_config.sample_rate);
        self.reported_latency_frames = settings.latency_frames();
        context.set_latency_samples(self.reported_latency_frames);
        true
    }

    fn reset(&mut self) {
        self.chain.reset(self.params.chain_settings());
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        let settings = self.params.chain_settings();
        if settings.latency_frames() != self.reported_latency_frames {
            self.reported_latency_frames = settings.latency_frames();
            match context.plugin_api() {
                // CLAP hosts accept a new latency from `activate` alone.
                PluginApi::Clap => context.request_restart(),
                PluginApi::Vst3 | PluginApi::Standalone => {
                    context.set_latency_samples(self.reported_latency_frames);
                }
            }
        }
        self.chain.set(settings);
        let chain = &mut self.chain;
        self.meter_writer.process_metered(buffer.as_slice(), |channels| chain.process(channels));
        ProcessStatus::Tail(self.chain.tail_frames())
    }
}

impl ClapPlugin for Wavecraft {
    const CLAP_ID: &'static str = "dev.wavecraft.wavecraft";
    const CLAP_DESCRIPTION: Option<&'static str> = Some("A channel colour strip: gain, cuts and drive");
    const CLAP_MANUAL_URL: Option<&'static str> = None;
    const CLAP_SUPPORT_URL: Option<&'static str> = None;
    const CLAP_FEATURES: &'static [ClapFeature] = &[
        ClapFeature::AudioEffect,
        ClapFeature::Stereo,
        ClapFeature::Mono,
        ClapFeature::Distortion,
        ClapFeature::Filter,
        ClapFeature::Mixing,
    ];
}

impl Vst3Plugin for Wavecraft {
    const VST3_CLASS_ID: [u8; 16] = *b"WavecraftStrip01";
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] =
        &[Vst3SubCategory::Fx, Vst3SubCategory::Distortion, Vst3SubCategory::Filter];
}

#[cfg(feature = "hosts")]
nice_export_clap!(Wavecraft);
#[cfg(feature = "hosts")]
nice_export_vst3!(Wavecraft);
export_dev_processor!(Wavecraft);
