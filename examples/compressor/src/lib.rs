//! A feed-forward compressor with a soft knee, look-ahead and a side chain.
//!
//! [`params`] is what users set, `dsp` the sound, which knows no plugin.

mod dsp;
pub mod params;

use wavecraft_plugin::nice_plug::prelude::{ClapFeature, Vst3SubCategory};
use wavecraft_plugin::prelude::*;

use dsp::{Controls, Curve, coefficient};
use params::{CompressorParameters, Source};

#[derive(Default)]
pub struct Compressor {
    sample_rate_hz: f32,
    sound: dsp::Compressor,
}

impl Compressor {
    fn look_ahead_frames(&self, parameters: &CompressorParameters) -> usize {
        (parameters.look_ahead_ms.value() / 1_000.0 * self.sample_rate_hz).round() as usize
    }
}

impl AudioPlugin for Compressor {
    const INFO: Info = Info {
        name: "Wavecraft Compressor",
        vendor: "Wavecraft",
        clap_id: "dev.wavecraft.compressor",
        vst3_id: *b"WavecraftCompres",
        layouts: &[
            Layout::effect(2).with_side_chain(2),
            Layout::effect(1).with_side_chain(1),
            Layout::effect(2),
            Layout::effect(1),
        ],
        vst3_categories: &[Vst3SubCategory::Fx, Vst3SubCategory::Dynamics],
        clap_features: &[
            ClapFeature::AudioEffect,
            ClapFeature::Compressor,
            ClapFeature::Stereo,
            ClapFeature::Mono,
        ],
        window: Window {
            size_px: (880, 560),
            smallest_px: (640, 440),
            // `--wc-background` in the page's style sheet.
            background: [0x10, 0x14, 0x16],
            ..Window::DEFAULT
        },
        ..info!(Effect)
    };
    type Parameters = CompressorParameters;

    fn activate(&mut self, activation: &Activation, parameters: &CompressorParameters) {
        self.sample_rate_hz = activation.sample_rate_hz;
        self.sound = dsp::Compressor::new(activation.sample_rate_hz, activation.channels);
        // Hosts ask for the latency before the first block.
        self.sound.reset(self.look_ahead_frames(parameters));
    }

    fn reset(&mut self, parameters: &CompressorParameters) {
        self.sound.reset(self.look_ahead_frames(parameters));
    }

    fn process(&mut self, block: &mut Block, parameters: &CompressorParameters) {
        let side_chain = match parameters.source.value() {
            Source::SideChain => block.side_chain(),
            Source::Input => None,
        };
        self.sound.set_look_ahead(self.look_ahead_frames(parameters));
        let attack = coefficient(parameters.attack_ms.value(), self.sample_rate_hz);
        let release = coefficient(parameters.release_ms.value(), self.sample_rate_hz);
        let mut index = 0;
        block.for_each_frame(|frame| {
            let controls = Controls {
                curve: Curve {
                    threshold_db: parameters.threshold.next(),
                    ratio: parameters.ratio.next(),
                    knee_db: parameters.knee.next(),
                },
                attack,
                release,
                high_pass: parameters.high_pass.value(),
                corner_hz: parameters.corner_hz.next(),
                listen: parameters.listen.value(),
                auto_make_up: parameters.auto_make_up.value(),
                make_up_db: parameters.make_up.next(),
                mix: parameters.mix.next(),
            };
            let key = side_chain.map(|channels| (channels, index));
            let measured = self.sound.process(frame, key, &controls);
            parameters.detector.write(measured.level);
            parameters.reduction.write(measured.reduction_db);
            index += 1;
        });
        parameters.spectrum.write(block.channels());
    }

    fn latency_samples(&self) -> u32 {
        self.sound.look_ahead_frames() as u32
    }

    fn tail_samples(&self) -> u32 {
        self.latency_samples()
    }
}

export!(Compressor);
