//! In place of the devices, where the program was built without the feature `devices`: there are none.

#![allow(clippy::unnecessary_wraps, clippy::unused_self, reason = "the same form as where there are devices")]

use std::sync::Arc;

use crate::callbacks::{DuplexCallback, InputCallback, OutputCallback};
use crate::counters::Counters;
use crate::midi_ring::MidiInputs;
use crate::options::AudioOptions;
use crate::played_midi::MidiSender;
use crate::problem::{AudioProblemKind, OpenFailure};
pub(crate) use crate::stream_settings::{StreamSettings, StreamWish};

/// No devices.
pub(crate) struct Devices;

/// Never made.
pub(crate) enum Endpoint {}

/// Never made.
pub(crate) enum Stream {}

/// No ports.
pub(crate) struct MidiPorts;

/// What is told while no port is there.
pub(crate) const NO_PORT_YET: &str = "none: this program was built without MIDI ports";

impl MidiPorts {
    pub fn start(_name: Option<String>, _client_name: String, _inputs: MidiInputs) -> std::io::Result<Self> {
        Ok(Self)
    }

    pub fn description(&self) -> String {
        NO_PORT_YET.to_owned()
    }
}

/// No ports.
pub(crate) struct MidiDestinations;

impl MidiDestinations {
    pub fn start(_wanted: String, _client_name: String, _sender: MidiSender) -> std::io::Result<Self> {
        Ok(Self)
    }

    pub fn description(&self) -> String {
        NO_PORT_YET.to_owned()
    }
}

impl Stream {
    pub fn follow_midi_destinations(&mut self) -> Option<String> {
        match *self {}
    }

    pub fn follow_midi_ports(&mut self) -> Option<String> {
        match *self {}
    }
}

impl Devices {
    pub fn open(_options: &AudioOptions, _before: Option<Self>) -> Result<Self, OpenFailure> {
        Ok(Self)
    }

    pub fn unconnected_input(&self) -> Option<Endpoint> {
        None
    }

    pub fn input(&self, _name: Option<&str>) -> Result<Endpoint, OpenFailure> {
        Err(absent(AudioProblemKind::NoInputDevice))
    }

    pub fn output(&self, _name: Option<&str>) -> Result<Endpoint, OpenFailure> {
        Err(absent(AudioProblemKind::NoOutputDevice).of_output())
    }
}

impl Endpoint {
    pub fn name(&self) -> String {
        match *self {}
    }

    pub fn backend_name(&self) -> &'static str {
        match *self {}
    }

    pub fn is_patchable(&self) -> bool {
        match *self {}
    }

    pub fn is_monitor_of(&self, _output: &Self) -> bool {
        match *self {}
    }

    pub fn is_duplex_with(&self, _output: &Self) -> bool {
        match *self {}
    }

    pub fn negotiate(&self, _wish: StreamWish) -> Result<StreamSettings, OpenFailure> {
        match *self {}
    }

    pub fn start_input(
        &self,
        _as_agreed: &StreamSettings,
        _callback: InputCallback,
        _counters: &Arc<Counters>,
    ) -> Result<Stream, OpenFailure> {
        match *self {}
    }

    pub fn start_duplex(
        &self,
        _output: &Self,
        _callback: DuplexCallback,
        _counters: &Arc<Counters>,
    ) -> Result<Stream, OpenFailure> {
        match *self {}
    }

    pub fn start_output(
        &self,
        _as_agreed: &StreamSettings,
        _callback: OutputCallback,
        _counters: &Arc<Counters>,
    ) -> Result<Stream, OpenFailure> {
        match *self {}
    }
}

fn absent(kind: AudioProblemKind) -> OpenFailure {
    let hint = Some("build it with its feature for audio devices");
    OpenFailure::new(kind, "this program was built without audio devices", hint)
}
