//! The system's own devices, which cpal reaches.
//!
//! The callbacks that are installed here do nothing but convert sample formats and call the callbacks; errors that a
//! device reports set atomics, since they may come on its real-time thread.

use std::sync::Arc;

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{Device, ErrorKind, Host, HostId, Stream, StreamConfig, SupportedStreamConfigRange};
use tracing::debug;

use super::{Found, StreamSettings, StreamWish, choice, formats, missing, not_started};
use crate::callbacks::{InputCallback, OutputCallback};
use crate::counters::Counters;
use crate::problem::{AudioProblemKind, OpenFailure};

/// The system's own way.
pub(crate) struct SystemDevices(Host);

/// A device in one direction, with what it can do.
pub(crate) struct SystemEndpoint {
    device: Device,
    name: String,
    is_input: bool,
    host: HostId,
    configs: Vec<SupportedStreamConfigRange>,
    default_rate_hz: u32,
}

impl SystemDevices {
    /// The system's own way.
    pub fn own() -> Option<Self> {
        quieten();
        cpal::available_hosts().into_iter().next().and_then(open).map(Self)
    }

    /// What people call it.
    pub fn name(&self) -> &'static str {
        self.0.id().name()
    }

    /// The device of this name, or the default one; `None` if there is none.
    pub fn endpoint(
        &self,
        name: Option<&str>,
        is_input: bool,
    ) -> Result<Option<SystemEndpoint>, OpenFailure> {
        let device = match name {
            None if is_input => self.0.default_input_device(),
            None => self.0.default_output_device(),
            Some(name) => self.devices(is_input).into_iter().find(|device| is_named(device, name)),
        };
        let Some(device) = device else { return Ok(None) };
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
        let (name, host, default_rate_hz) = (name_of(&device), self.0.id(), default.sample_rate());
        Ok(Some(SystemEndpoint { device, name, is_input, host, configs, default_rate_hz }))
    }

    /// All devices of one direction.
    pub fn list(&self, is_input: bool) -> Vec<Found> {
        let found = |device: Device| Found { id: id_of(&device), name: name_of(&device) };
        self.devices(is_input).into_iter().map(found).collect()
    }

    fn devices(&self, is_input: bool) -> Vec<Device> {
        let found: Result<Vec<Device>, _> = if is_input {
            self.0.input_devices().map(Iterator::collect)
        } else {
            self.0.output_devices().map(Iterator::collect)
        };
        found.unwrap_or_default()
    }
}

impl SystemEndpoint {
    /// The device's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What people call the way to it.
    pub fn backend_name(&self) -> &'static str {
        self.host.name()
    }

    /// What the device and the user's wishes have in common. Wishes that it cannot fulfil are left out.
    pub fn negotiate(&self, wish: StreamWish) -> Result<StreamSettings, OpenFailure> {
        choice::choose(&self.configs, self.default_rate_hz, wish).ok_or_else(|| {
            not_started(self.is_input, &self.name, "it offers no sample format that is known here")
        })
    }

    /// Lets the device call `callback` with what it hears.
    pub fn start_input(
        &self,
        settings: &StreamSettings,
        callback: InputCallback,
        counters: &Arc<Counters>,
    ) -> Result<Stream, OpenFailure> {
        let (config, format) = (Self::config(settings), settings.format);
        let stream = formats::start_input(&self.device, config, format, callback, self.reporter(counters));
        self.started(stream)
    }

    /// Lets the device call `callback` for what to play.
    pub fn start_output(
        &self,
        settings: &StreamSettings,
        callback: OutputCallback,
        counters: &Arc<Counters>,
    ) -> Result<Stream, OpenFailure> {
        let (config, format) = (Self::config(settings), settings.format);
        let stream = formats::start_output(&self.device, config, format, callback, self.reporter(counters));
        self.started(stream)
    }

    /// What becomes of what the device reports while it runs, maybe on its real-time thread.
    fn reporter(&self, counters: &Arc<Counters>) -> impl FnMut(cpal::Error) + Send + use<> {
        let (is_input, counters) = (self.is_input, Arc::clone(counters));
        move |error| match error.kind() {
            ErrorKind::Xrun if is_input => counters.add_overrun(),
            ErrorKind::Xrun => counters.add_underrun(),
            // The stream goes on by itself.
            ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied => {}
            // PulseAudio's streams behind ALSA report an I/O error again and again after some underruns, and never
            // recover.
            _ if is_input => counters.input().mark_lost(),
            _ => counters.output().mark_lost(),
        }
    }

    fn config(settings: &StreamSettings) -> StreamConfig {
        let buffer_size = if settings.is_block_fixed {
            cpal::BufferSize::Fixed(settings.block_frames)
        } else {
            cpal::BufferSize::Default
        };
        StreamConfig { channels: settings.channels, sample_rate: settings.rate_hz, buffer_size }
    }

    fn started(&self, stream: Result<Stream, cpal::Error>) -> Result<Stream, OpenFailure> {
        let stream = stream.and_then(|stream| stream.play().map(|()| stream));
        stream.map_err(|error| match error.kind() {
            ErrorKind::PermissionDenied if self.is_input => permission_denied(&self.device),
            _ => not_started(self.is_input, &self.name, &error.to_string()),
        })
    }
}

fn permission_denied(device: &Device) -> OpenFailure {
    let message = format!("the system does not let this program hear \"{}\"", name_of(device));
    let hint = Some("allow the terminal to use the microphone, or join the group `audio`");
    OpenFailure::new(AudioProblemKind::InputPermissionDenied, message, hint)
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

fn open(id: HostId) -> Option<Host> {
    cpal::host_from_id(id).inspect_err(|error| debug!(%error, "{} is not available", id.name())).ok()
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
