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
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use futures_executor::block_on;
use nix::sys::signal::SigSet;
use pulseaudio::protocol::{ChannelMap, DEFAULT_SINK, DEFAULT_SOURCE, SampleFormat, SampleSpec};
use pulseaudio::{Client, ClientError};
use tracing::debug;

pub(crate) use self::stream::ServerStream;
use self::stream::{CHANNELS, Target};
use super::{Found, StreamSettings, StreamWish, choice, not_started};
use crate::callbacks::{InputCallback, OutputCallback};
use crate::counters::Counters;
use crate::problem::OpenFailure;

/// How long the server may take to answer, before it counts as gone.
const ANSWER_LIMIT: Duration = Duration::from_secs(2);

/// How many threads may wait for a server's word at once. One does while a server answers; more are left behind by one that
/// hangs.
const MAX_WAITING: usize = 4;

/// The length of the secret that a client shows, in bytes. Servers that ask for none want one of this length all the same.
const COOKIE_BYTES: usize = 256;

/// The blocks that are asked for, in frames: what lies beyond is no use to anybody.
const BLOCKS_FRAMES: (u32, u32) = (32, 16_384);

/// The rates that a server converts to and from, in Hz.
const RATES_HZ: (u32, u32) = (1_000, 384_000);

/// A connection to the server. It closes some time after the last of its streams has gone.
pub(crate) struct SoundServer {
    client: Client,
}

/// One of its devices: a source, which hears, or a sink, which plays.
pub(crate) struct ServerEndpoint {
    client: Client,
    device: ServerDevice,
    is_input: bool,
    /// Whether it was asked for by its name. Then the server may put no other in its place when it goes.
    is_named: bool,
}

/// What the server says of a device.
struct ServerDevice {
    index: u32,
    id: String,
    name: String,
    rate_hz: u32,
    channels: ChannelMap,
    /// Of a source that hears what a sink plays: that sink.
    monitored: Option<u32>,
}

impl SoundServer {
    /// What people call it, whoever speaks its language.
    pub const NAME: &str = "PulseAudio";

    /// The server, if one runs and answers. It calls this program `client_name`.
    pub fn connect(client_name: &str) -> Option<Self> {
        Self::connect_to(pulseaudio::socket_path_from_env()?, client_name)
    }

    fn connect_to(path: PathBuf, client_name: &str) -> Option<Self> {
        // A name with a zero in it ends before that.
        let name = client_name.split('\0').next().unwrap_or_default();
        let name = CString::new(name).unwrap_or_default();
        let connected = within(ANSWER_LIMIT, move || {
            // The connection's thread inherits this. A signal that interrupts it would end the connection.
            if let Err(error) = SigSet::all().thread_block() {
                debug!(%error, "a signal may interrupt the sound");
            }
            Client::new_unix(&name, UnixStream::connect(path)?, Some(cookie()))
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
        Some(ServerEndpoint { client: self.client.clone(), device, is_input, is_named: name.is_some() })
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
    pub fn is_monitor_of(&self, output: &Self) -> bool {
        self.device.monitored == Some(output.device.index)
    }

    /// What will run: the server converts to and from whatever the device has, so little is beyond it.
    pub fn negotiate(&self, wish: StreamWish) -> StreamSettings {
        let StreamWish { rate_hz, block_frames, least_channels } = wish;
        let (min_frames, max_frames) = BLOCKS_FRAMES;
        let (min_hz, max_hz) = RATES_HZ;
        StreamSettings {
            rate_hz: rate_hz.unwrap_or(self.device.rate_hz).clamp(min_hz, max_hz),
            channels: if least_channels > usize::from(CHANNELS) { self.all_channels() } else { CHANNELS },
            block_frames: block_frames.unwrap_or(choice::DEFAULT_BLOCK_FRAMES).clamp(min_frames, max_frames),
            is_block_fixed: true,
            format: cpal::SampleFormat::F32,
        }
    }

    /// As many channels as the device itself has, but two if that is fewer.
    fn all_channels(&self) -> u16 {
        u16::from(self.device.channels.num_channels()).max(CHANNELS)
    }

    /// Lets the device call `callback` with what it hears.
    pub fn start_input(
        &self,
        settings: &StreamSettings,
        callback: InputCallback,
        counters: &Arc<Counters>,
    ) -> Result<ServerStream, OpenFailure> {
        let channels = (settings.channels > CHANNELS).then_some(self.device.channels);
        ServerStream::record(self.target(), settings, channels, callback, counters)
            .map_err(|error| self.not_started(&error))
    }

    /// Lets the device call `callback` for what to play.
    pub fn start_output(
        &self,
        settings: &StreamSettings,
        callback: OutputCallback,
        counters: &Arc<Counters>,
    ) -> Result<ServerStream, OpenFailure> {
        ServerStream::play(self.target(), settings, callback, counters)
            .map_err(|error| self.not_started(&error))
    }

    fn target(&self) -> Target<'_> {
        Target { client: &self.client, device_index: self.device.index, is_fixed: self.is_named }
    }

    fn not_started(&self, error: &ClientError) -> OpenFailure {
        not_started(self.is_input, &self.device.name, &error.to_string())
    }
}

impl ServerDevice {
    fn new(
        index: u32,
        id: &CStr,
        name: Option<&CString>,
        format: SampleSpec,
        channels: ChannelMap,
        monitored: Option<u32>,
    ) -> Self {
        let text = |text: &CStr| text.to_string_lossy().into_owned();
        let (id, name) = (text(id), text(name.map_or(id, CString::as_c_str)));
        Self { index, id, name, rate_hz: format.sample_rate, channels, monitored }
    }

    fn is_named(&self, name: &str) -> bool {
        self.id.eq_ignore_ascii_case(name) || self.name.eq_ignore_ascii_case(name)
    }
}

impl From<pulseaudio::protocol::SinkInfo> for ServerDevice {
    fn from(sink: pulseaudio::protocol::SinkInfo) -> Self {
        Self::new(sink.index, &sink.name, sink.description.as_ref(), sink.sample_spec, sink.channel_map, None)
    }
}

impl From<pulseaudio::protocol::SourceInfo> for ServerDevice {
    fn from(source: pulseaudio::protocol::SourceInfo) -> Self {
        let monitored = source.monitor_of_sink_index;
        Self::new(
            source.index,
            &source.name,
            source.description.as_ref(),
            source.sample_spec,
            source.channel_map,
            monitored,
        )
    }
}

/// What the streams' samples are.
fn sample_spec(settings: &StreamSettings) -> SampleSpec {
    let channels = settings.channels as u8;
    SampleSpec { format: SampleFormat::Float32Le, channels, sample_rate: settings.rate_hz }
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

/// Waits for an action that a server which hangs never ends. The thread that is left behind then waits on; once there are a
/// few of them, nothing more is asked.
fn within<T: Send + 'static>(
    limit: Duration,
    action: impl FnOnce() -> Result<T, ClientError> + Send + 'static,
) -> Result<T, ClientError> {
    let waiting = Waiting::begin().ok_or(ClientError::Disconnected)?;
    let (answer, answered) = mpsc::channel();
    thread::spawn(move || {
        let _waiting = waiting;
        let _ = answer.send(action());
    });
    answered.recv_timeout(limit).unwrap_or(Err(ClientError::Disconnected))
}

/// How many threads wait for a server's word.
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// One of them, for as long as it is there.
struct Waiting;

impl Waiting {
    /// `None` if too many wait already.
    fn begin() -> Option<Self> {
        let one_more = |waiting| (waiting < MAX_WAITING).then_some(waiting + 1);
        WAITING.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).ok().map(|_| Self)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        WAITING.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;
    use std::time::Instant;

    use super::*;

    /// How many threads this process has.
    fn threads() -> usize {
        std::fs::read_dir("/proc/self/task").unwrap().count()
    }

    #[test]
    fn a_server_that_hangs_leaves_a_few_threads_behind_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("native");
        // It takes connections and never says a word.
        let _server = UnixListener::bind(&path).unwrap();
        let before = threads();
        let started = Instant::now();
        for _ in 0..20 {
            assert!(SoundServer::connect_to(path.clone(), "test").is_none());
        }
        assert!(threads() <= before + MAX_WAITING, "{} threads more", threads() - before);
        assert!(started.elapsed() < ANSWER_LIMIT * (MAX_WAITING as u32 + 1), "{:?}", started.elapsed());
    }
}
