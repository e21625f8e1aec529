//! The system's audio devices, through cpal.
//!
//! The callbacks that are installed here do nothing but convert sample formats and call the bodies; errors that a
//! device reports set atomics, since they may come on its real-time thread.

mod choice;
mod formats;

use std::sync::Arc;

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{Device, ErrorKind, Host, HostId, StreamConfig, SupportedStreamConfigRange};
use tracing::debug;
use wavecraft_ipc::AudioDiagnosticCode;

use super::bodies::{InputBody, OutputBody};
use super::counters::{Counters, StreamCounters};
pub(super) use super::negotiation::Negotiated;
use super::options::{AudioBackend, AudioInput, AudioOptions, AudioOutput};
use super::problem::Problem;

/// What to do when a device is missing.
const MISSING_HINT: &str =
    "connect one, or see --list-devices; --input also takes a WAV file or a test signal";

/// A stream that runs until it is dropped.
pub(super) type Stream = cpal::Stream;

/// One of the system's ways to its devices.
pub(super) struct Devices {
    host: Host,
}

/// A device in one direction, with what it can do.
pub(super) struct Endpoint {
    device: Device,
    name: String,
    is_input: bool,
    is_jack: bool,
    configs: Vec<SupportedStreamConfigRange>,
    default_rate_hz: u32,
}

impl Devices {
    /// Finds the way to the devices that was asked for.
    pub fn open(options: &AudioOptions) -> Result<Self, Problem> {
        quieten();
        let names_device = matches!(options.input, AudioInput::Device(_))
            || matches!(options.output, AudioOutput::Device(_));
        let jack = match options.backend {
            AudioBackend::System => None,
            AudioBackend::Auto if names_device => None,
            AudioBackend::Auto | AudioBackend::Jack => running_jack(),
        };
        match (jack, options.backend) {
            (Some(host), _) => Ok(Self { host }),
            (None, AudioBackend::Jack) => {
                let message = "no JACK server is running".to_owned();
                let hint = Some("start one, or use --backend system");
                Err(Problem::new(AudioDiagnosticCode::NoInputDevice, message, hint))
            }
            (None, _) => Ok(Self { host: cpal::default_host() }),
        }
    }

    /// What people call it.
    pub fn backend_name(&self) -> &'static str {
        match self.host.id().name() {
            name if name.eq_ignore_ascii_case("jack") => "JACK",
            name => name,
        }
    }

    /// Whether the user decides what is connected to what, as in JACK: then nothing howls by itself.
    pub fn is_patchable(&self) -> bool {
        is_jack(self.host.id())
    }

    /// The input device of this name, or the default one.
    pub fn input(&self, name: Option<&str>) -> Result<Endpoint, Problem> {
        self.endpoint(name, true)
    }

    /// The output device of this name, or the default one.
    pub fn output(&self, name: Option<&str>) -> Result<Endpoint, Problem> {
        self.endpoint(name, false).map_err(Problem::of_output)
    }

    fn endpoint(&self, name: Option<&str>, is_input: bool) -> Result<Endpoint, Problem> {
        let device = match name {
            None if is_input => self.host.default_input_device(),
            None => self.host.default_output_device(),
            Some(name) => self.all(is_input).into_iter().find(|device| is_named(device, name)),
        };
        let device = device.ok_or_else(|| missing(name, is_input, ""))?;
        let unusable = |error: cpal::Error| match error.kind() {
            ErrorKind::PermissionDenied if is_input => permission_denied(&device),
            _ => missing(name, is_input, &format!(" ({error})")),
        };
        let (configs, default): (Vec<_>, _) = if is_input {
            let configs = device.supported_input_configs().map_err(unusable)?.collect();
            (configs, device.default_input_config().map_err(unusable)?)
        } else {
            let configs = device.supported_output_configs().map_err(unusable)?.collect();
            (configs, device.default_output_config().map_err(unusable)?)
        };
        let default_rate_hz = default.sample_rate();
        Ok(Endpoint {
            name: name_of(&device),
            device,
            is_input,
            is_jack: self.is_patchable(),
            configs,
            default_rate_hz,
        })
    }

    fn all(&self, is_input: bool) -> Vec<Device> {
        let found: Result<Vec<Device>, _> = if is_input {
            self.host.input_devices().map(Iterator::collect)
        } else {
            self.host.output_devices().map(Iterator::collect)
        };
        found.unwrap_or_default()
    }
}

impl Endpoint {
    /// The device's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the device and the user's wishes have in common. Wishes that it cannot fulfil are left out.
    pub fn negotiate(&self, rate_hz: Option<u32>, block_frames: Option<u32>) -> Result<Negotiated, Problem> {
        choice::choose(&self.configs, self.default_rate_hz, rate_hz, block_frames)
            .ok_or_else(|| self.not_started("it offers no sample format that is known here"))
    }

    /// Lets the device call `body` with what it hears.
    pub fn listen(
        &self,
        negotiated: &Negotiated,
        body: InputBody,
        counters: &Arc<Counters>,
    ) -> Result<Stream, Problem> {
        let counts_gaps = !self.is_jack;
        let stream = formats::listen(&self.device, Self::config(negotiated), negotiated.format, body, {
            let counters = Arc::clone(counters);
            move |error| {
                note(&error, counters.input(), || {
                    if counts_gaps {
                        counters.add_overrun();
                    }
                });
            }
        });
        self.started(stream)
    }

    /// Lets the device call `body` for what to play.
    pub fn play(
        &self,
        negotiated: &Negotiated,
        body: OutputBody,
        counters: &Arc<Counters>,
    ) -> Result<Stream, Problem> {
        let counts_gaps = !self.is_jack;
        let stream = formats::play(&self.device, Self::config(negotiated), negotiated.format, body, {
            let counters = Arc::clone(counters);
            move |error| {
                note(&error, counters.output(), || {
                    if counts_gaps {
                        counters.add_underrun();
                    }
                });
            }
        });
        self.started(stream)
    }

    fn config(negotiated: &Negotiated) -> StreamConfig {
        let buffer_size = if negotiated.is_block_fixed {
            cpal::BufferSize::Fixed(negotiated.block_frames)
        } else {
            cpal::BufferSize::Default
        };
        StreamConfig { channels: negotiated.channels, sample_rate: negotiated.rate_hz, buffer_size }
    }

    fn started(&self, stream: Result<Stream, cpal::Error>) -> Result<Stream, Problem> {
        let stream = stream.and_then(|stream| stream.play().map(|()| stream));
        stream.map_err(|error| match error.kind() {
            ErrorKind::PermissionDenied if self.is_input => permission_denied(&self.device),
            _ => self.not_started(&error.to_string()),
        })
    }

    fn not_started(&self, reason: &str) -> Problem {
        let message = format!("the {} \"{}\" does not start: {reason}", direction(self.is_input), self.name);
        let hint = Some("close other programs that use it, or choose another with --input and --output");
        let problem = Problem::new(AudioDiagnosticCode::StreamStartFailed, message, hint);
        if self.is_input { problem } else { problem.of_output() }
    }
}

/// A list of all devices, for people. Not for the audio thread; it takes a moment.
pub fn list_devices() -> String {
    quieten();
    let mut text = String::new();
    let mut hosts = vec![cpal::default_host()];
    hosts.extend(running_jack());
    for host in hosts {
        let devices = Devices { host };
        for is_input in [true, false] {
            let found = devices.all(is_input);
            let (backend, kind) = (devices.backend_name(), direction(is_input));
            text += &[backend, " ", kind, if found.is_empty() { "s: none\n" } else { "s\n" }].concat();
            for device in found {
                let (id, name) = (id_of(&device), name_of(&device));
                text += &["  ", &id, "\n"].concat();
                if name != id {
                    text += &["      ", &name, "\n"].concat();
                }
            }
        }
    }
    text
}

/// What a device reports while it runs. JACK reports each cycle that was late, whether or not a sample was lost, and to
/// all clients; its own tools show that. Here, what counts is whether the sound had a gap.
/// May be called on its real-time thread.
fn note(error: &cpal::Error, stream: &StreamCounters, count_gap: impl FnOnce()) {
    match error.kind() {
        ErrorKind::Xrun => count_gap(),
        // The stream goes on by itself.
        ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied => {}
        // PulseAudio's streams behind ALSA report an I/O error again and again after some underruns, and never recover.
        _ => stream.mark_lost(),
    }
}

fn running_jack() -> Option<Host> {
    let id = cpal::available_hosts().into_iter().find(|id| is_jack(*id))?;
    let host = cpal::host_from_id(id).inspect_err(|error| debug!(%error, "JACK is not available")).ok()?;
    // Without a server there are no devices.
    let has_devices = host.devices().is_ok_and(|mut devices| devices.next().is_some());
    has_devices.then_some(host)
}

fn is_jack(id: HostId) -> bool {
    id.name().eq_ignore_ascii_case("jack")
}

fn missing(name: Option<&str>, is_input: bool, reason: &str) -> Problem {
    let message = match name {
        Some(name) => format!("there is no {} \"{name}\"{reason}", direction(is_input)),
        None => format!("there is no {}{reason}", direction(is_input)),
    };
    let code =
        if is_input { AudioDiagnosticCode::NoInputDevice } else { AudioDiagnosticCode::NoOutputDevice };
    Problem::new(code, message, Some(MISSING_HINT))
}

fn permission_denied(device: &Device) -> Problem {
    let message = format!("the system does not let this program hear \"{}\"", name_of(device));
    let hint = Some("allow the terminal to use the microphone, or join the group `audio`");
    Problem::new(AudioDiagnosticCode::InputPermissionDenied, message, hint)
}

fn direction(is_input: bool) -> &'static str {
    if is_input { "input device" } else { "output device" }
}

fn is_named(device: &Device, name: &str) -> bool {
    id_of(device).eq_ignore_ascii_case(name) || name_of(device).eq_ignore_ascii_case(name)
}

fn name_of(device: &Device) -> String {
    device.description().map_or_else(|_| id_of(device), |description| description.name().to_owned())
}

fn id_of(device: &Device) -> String {
    device.id().map_or_else(|_| String::new(), |id| id.id().to_owned())
}

/// Keeps ALSA from printing what it finds out on the way to standard error; what matters is returned as well.
#[cfg(target_os = "linux")]
fn quieten() {
    if let Err(error) = alsa::Output::local_error_handler() {
        debug!(%error, "ALSA will print its own messages");
    }
}

#[cfg(not(target_os = "linux"))]
fn quieten() {}
