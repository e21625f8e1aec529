//! In how many channels a plugin runs.

use std::num::NonZeroU32;

use nice_plug::prelude::{AudioIOLayout, PortNames};
use wavecraft_nice_plug::driver::MAX_CHANNELS;

/// The most layouts that a plugin can have.
const MAX_LAYOUTS: usize = 32;

/// The ports of a side chain, by its channels, from 1.
const SIDE_CHAIN_PORTS: [[NonZeroU32; 1]; MAX_CHANNELS] = {
    let mut ports = [[NonZeroU32::MIN]; MAX_CHANNELS];
    let mut index = 1;
    while index < MAX_CHANNELS {
        ports[index] = [NonZeroU32::MIN.saturating_add(index as u32)];
        index += 1;
    }
    ports
};

/// Channels in which a plugin runs. It declares a list of these in [`Info::layouts`](crate::Info::layouts), of which the host
/// picks one; the first is the default.
///
/// ```
/// use wavecraft_plugin::Layout;
///
/// const LAYOUTS: &[Layout] = &[Layout::effect(2).with_side_chain(2), Layout::effect(2), Layout::effect(6)];
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    channels: u32,
    has_main_input: bool,
    side_chain_channels: u32,
}

impl Layout {
    /// As many channels in as out, from 1 to 32: 1 is mono, 2 stereo, 6 is 5.1, 8 is 7.1.
    pub const fn effect(channels: u32) -> Self {
        Self { channels: valid(channels), has_main_input: true, side_chain_channels: 0 }
    }

    /// Channels out, from 1 to 32, and none in.
    pub const fn instrument(channels: u32) -> Self {
        Self { channels: valid(channels), has_main_input: false, side_chain_channels: 0 }
    }

    /// The same, with a second input of its own, from 1 to 32 channels: see [`Block::side_chain`](crate::Block::side_chain).
    #[must_use]
    pub const fn with_side_chain(self, channels: u32) -> Self {
        Self { side_chain_channels: valid(channels), ..self }
    }

    const fn audio_io(self) -> AudioIOLayout {
        let channels = NonZeroU32::new(self.channels);
        AudioIOLayout {
            main_input_channels: if self.has_main_input { channels } else { None },
            main_output_channels: channels,
            aux_input_ports: match self.side_chain_channels {
                0 => &[],
                channels => &SIDE_CHAIN_PORTS[channels as usize - 1],
            },
            aux_output_ports: &[],
            names: PortNames { aux_inputs: &["Side chain"], ..PortNames::const_default() },
        }
    }
}

const fn valid(channels: u32) -> u32 {
    assert!(channels >= 1 && channels as usize <= MAX_CHANNELS, "a layout has 1 to 32 channels");
    channels
}

/// nice-plug's layouts of these; as many of them count.
pub(crate) const fn audio_io_layouts(layouts: &[Layout]) -> [AudioIOLayout; MAX_LAYOUTS] {
    assert!(!layouts.is_empty(), "INFO has no `layouts`");
    assert!(layouts.len() <= MAX_LAYOUTS, "INFO has more than 32 `layouts`");
    let mut converted = [AudioIOLayout::const_default(); MAX_LAYOUTS];
    let mut index = 0;
    while index < layouts.len() {
        converted[index] = layouts[index].audio_io();
        index += 1;
    }
    converted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_are_those_of_nice_plug() {
        let layouts = audio_io_layouts(&[
            Layout::effect(2).with_side_chain(2),
            Layout::effect(1).with_side_chain(32),
            Layout::instrument(8),
        ]);
        let counts = layouts.map(|layout| {
            let count = |channels: Option<NonZeroU32>| channels.map_or(0, NonZeroU32::get);
            let side_chain: Vec<u32> = layout.aux_input_ports.iter().map(|port| port.get()).collect();
            (count(layout.main_input_channels), count(layout.main_output_channels), side_chain)
        });
        assert_eq!(counts[..3], [(2, 2, vec![2]), (1, 1, vec![32]), (0, 8, vec![])]);
        assert_eq!(layouts[0].aux_input_name(0).as_deref(), Some("Side chain"));
    }
}
