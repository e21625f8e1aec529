//! Which of a plugin's layouts to run it in.

use std::num::NonZeroU32;

use nice_plug::prelude::{AudioIOLayout, Plugin};

use super::ActivateError;
use super::buffers::MAX_CHANNELS;

/// The plugin's layout for this many channels in and out; failing that, one for a generator, which has no main input.
/// Side chains and extra outputs are welcome only where there is no layout without.
pub(super) fn layout_for<P: Plugin>(channels: usize) -> Result<AudioIOLayout, ActivateError> {
    let count = |channels: Option<NonZeroU32>| channels.map(|channels| channels.get() as usize);
    let fits = |(_, layout): &(usize, &AudioIOLayout)| {
        count(layout.main_output_channels) == Some(channels)
            && count(layout.main_input_channels).is_none_or(|input| input == channels)
    };
    let extras = |(_, layout): &(usize, &AudioIOLayout)| {
        let auxiliary = layout.aux_input_ports.len() + layout.aux_output_ports.len();
        (layout.main_input_channels.is_none(), auxiliary)
    };
    let unsupported = || ActivateError::UnsupportedChannels {
        plugin: P::NAME,
        requested: channels,
        available: match P::AUDIO_IO_LAYOUTS {
            [] => "no layout at all".to_owned(),
            layouts => layouts.iter().map(AudioIOLayout::name).collect::<Vec<_>>().join(", "),
        },
    };
    if !(1..=MAX_CHANNELS).contains(&channels) {
        return Err(unsupported());
    }
    let fitting = P::AUDIO_IO_LAYOUTS.iter().enumerate().filter(fits);
    fitting.min_by_key(extras).map(|(_, layout)| *layout).ok_or_else(unsupported)
}
