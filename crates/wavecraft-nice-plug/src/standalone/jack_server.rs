//! What a running JACK server offers, asked before nice-plug becomes its client.

use jack::{Client, ClientOptions, ClientStatus, PortFlags};

use super::devices::{AudioPlan, AudioRequest, DEFAULT_DEVICE, DeviceError};

/// The name of a client on the server, as nice-plug makes it from the plugin's.
fn client_name(plugin: &str) -> String {
    plugin.to_lowercase().replace(' ', "_")
}

/// JACK's name for ports that carry sound.
const AUDIO_PORTS: &str = "32 bit float mono audio";

/// The largest block that nice-plug lets JACK grow to without a restart, in frames.
const GROWTH_FRAMES: u32 = 2_048;

/// A running server, asked once.
pub(super) struct JackServer {
    pub(super) sample_rate_hz: u32,
    pub(super) period_frames: u32,
    /// Hardware inputs, as ports to listen to.
    pub(super) capture_ports: Vec<String>,
    /// Every port that sound comes out of.
    sources: Vec<String>,
    /// Hardware outputs.
    playback_ports: Vec<String>,
}

impl JackServer {
    /// Asks the server, without starting one. `None` when none is running, or JACK is not installed.
    pub(super) fn find(plugin: &str) -> Result<Option<Self>, DeviceError> {
        let Ok((client, status)) = Client::new(&client_name(plugin), ClientOptions::NO_START_SERVER) else {
            return Ok(None);
        };
        if status.contains(ClientStatus::NAME_NOT_UNIQUE) {
            return Err(DeviceError::JackNameTaken(client_name(plugin)));
        }
        let ports = |flags| client.ports(None, Some(AUDIO_PORTS), flags);
        Ok(Some(Self {
            sample_rate_hz: client.sample_rate(),
            period_frames: client.buffer_size(),
            capture_ports: ports(PortFlags::IS_OUTPUT | PortFlags::IS_PHYSICAL),
            sources: ports(PortFlags::IS_OUTPUT),
            playback_ports: ports(PortFlags::IS_INPUT | PortFlags::IS_PHYSICAL),
        }))
    }

    /// Whether a device name means ports of this server.
    pub(super) fn has_sources(&self, name: &str) -> bool {
        name == DEFAULT_DEVICE || name.split(',').all(|port| self.sources.iter().any(|known| known == port))
    }

    /// Plans to play as a client of this server.
    pub(super) fn plan(&self, request: &AudioRequest) -> Result<AudioPlan, DeviceError> {
        for (option, asked, actual) in [
            ("--sample-rate", request.sample_rate_hz, self.sample_rate_hz),
            ("--period-size", request.period_frames, self.period_frames),
        ] {
            if let Some(asked) = asked.filter(|&asked| asked != actual) {
                return Err(DeviceError::JackDecides { option, asked, actual });
            }
        }
        if request.output_device.is_some() {
            return Err(DeviceError::JackOutputs);
        }
        let input =
            request.input_device.as_deref().map(|name| self.inputs(name, request.channels)).transpose()?;
        let mut arguments = vec!["--backend=jack".to_owned()];
        arguments.extend(input.as_ref().map(|ports| format!("--connect-jack-inputs={ports}")));
        let outputs: Vec<&str> =
            self.playback_ports.iter().take(request.channels).map(String::as_str).collect();
        Ok(AudioPlan {
            backend: "JACK".to_owned(),
            output: match outputs[..] {
                [] => "not connected: JACK has no hardware output, connect one with a patchbay".to_owned(),
                _ => outputs.join(", "),
            },
            input,
            sample_rate_hz: self.sample_rate_hz,
            period_frames: self.period_frames,
            max_block_frames: self.period_frames.max(GROWTH_FRAMES),
            survives_restart: false,
            arguments,
        })
    }

    /// The ports that `name` means, in the form that nice-plug takes.
    fn inputs(&self, name: &str, channels: usize) -> Result<String, DeviceError> {
        match name {
            DEFAULT_DEVICE if self.capture_ports.is_empty() => {
                Err(DeviceError::NoDevice { direction: "input" })
            }
            DEFAULT_DEVICE => Ok(self.capture_ports[..channels.min(self.capture_ports.len())].join(",")),
            name if self.has_sources(name) => Ok(name.to_owned()),
            name => Err(DeviceError::UnknownDevice { direction: "input", name: name.to_owned() }),
        }
    }
}
