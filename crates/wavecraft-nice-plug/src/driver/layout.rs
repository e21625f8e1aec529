//! The layouts that a plugin has, and which of them to run it in.

use std::num::NonZeroU32;

use nice_plug::prelude::{AudioIOLayout, Plugin};
use wavecraft_ffi::MAX_CHANNELS;

use super::ActivateError;

/// A layout in which the driver runs a plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginLayout {
    /// What the plugin, or nice-plug, calls it.
    pub name: String,
    /// Main channels out, and in, if there is a main input.
    pub channels: usize,
    /// Whether sound comes in; an instrument has no main input.
    pub has_main_input: bool,
    /// The channels of all side chains, which come one after another.
    pub side_chain_channels: usize,
}

/// The layouts of a plugin in which the driver runs it, in the plugin's order: those with as many main channels in as out,
/// or none in, and no more than [`MAX_CHANNELS`] of either kind. Any thread.
pub fn layouts<P: Plugin>() -> Vec<PluginLayout> {
    let described = |layout: &AudioIOLayout| PluginLayout {
        name: layout.name(),
        channels: count(layout.main_output_channels),
        has_main_input: layout.main_input_channels.is_some(),
        side_chain_channels: side_chain_channels(layout),
    };
    P::AUDIO_IO_LAYOUTS.iter().filter(|layout| runs(layout)).map(described).collect()
}

/// The plugin's layout for this many channels in and out; failing that, one for a generator, which has no main input.
/// Side chains of that many channels in all; if none are asked for, a layout without them, but if there is none, another,
/// whose side chains are silent. Extra outputs are welcome only where there is no layout without.
pub(super) fn layout_for<P: Plugin>(
    channels: usize,
    side_chain: usize,
) -> Result<AudioIOLayout, ActivateError> {
    let fits = |(_, layout): &(usize, &AudioIOLayout)| {
        runs(layout)
            && count(layout.main_output_channels) == channels
            && (side_chain == 0 || side_chain_channels(layout) == side_chain)
    };
    let extras = |(_, layout): &(usize, &AudioIOLayout)| {
        let auxiliary = layout.aux_input_ports.len() + layout.aux_output_ports.len();
        (layout.main_input_channels.is_none(), auxiliary)
    };
    let fitting = P::AUDIO_IO_LAYOUTS.iter().enumerate().filter(fits);
    fitting
        .min_by_key(extras)
        .map(|(_, layout)| *layout)
        .ok_or_else(|| unsupported::<P>(channels, side_chain))
}

fn unsupported<P: Plugin>(channels: usize, side_chain: usize) -> ActivateError {
    let described = |layout: PluginLayout| match layout.side_chain_channels {
        0 => layout.name,
        side_chain => format!("{} of {side_chain} channels", layout.name),
    };
    let available = match &layouts::<P>()[..] {
        [] => "no layout at all".to_owned(),
        layouts => layouts.iter().cloned().map(described).collect::<Vec<_>>().join(", "),
    };
    let requested = match side_chain {
        0 => format!("{channels} channels"),
        _ => format!("{channels} channels and {side_chain} in the side chain"),
    };
    ActivateError::UnsupportedChannels { plugin: P::NAME, requested, available }
}

fn runs(layout: &AudioIOLayout) -> bool {
    let output = count(layout.main_output_channels);
    (1..=MAX_CHANNELS).contains(&output)
        && layout.main_input_channels.is_none_or(|input| input.get() as usize == output)
        && side_chain_channels(layout) <= MAX_CHANNELS
}

fn count(channels: Option<NonZeroU32>) -> usize {
    channels.map_or(0, |channels| channels.get() as usize)
}

fn side_chain_channels(layout: &AudioIOLayout) -> usize {
    layout.aux_input_ports.iter().map(|port| port.get() as usize).sum()
}
