//! The system's audio devices: JACK's, a sound server's, or the system's own.

mod choice;
mod formats;
mod jack_client;
mod jack_server;
mod listing;
mod midi_destinations;
mod midi_ports;
mod midi_thread;
#[cfg(target_os = "linux")]
mod sound_server;
mod system;

use std::sync::Arc;

use self::jack_client::{JackCallback, JackStream};
use self::jack_server::{JackEndpoint, JackServer};
pub use self::listing::list_devices;
pub(crate) use self::midi_destinations::MidiDestinations;
pub(crate) use self::midi_ports::MidiPorts;
#[cfg(target_os = "linux")]
use self::sound_server::{ServerEndpoint, ServerStream, SoundServer};
use self::system::{SystemDevices, SystemEndpoint};
use crate::callbacks::{DuplexCallback, InputCallback, OutputCallback};
use crate::counters::Counters;
use crate::options::{AudioBackend, AudioInput, AudioOptions, AudioOutput};
use crate::problem::{AudioProblemKind, OpenFailure};
pub(crate) use crate::stream_settings::{StreamSettings, StreamWish};

/// What to do when a device is missing.
const MISSING_HINT: &str =
    "connect one, or see --list-devices; --input also takes a sound file or a test signal";

/// The ways to the devices: JACK alone, or a sound server and the system's own. The first that is there has the default
/// ones; a name is looked for in both.
pub(crate) enum Devices {
    /// A JACK server.
    Jack(JackServer),
    /// What else there is.
    Own(OwnDevices),
}

/// The ways beside JACK.
pub(crate) struct OwnDevices {
    #[cfg(target_os = "linux")]
    server: Option<SoundServer>,
    system: Option<SystemDevices>,
}

/// A device in one direction, with what it can do.
pub(crate) enum Endpoint {
    /// One that cpal reaches.
    System(SystemEndpoint),
    /// One of a sound server: on Linux alone, since other systems' own devices are reached through cpal.
    #[cfg(target_os = "linux")]
    Server(ServerEndpoint),
    /// Ports of JACK.
    Jack(JackEndpoint),
}

/// A stream that runs until it is dropped.
#[allow(dead_code, reason = "most are held for what dropping them does")]
pub(crate) enum Stream {
    /// Of a device that cpal reaches.
    System(cpal::Stream),
    /// Of a sound server's device.
    #[cfg(target_os = "linux")]
    Server(ServerStream),
    /// Of JACK.
    Jack(JackStream),
}

impl Stream {
    /// Connects the MIDI ports that have come, if this stream has a port of its own for them, and returns what is heard, for
    /// people.
    pub fn follow_midi_ports(&mut self) -> Option<String> {
        match self {
            Self::Jack(stream) => stream.follow_midi_ports(),
            _ => None,
        }
    }

    /// Connects the MIDI ports that are to hear what the processor plays and have come, if this stream has a port of its own for
    /// it, and returns who hears it, for people.
    pub fn follow_midi_destinations(&mut self) -> Option<String> {
        match self {
            Self::Jack(stream) => stream.follow_midi_destinations(),
            _ => None,
        }
    }
}

/// A device that was found, for people.
pub(crate) struct Found {
    /// By this it is chosen.
    id: String,
    /// What it is called.
    name: String,
}

impl Devices {
    /// Finds the ways to the devices that were asked for. A connection of `before` that still answers is used again.
    pub fn open(options: &AudioOptions, before: Option<Self>) -> Result<Self, OpenFailure> {
        let jack = match options.backend {
            AudioBackend::System => None,
            AudioBackend::Auto | AudioBackend::Jack => JackServer::running(&options.client_name),
        };
        match jack {
            Some(jack) if options.backend == AudioBackend::Jack || has_all_names(&jack, options) => {
                return Ok(Self::Jack(jack));
            }
            None if options.backend == AudioBackend::Jack => {
                let hint = Some("start one, or use --backend system");
                return Err(OpenFailure::new(
                    AudioProblemKind::NoInputDevice,
                    "no JACK server is running",
                    hint,
                ));
            }
            _ => {}
        }
        Ok(Self::Own(OwnDevices::open(options, before)))
    }

    /// The input device of this name, or the default one.
    pub fn input(&self, name: Option<&str>) -> Result<Endpoint, OpenFailure> {
        self.endpoint(name, true)
    }

    /// The output device of this name, or the default one.
    pub fn output(&self, name: Option<&str>) -> Result<Endpoint, OpenFailure> {
        self.endpoint(name, false).map_err(OpenFailure::of_output)
    }

    /// An input that hears nothing until the user connects it; `None` where there is no such thing.
    pub fn unconnected_input(&self) -> Option<Endpoint> {
        match self {
            Self::Jack(jack) => jack.unconnected(true).map(Endpoint::Jack),
            Self::Own(_) => None,
        }
    }

    fn endpoint(&self, name: Option<&str>, is_input: bool) -> Result<Endpoint, OpenFailure> {
        let absent = || missing(name, is_input, "");
        match self {
            Self::Jack(jack) => jack.endpoint(name, is_input).map(Endpoint::Jack).ok_or_else(absent),
            Self::Own(own) => {
                #[cfg(target_os = "linux")]
                if let Some(server) = &own.server {
                    if let Some(endpoint) = server.endpoint(name, is_input) {
                        return Ok(Endpoint::Server(endpoint));
                    }
                    if name.is_none() {
                        return Err(absent());
                    }
                }
                let endpoint = own.system.as_ref().ok_or_else(absent)?.endpoint(name, is_input)?;
                endpoint.map(Endpoint::System).ok_or_else(absent)
            }
        }
    }
}

impl OwnDevices {
    #[cfg(target_os = "linux")]
    fn open(options: &AudioOptions, before: Option<Devices>) -> Self {
        let server = match before {
            Some(Devices::Own(Self { server, .. })) => server.filter(SoundServer::answers),
            _ => None,
        };
        let server = server.or_else(|| SoundServer::connect(&options.client_name));
        Self { server, system: SystemDevices::own() }
    }

    #[cfg(not(target_os = "linux"))]
    fn open(_options: &AudioOptions, _before: Option<Devices>) -> Self {
        Self { system: SystemDevices::own() }
    }
}

/// Whether JACK has all that is asked for by name.
fn has_all_names(jack: &JackServer, options: &AudioOptions) -> bool {
    let has_input = match &options.input {
        AudioInput::Device(name) => jack.has(name, true),
        _ => true,
    };
    let has_output = match &options.output {
        AudioOutput::Device(name) => jack.has(name, false),
        _ => true,
    };
    has_input && has_output
}

impl Endpoint {
    /// The device's name.
    pub fn name(&self) -> String {
        match self {
            Self::System(endpoint) => endpoint.name().to_owned(),
            #[cfg(target_os = "linux")]
            Self::Server(endpoint) => endpoint.name().to_owned(),
            Self::Jack(endpoint) => endpoint.name(),
        }
    }

    /// What people call the way to it.
    pub fn backend_name(&self) -> &'static str {
        match self {
            Self::System(endpoint) => endpoint.backend_name(),
            #[cfg(target_os = "linux")]
            Self::Server(_) => SoundServer::NAME,
            Self::Jack(_) => JackServer::NAME,
        }
    }

    /// Whether the user decides what is connected to what, as in JACK: then nothing howls by itself.
    pub fn is_patchable(&self) -> bool {
        matches!(self, Self::Jack(_))
    }

    /// Whether this input is nothing but what that output plays. Where there is no microphone, a sound server offers the
    /// loudspeaker's own sound instead.
    pub fn is_monitor_of(&self, output: &Self) -> bool {
        match (self, output) {
            #[cfg(target_os = "linux")]
            (Self::Server(input), Self::Server(output)) => input.is_monitor_of(output),
            _ => false,
        }
    }

    /// Whether this input and that output are called at once: nothing needs to join them then.
    pub fn is_duplex_with(&self, output: &Self) -> bool {
        matches!((self, output), (Self::Jack(_), Self::Jack(_)))
    }

    /// What the device and the user's wishes have in common. Wishes that it cannot fulfil are left out.
    pub fn negotiate(&self, wish: StreamWish) -> Result<StreamSettings, OpenFailure> {
        match self {
            Self::System(endpoint) => endpoint.negotiate(wish),
            #[cfg(target_os = "linux")]
            Self::Server(endpoint) => Ok(endpoint.negotiate(wish)),
            Self::Jack(endpoint) => Ok(endpoint.negotiate()),
        }
    }

    /// Lets the device call `callback` with what it hears.
    pub fn start_input(
        &self,
        settings: &StreamSettings,
        callback: InputCallback,
        counters: &Arc<Counters>,
    ) -> Result<Stream, OpenFailure> {
        match self {
            Self::System(endpoint) => endpoint.start_input(settings, callback, counters).map(Stream::System),
            #[cfg(target_os = "linux")]
            Self::Server(endpoint) => endpoint.start_input(settings, callback, counters).map(Stream::Server),
            Self::Jack(endpoint) => start_jack(endpoint, None, JackCallback::Input(callback), true, counters),
        }
    }

    /// Lets the device call `callback` with what it hears and for what to play. Only for one that
    /// [is called at once](Self::is_duplex_with) with the output.
    pub fn start_duplex(
        &self,
        output: &Self,
        callback: DuplexCallback,
        counters: &Arc<Counters>,
    ) -> Result<Stream, OpenFailure> {
        match (self, output) {
            (Self::Jack(input), Self::Jack(output)) => {
                start_jack(input, Some(output), JackCallback::Duplex(callback), true, counters)
            }
            _ => Err(not_started(true, &self.name(), "it does not hear and play at once")),
        }
    }

    /// Lets the device call `callback` for what to play.
    pub fn start_output(
        &self,
        settings: &StreamSettings,
        callback: OutputCallback,
        counters: &Arc<Counters>,
    ) -> Result<Stream, OpenFailure> {
        match self {
            Self::System(endpoint) => endpoint.start_output(settings, callback, counters).map(Stream::System),
            #[cfg(target_os = "linux")]
            Self::Server(endpoint) => endpoint.start_output(settings, callback, counters).map(Stream::Server),
            Self::Jack(endpoint) => {
                start_jack(endpoint, None, JackCallback::Output(callback), false, counters)
            }
        }
    }
}

fn start_jack(
    endpoint: &JackEndpoint,
    other: Option<&JackEndpoint>,
    callback: JackCallback,
    is_input: bool,
    counters: &Arc<Counters>,
) -> Result<Stream, OpenFailure> {
    let stream = endpoint.start(other, callback, counters);
    stream.map(Stream::Jack).map_err(|error| not_started(is_input, &endpoint.name(), &error.to_string()))
}

fn missing(name: Option<&str>, is_input: bool, reason: &str) -> OpenFailure {
    let message = match name {
        Some(name) => format!("there is no {} \"{name}\"{reason}", direction(is_input)),
        None => format!("there is no {}{reason}", direction(is_input)),
    };
    let code = if is_input { AudioProblemKind::NoInputDevice } else { AudioProblemKind::NoOutputDevice };
    OpenFailure::new(code, message, Some(MISSING_HINT))
}

fn not_started(is_input: bool, name: &str, reason: &str) -> OpenFailure {
    let message = format!("the {} \"{name}\" does not start: {reason}", direction(is_input));
    let hint = Some("close other programs that use it, or choose another with --input and --output");
    let failure = OpenFailure::new(AudioProblemKind::StreamNotStarted, message, hint);
    if is_input { failure } else { failure.of_output() }
}

fn direction(is_input: bool) -> &'static str {
    if is_input { "input device" } else { "output device" }
}
