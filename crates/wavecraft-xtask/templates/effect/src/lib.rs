//! @name@: @description@

mod dsp;
mod params;

use wavecraft_plugin::prelude::*;

use params::@type@Parameters;

#[derive(Default)]
pub struct @type@ {
    tremolo: dsp::Tremolo,
}

impl AudioPlugin for @type@ {
    const INFO: Info = Info {
        name: "@name@",
        vendor: "@vendor@",
        clap_id: "@clap_id@",
        vst3_id: *b"@vst3_id@",
        ..info!(Effect)
    };
    type Parameters = @type@Parameters;

    fn activate(&mut self, activation: &Activation, _: &@type@Parameters) {
        self.tremolo = dsp::Tremolo::new(activation.sample_rate_hz);
    }

    fn reset(&mut self, _: &@type@Parameters) {
        self.tremolo.reset();
    }

    fn process(&mut self, block: &mut Block, parameters: &@type@Parameters) {
        block.for_each_frame(|frame| {
            let gain = parameters.level.next_gain()
                * self.tremolo.next_gain(parameters.rate_hz.next(), parameters.depth.next());
            frame.iter_mut().for_each(|sample| *sample *= gain);
        });
    }
}

export!(@type@);
