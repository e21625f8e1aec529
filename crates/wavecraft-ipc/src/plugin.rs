//! What a page learns about the plugin and the program around it.

use serde::{Deserialize, Serialize};

use crate::meter::MeterInfo;
use crate::signal::SignalInfo;

/// The version of the protocol that this crate speaks. It grows when an older page would no longer work.
pub const PROTOCOL_VERSION: u32 = 1;

/// Who answers: the plugin, and the program that it runs in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct PluginInfo {
    /// The plugin's name.
    pub name: String,
    /// Who makes it.
    pub vendor: String,
    /// The plugin's own version.
    pub version: String,
    /// The version of the protocol.
    pub protocol: u32,
    /// The program around the plugin.
    pub host: HostKind,
    /// The plugin's own meters, whose values come with each `meterUpdate`. Another build may have others: after
    /// `parametersChanged`, ask again.
    #[serde(default)]
    pub meters: Vec<MeterInfo>,
    /// The points of its sound that a page may subscribe to. Another build may have others, as of the meters.
    #[serde(default)]
    pub signals: Vec<SignalInfo>,
    /// Whether the plugin takes notes, from pages too. Another build may take them or not: after `parametersChanged`, ask
    /// again.
    #[serde(default)]
    pub midi_input: bool,
    /// Whether the DAW has a menu of its own for each parameter, which `openHostMenu` shows.
    #[serde(default)]
    pub host_menu: bool,
    /// Whether a MIDI controller can learn to move a parameter: in the standalone and the development server. In a DAW that is
    /// the DAW's business.
    #[serde(default)]
    pub controllers: bool,
}

impl PluginInfo {
    /// A plugin that speaks this crate's version of the protocol, has neither meters of its own nor signals, and takes no
    /// notes.
    pub fn new(
        name: impl Into<String>,
        vendor: impl Into<String>,
        version: impl Into<String>,
        host: HostKind,
    ) -> Self {
        Self {
            name: name.into(),
            vendor: vendor.into(),
            version: version.into(),
            protocol: PROTOCOL_VERSION,
            host,
            meters: Vec::new(),
            signals: Vec::new(),
            midi_input: false,
            host_menu: false,
            controllers: false,
        }
    }

    /// The same with these meters.
    #[must_use]
    pub fn with_meters(mut self, meters: Vec<MeterInfo>) -> Self {
        self.meters = meters;
        self
    }

    /// The same with these signals.
    #[must_use]
    pub fn with_signals(mut self, signals: Vec<SignalInfo>) -> Self {
        self.signals = signals;
        self
    }

    /// The same, taking notes or not.
    #[must_use]
    pub fn with_midi_input(mut self, midi_input: bool) -> Self {
        self.midi_input = midi_input;
        self
    }

    /// The same in a DAW with a menu of its own for each parameter, or without.
    #[must_use]
    pub fn with_host_menu(mut self, host_menu: bool) -> Self {
        self.host_menu = host_menu;
        self
    }

    /// The same, where MIDI controllers can be learned or not.
    #[must_use]
    pub fn with_controllers(mut self, controllers: bool) -> Self {
        self.controllers = controllers;
        self
    }
}

/// The program around the plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum HostKind {
    /// A DAW.
    Plugin,
    /// The plugin's own standalone program.
    Standalone,
    /// The development server.
    DevServer,
}
