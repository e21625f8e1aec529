//! A plugin's description, for the development server.

use nice_plug::prelude::{AudioIOLayout, MidiConfig, Plugin};
use wavecraft_ffi::description::{AudioLayout, MidiSupport, PluginDescription};
use wavecraft_ipc::{MeterInfo, SignalInfo};
use wavecraft_metering::MeterReader;

use crate::measured::MeterSource;

/// What there is to know of `P` beside its parameters. It makes an instance for the purpose.
pub(super) fn description<P: Plugin, M: MeterSource<P>>() -> PluginDescription {
    let plugin = P::default();
    let (meters, signals) = (M::meter_reader(&plugin), M::signals(&plugin));
    PluginDescription {
        name: P::NAME.to_owned(),
        vendor: P::VENDOR.to_owned(),
        version: P::VERSION.to_owned(),
        audio_layouts: P::AUDIO_IO_LAYOUTS.iter().map(layout).collect(),
        midi_input: midi(P::MIDI_INPUT),
        midi_output: midi(P::MIDI_OUTPUT),
        meters: meters.iter().flat_map(MeterReader::own_meters).map(MeterInfo::from).collect(),
        signals: signals.describe().iter().map(SignalInfo::from).collect(),
    }
}

fn layout(layout: &AudioIOLayout) -> AudioLayout {
    AudioLayout {
        main_input_channels: layout.main_input_channels.map_or(0, u32::from),
        main_output_channels: layout.main_output_channels.map_or(0, u32::from),
        auxiliary_input_channels: layout.aux_input_ports.iter().copied().map(u32::from).collect(),
        auxiliary_output_channels: layout.aux_output_ports.iter().copied().map(u32::from).collect(),
    }
}

fn midi(config: MidiConfig) -> MidiSupport {
    match config {
        MidiConfig::None => MidiSupport::None,
        MidiConfig::Basic => MidiSupport::Notes,
        MidiConfig::MidiCCs => MidiSupport::Controllers,
    }
}
