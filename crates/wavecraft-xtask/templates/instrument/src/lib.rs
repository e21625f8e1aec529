//! @name@: @description@

mod dsp;
mod params;

use wavecraft_plugin::prelude::*;

use params::@type@Parameters;

#[derive(Default)]
pub struct @type@ {
    synth: dsp::Synth,
}

impl AudioPlugin for @type@ {
    const INFO: Info = Info {
        name: "@name@",
        vendor: "@vendor@",
        clap_id: "@clap_id@",
        vst3_id: *b"@vst3_id@",
        ..info!(Instrument)
    };
    type Parameters = @type@Parameters;

    fn activate(&mut self, activation: &Activation, _: &@type@Parameters) {
        self.synth = dsp::Synth::new(activation.sample_rate_hz);
    }

    fn reset(&mut self, _: &@type@Parameters) {
        self.synth.reset();
    }

    fn process(&mut self, block: &mut Block, parameters: &@type@Parameters) {
        let (attack, release) = (parameters.attack_ms.value(), parameters.release_ms.value());
        for frame in 0..block.frames() {
            while let Some(event) = block.next_event_at(frame) {
                self.synth.handle(event);
            }
            block.set_frame(frame, self.synth.next(attack, release) * parameters.level.next_gain());
        }
    }
}

export!(@type@);
