//! Wavecraft Synth: eight voices of two oscillators, a filter and two envelopes.

mod dsp;
mod params;

use wavecraft_plugin::prelude::*;

use dsp::Synth;
use params::WavecraftSynthParameters;

/// Room for the sections side by side, and for four octaves of keys.
const WINDOW: Window = Window {
    size_px: (1_080, 700),
    smallest_px: (900, 584),
    largest_px: (2_160, 1_400),
    background: [0x11, 0x14, 0x1a],
};

#[derive(Default)]
pub struct WavecraftSynth {
    /// From the activation on.
    synth: Option<Box<Synth>>,
}

impl AudioPlugin for WavecraftSynth {
    const INFO: Info = Info {
        name: "Wavecraft Synth",
        vendor: "Wavecraft",
        clap_id: "com.wavecraft.wavecraft-synth",
        vst3_id: *b"WaveWave55cdfc94",
        window: WINDOW,
        ..info!(Instrument)
    };
    type Parameters = WavecraftSynthParameters;

    fn activate(&mut self, activation: &Activation, _: &WavecraftSynthParameters) {
        self.synth = Some(Box::new(Synth::new(activation.sample_rate_hz)));
    }

    fn reset(&mut self, parameters: &WavecraftSynthParameters) {
        if let Some(synth) = &mut self.synth {
            synth.reset(&parameters.settings());
        }
    }

    fn process(&mut self, block: &mut Block, parameters: &WavecraftSynthParameters) {
        let Some(synth) = &mut self.synth else { return };
        let mut settings = parameters.settings();
        synth.begin_block(&settings);
        for frame in 0..block.frames() {
            while let Some(event) = block.next_event_at(frame) {
                synth.handle(&event, &settings);
            }
            parameters.next_frame(&mut settings);
            let output = synth.next_frame(&settings);
            for (channel, sample) in block.channels().iter_mut().zip(output) {
                channel[frame] = sample;
            }
        }
        parameters.voices.write(synth.voices_playing() as f32);
        parameters.waveform.write(block.channels());
    }
}

export!(WavecraftSynth);

#[cfg(test)]
mod tests;
