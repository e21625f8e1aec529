//! What a library says of its plugin beside the parameters, as JSON. Both sides are compiled against it.
//!
//! It grows by fields: a reader takes those that are missing for none, and leaves out those that it does not know.

use serde::{Deserialize, Serialize};
use wavecraft_ipc::{MeterInfo, SignalInfo};

/// The plugin behind a library, as [`Describe`](crate::vtable::Describe) writes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PluginDescription {
    /// The plugin's name.
    pub name: String,
    /// Who makes it.
    pub vendor: String,
    /// The plugin's own version.
    pub version: String,
    /// In which channels it can run. The first is the one that it likes best.
    pub audio_layouts: Vec<AudioLayout>,
    /// What it takes of MIDI.
    pub midi_input: MidiSupport,
    /// What it makes of MIDI.
    pub midi_output: MidiSupport,
    /// Its own meters, in the order of their values. Their ids differ.
    pub meters: Vec<MeterInfo>,
    /// The points of its sound that can be seen, in the order in which they are numbered. Their ids differ.
    pub signals: Vec<SignalInfo>,
}

/// Channels in which a plugin can run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AudioLayout {
    /// Channels of the main input; 0 if it has none, as an instrument.
    pub main_input_channels: u32,
    /// Channels of the main output.
    pub main_output_channels: u32,
    /// Channels of each further input, such as a side chain.
    pub auxiliary_input_channels: Vec<u32>,
    /// Channels of each further output.
    pub auxiliary_output_channels: Vec<u32>,
}

/// How much of MIDI goes in or out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MidiSupport {
    /// Nothing.
    #[default]
    None,
    /// Notes and their expressions.
    Notes,
    /// Notes, controllers, pitch bend and pressure.
    Controllers,
}
