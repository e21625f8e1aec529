//! Wavecraft: a channel colour strip.

pub mod dsp;
pub mod params;

use std::sync::Arc;

use nice_plug::prelude::*;

use params::WavecraftParams;

/// The plugin: parameters and signal chain, as nice-plug hosts them.
#[derive(Default)]
pub struct Wavecraft {
    params: Arc<WavecraftParams>,
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

    type Editor = ();
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _aux: &mut AuxiliaryBuffers,
        _context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        let settings = self.params.chain_settings();
        let gain = util::db_to_gain(settings.input_gain_db + settings.output_gain_db);
        for channel in buffer.as_slice() {
            for sample in channel.iter_mut() {
                *sample *= gain;
            }
        }
        ProcessStatus::Normal
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

nice_export_clap!(Wavecraft);
nice_export_vst3!(Wavecraft);
