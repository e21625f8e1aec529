//! A running JACK server: its ports as devices.

use std::sync::Arc;

use jack::{Client, ClientOptions, PortFlags};

use super::Found;
use super::jack_client::{JackCallback, JackStream};
use crate::counters::Counters;
use crate::processor::MAX_CHANNELS;
use crate::stream_settings::StreamSettings;

/// JACK's name for ports that carry sound.
const AUDIO_PORTS: &str = "32 bit float mono audio";

/// JACK's name for ports that carry MIDI.
pub(super) const MIDI_PORTS: &str = "8 bit raw midi";

/// Separates the ports of one direction where they are named.
const PORT_SEPARATOR: char = ',';

/// A server that runs. Asked by a client of its own each time: a server that has gone takes its clients with it.
pub(crate) struct JackServer {
    client_name: String,
}

/// Ports of the server in one direction, to be connected to a client of ours.
#[derive(Clone)]
pub(crate) struct JackEndpoint {
    client_name: String,
    ports: Vec<String>,
    is_input: bool,
    rate_hz: u32,
    block_frames: u32,
}

impl JackServer {
    /// What people call it.
    pub const NAME: &str = "JACK";

    /// The server, if one runs. Programs of this client name are told apart by JACK.
    pub fn running(client_name: &str) -> Option<Self> {
        let server = Self { client_name: client_name.to_owned() };
        server.client().map(|_| server)
    }

    /// The ports that these names mean, separated by commas, or the system's own; `None` if one is not there. A direction
    /// without ports of the system's is there all the same: the user connects it.
    pub fn endpoint(&self, names: Option<&str>, is_input: bool) -> Option<JackEndpoint> {
        let client = self.client()?;
        let known = sound_ports(&client, is_input, PortFlags::empty());
        let ports = match names {
            None => sound_ports(&client, is_input, PortFlags::IS_PHYSICAL),
            Some(names) => {
                let ports: Vec<String> =
                    names.split(PORT_SEPARATOR).map(|name| name.trim().to_owned()).collect();
                ports.iter().all(|port| known.contains(port)).then_some(ports)?
            }
        };
        Some(self.endpoint_of(&client, ports, is_input))
    }

    /// No ports: what is to be heard is left to the user.
    pub fn unconnected(&self, is_input: bool) -> Option<JackEndpoint> {
        let client = self.client()?;
        Some(self.endpoint_of(&client, Vec::new(), is_input))
    }

    /// Whether these names, separated by commas, are ports of this server.
    pub fn has(&self, names: &str, is_input: bool) -> bool {
        self.endpoint(Some(names), is_input).is_some()
    }

    /// All ports of one direction.
    pub fn list(&self, is_input: bool) -> Vec<Found> {
        let Some(client) = self.client() else { return Vec::new() };
        let ports = sound_ports(&client, is_input, PortFlags::empty());
        ports.into_iter().map(|port| Found { id: port.clone(), name: port }).collect()
    }

    /// All ports that MIDI comes out of, for our input, or goes into.
    pub fn list_midi(&self, is_input: bool) -> Vec<String> {
        let direction = if is_input { PortFlags::IS_OUTPUT } else { PortFlags::IS_INPUT };
        self.client().map_or_else(Vec::new, |client| client.ports(None, Some(MIDI_PORTS), direction))
    }

    fn endpoint_of(&self, client: &Client, mut ports: Vec<String>, is_input: bool) -> JackEndpoint {
        ports.truncate(MAX_CHANNELS);
        JackEndpoint {
            client_name: self.client_name.clone(),
            ports,
            is_input,
            rate_hz: client.sample_rate(),
            block_frames: client.buffer_size(),
        }
    }

    fn client(&self) -> Option<Client> {
        // It has gone again at the end of a question, before a stream takes the name.
        Client::new(&self.client_name, ClientOptions::NO_START_SERVER).ok().map(|(client, _)| client)
    }
}

impl JackEndpoint {
    /// The ports, for people.
    pub fn name(&self) -> String {
        if self.ports.is_empty() { "not connected; use a patchbay".to_owned() } else { self.ports.join(", ") }
    }

    /// What runs: JACK decides.
    pub fn negotiate(&self) -> StreamSettings {
        StreamSettings {
            rate_hz: self.rate_hz,
            channels: MAX_CHANNELS as u16,
            block_frames: self.block_frames,
            is_block_fixed: true,
            format: cpal::SampleFormat::F32,
        }
    }

    /// Lets JACK call `callback`, and connects these ports, with those of the other direction if there are any.
    pub fn start(
        &self,
        other: Option<&Self>,
        callback: JackCallback,
        counters: &Arc<Counters>,
    ) -> Result<JackStream, jack::Error> {
        let ports = |is_input: bool| {
            let ends = [Some(self), other].into_iter().flatten();
            ends.filter(|end| end.is_input == is_input).flat_map(|end| end.ports.clone()).collect::<Vec<_>>()
        };
        JackStream::start(&self.client_name, self.rate_hz, [ports(true), ports(false)], callback, counters)
    }
}

/// The server's ports that sound comes out of, for our input, or goes into.
fn sound_ports(client: &Client, is_input: bool, flags: PortFlags) -> Vec<String> {
    let direction = if is_input { PortFlags::IS_OUTPUT } else { PortFlags::IS_INPUT };
    let own = format!("{}:", client.name());
    let ports = client.ports(None, Some(AUDIO_PORTS), direction | flags);
    ports.into_iter().filter(|port| !port.starts_with(&own)).collect()
}
