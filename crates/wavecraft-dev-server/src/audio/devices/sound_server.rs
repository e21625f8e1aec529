//! A sound server that speaks as `PulseAudio` does, `PipeWire` among them, spoken to directly.
//!
//! ALSA's way to it wakes a program that records again and again before there is anything to hear, which costs half a
//! core, and does not recover from every gap. cpal's own way asks for a recording buffer of a single block, into which
//! the larger blocks of many devices do not fit.

mod blocks;
mod stream;

use std::ffi::{CStr, CString};
use std::future::Future;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use futures_executor::block_on;
use nix::sys::signal::SigSet;
use pulseaudio::protocol::{DEFAULT_SINK, DEFAULT_SOURCE, SampleFormat, SampleSpec};
use pulseaudio::{Client, ClientError};
use tracing::debug;

use self::stream::CHANNELS;
pub(in super::super) use self::stream::ServerStream;
use super::super::bodies::{InputBody, OutputBody};
use super::super::counters::Counters;
use super::super::problem::Problem;
use super::{Found, Negotiated, choice, not_started};

/// What the server calls this program.
const CLIENT_NAME: &CStr = c"Wavecraft development server";

/// How long the server may take to answer, before it counts as gone.
const ANSWER_LIMIT: Duration = Duration::from_secs(2);

/// The length of the secret that a client shows, in bytes. Servers that ask for none want one of this length all the same.
const COOKIE_BYTES: usize = 256;

/// The blocks that are asked for, in frames: what lies beyond is no use to anybody.
const BLOCKS_FRAMES: (u32, u32) = (32, 16_384);

/// The rates that a server converts to and from, in Hz.
const RATES_HZ: (u32, u32) = (1_000, 384_000);

/// A connection to the server. It closes some time after the last of its streams has gone.
pub(super) struct SoundServer {
    client: Client,
}

/// One of its devices: a source, which hears, or a sink, which plays.
pub(in super::super) struct ServerEndpoint {
    client: Client,
    device: ServerDevice,
    is_input: bool,
}

/// What the server says of a device.
struct ServerDevice {
    index: u32,
    id: String,
    name: String,
    rate_hz: u32,
    /// Of a source that hears what a sink plays: that sink.
    monitored: Option<u32>,
}

impl SoundServer {
    /// What people call it, whoever speaks its language.
    pub const NAME: &str = "PulseAudio";

    /// The server, if one runs and answers.
    pub fn connect() -> Option<Self> {
        let path = pulseaudio::socket_path_from_env()?;
        let connected = within(ANSWER_LIMIT, move || {
            // The connection's thread inherits this. A signal that interrupts it would end the connection.
            if let Err(error) = SigSet::all().thread_block() {
                debug!(%error, "a signal may interrupt the sound");
            }
            Client::new_unix(CLIENT_NAME, UnixStream::connect(path)?, Some(cookie()))
        });
        let client = connected.inspect_err(|error| debug!(%error, "there is no sound server")).ok()?;
        Some(Self { client })
    }

    /// Whether the connection is still of use.
    pub fn answers(&self) -> bool {
        let client = self.client.clone();
        ask(async move { client.server_info().await }).is_ok()
    }

    /// The device of this name, or the default one.
    pub fn endpoint(&self, name: Option<&str>, is_input: bool) -> Option<ServerEndpoint> {
        let device = match name {
            None => self.default_device(is_input),
            Some(name) => self.devices(is_input).into_iter().find(|device| device.is_named(name)),
        }?;
        Some(ServerEndpoint { client: self.client.clone(), device, is_input })
    }

    /// All devices of one direction.
    pub fn list(&self, is_input: bool) -> Vec<Found> {
        let found = |device: ServerDevice| Found { id: device.id, name: device.name };
        self.devices(is_input).into_iter().map(found).collect()
    }

    fn default_device(&self, is_input: bool) -> Option<ServerDevice> {
        let client = self.client.clone();
        let device = if is_input {
            ask(async move { client.source_info_by_name(DEFAULT_SOURCE.to_owned()).await }).map(Into::into)
        } else {
            ask(async move { client.sink_info_by_name(DEFAULT_SINK.to_owned()).await }).map(Into::into)
        };
        device.ok()
    }

    fn devices(&self, is_input: bool) -> Vec<ServerDevice> {
        let client = self.client.clone();
        let devices: Result<Vec<ServerDevice>, _> = if is_input {
            ask(async move { client.list_sources().await })
                .map(|sources| sources.into_iter().map(Into::into).collect())
        } else {
            ask(async move { client.list_sinks().await })
                .map(|sinks| sinks.into_iter().map(Into::into).collect())
        };
        devices.unwrap_or_default()
    }
}

impl ServerEndpoint {
    /// The device's name.
    pub fn name(&self) -> &str {
        &self.device.name
    }

    /// Whether this input hears what that output plays, and nothing else.
    pub fn hears(&self, output: &Self) -> bool {
        self.device.monitored == Some(output.device.index)
    }

    /// What will run: the server converts to and from whatever the device has, so little is beyond it.
    pub fn negotiate(&self, rate_hz: Option<u32>, block_frames: Option<u32>) -> Negotiated {
        let (min_frames, max_frames) = BLOCKS_FRAMES;
        let (min_hz, max_hz) = RATES_HZ;
        Negotiated {
            rate_hz: rate_hz.unwrap_or(self.device.rate_hz).clamp(min_hz, max_hz),
            channels: CHANNELS,
            block_frames: block_frames.unwrap_or(choice::DEFAULT_BLOCK_FRAMES).clamp(min_frames, max_frames),
            is_block_fixed: true,
            format: cpal::SampleFormat::F32,
        }
    }

    /// Lets the device call `body` with what it hears.
    pub fn listen(
        &self,
        negotiated: &Negotiated,
        body: InputBody,
        counters: &Arc<Counters>,
    ) -> Result<ServerStream, Problem> {
        ServerStream::record(&self.client, self.device.index, negotiated, body, counters)
            .map_err(|error| self.not_started(&error))
    }

    /// Lets the device call `body` for what to play.
    pub fn play(
        &self,
        negotiated: &Negotiated,
        body: OutputBody,
        counters: &Arc<Counters>,
    ) -> Result<ServerStream, Problem> {
        ServerStream::play(&self.client, self.device.index, negotiated, body, counters)
            .map_err(|error| self.not_started(&error))
    }

    fn not_started(&self, error: &ClientError) -> Problem {
        not_started(self.is_input, &self.device.name, &error.to_string())
    }
}

impl ServerDevice {
    fn new(
        index: u32,
        id: &CStr,
        name: Option<&CString>,
        format: SampleSpec,
        monitored: Option<u32>,
    ) -> Self {
        let text = |text: &CStr| text.to_string_lossy().into_owned();
        let (id, name) = (text(id), text(name.map_or(id, CString::as_c_str)));
        Self { index, id, name, rate_hz: format.sample_rate, monitored }
    }

    fn is_named(&self, name: &str) -> bool {
        self.id.eq_ignore_ascii_case(name) || self.name.eq_ignore_ascii_case(name)
    }
}

impl From<pulseaudio::protocol::SinkInfo> for ServerDevice {
    fn from(sink: pulseaudio::protocol::SinkInfo) -> Self {
        Self::new(sink.index, &sink.name, sink.description.as_ref(), sink.sample_spec, None)
    }
}

impl From<pulseaudio::protocol::SourceInfo> for ServerDevice {
    fn from(source: pulseaudio::protocol::SourceInfo) -> Self {
        let monitored = source.monitor_of_sink_index;
        Self::new(source.index, &source.name, source.description.as_ref(), source.sample_spec, monitored)
    }
}

/// What the streams' samples are.
fn sample_spec(rate_hz: u32) -> SampleSpec {
    SampleSpec { format: SampleFormat::Float32Le, channels: CHANNELS as u8, sample_rate: rate_hz }
}

/// The secret by which the server knows its user's programs.
fn cookie() -> Vec<u8> {
    let configured = || Some(PathBuf::from(std::env::var_os("XDG_CONFIG_HOME")?).join("pulse/cookie"));
    let path = pulseaudio::cookie_path_from_env().or_else(configured);
    path.and_then(|path| std::fs::read(path).ok()).unwrap_or_else(|| vec![0; COOKIE_BYTES])
}

/// Waits for the server's answer, within reason. Not for the audio thread.
fn ask<T: Send + 'static>(
    question: impl Future<Output = Result<T, ClientError>> + Send + 'static,
) -> Result<T, ClientError> {
    within(ANSWER_LIMIT, || block_on(question))
}

/// A server that hangs never answers; who waits for it is left behind.
fn within<T: Send + 'static>(
    limit: Duration,
    action: impl FnOnce() -> Result<T, ClientError> + Send + 'static,
) -> Result<T, ClientError> {
    let (answer, answered) = mpsc::channel();
    thread::spawn(move || {
        let _ = answer.send(action());
    });
    answered.recv_timeout(limit).unwrap_or(Err(ClientError::Disconnected))
}
