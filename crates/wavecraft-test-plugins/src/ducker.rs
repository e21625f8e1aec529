//! An effect with side chains, in layouts of several sizes.

use std::sync::Arc;

use nice_plug::prelude::*;

use crate::NoParams;

/// Turns the sound down as far as its side chains are loud: multiplied by one less the largest magnitude of any of their
/// channels at the same frame. Then it writes into the side chains, as a plugin may.
#[derive(Default)]
pub struct Ducker(Arc<NoParams>);

const fn layout(channels: u32, aux_input_ports: &'static [std::num::NonZeroU32]) -> AudioIOLayout {
    AudioIOLayout {
        main_input_channels: Some(new_nonzero_u32(channels)),
        main_output_channels: Some(new_nonzero_u32(channels)),
        aux_input_ports,
        ..AudioIOLayout::const_default()
    }
}

impl Plugin for Ducker {
    const NAME: &'static str = "Ducker";
    const VENDOR: &'static str = "Tests";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = "1.0.0";
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[
        layout(2, &[new_nonzero_u32(2)]),
        layout(2, &[]),
        layout(1, &[new_nonzero_u32(1)]),
        layout(6, &[new_nonzero_u32(2), new_nonzero_u32(1)]),
        layout(8, &[]),
    ];
    const SAMPLE_ACCURATE_AUTOMATION: bool = true;

    type Editor = ();
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        self.0.clone()
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        auxiliary: &mut AuxiliaryBuffers,
        _: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        for frame in 0..buffer.samples() {
            let mut loudest = 0.0_f32;
            for port in auxiliary.inputs.iter_mut() {
                for channel in port.as_slice() {
                    loudest = loudest.max(std::mem::replace(&mut channel[frame], 9.0).abs());
                }
            }
            for channel in buffer.as_slice() {
                channel[frame] *= 1.0 - loudest;
            }
        }
        ProcessStatus::Normal
    }
}
