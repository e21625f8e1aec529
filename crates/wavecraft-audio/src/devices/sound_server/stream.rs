//! Streams of a sound server.
//!
//! Guarantees of what runs in its callbacks: everything was allocated before; bytes are converted, and the callbacks called. The connection around it belongs to the crate `pulseaudio`, whose thread is an ordinary one: that is why more
//! than one block waits in the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use futures_executor::block_on;
use pulseaudio::protocol::stream::{BufferAttr, StreamFlags};
use pulseaudio::protocol::{ChannelMap, ChannelPosition, PlaybackStreamParams, RecordStreamParams};
use pulseaudio::{AsPlaybackSource, Client, ClientError, PlaybackStream, RecordStream};

use super::blocks::{SAMPLE_BYTES, fill_blocks, take_blocks};
use super::{StreamSettings, ask, sample_spec, within};
use crate::callbacks::{InputCallback, OutputCallback};
use crate::counters::Counters;

/// The channels of a stream where nobody asks for more; the server brings them to what the device has.
pub(crate) const CHANNELS: u16 = 2;

/// How many blocks wait to be played, in the server and its device. Of the time beyond two requests the server gives half
/// to the device.
const PLAYED_BLOCKS: usize = 3;

/// How often a stream is asked how it fares.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);

/// How long a stream may take to end, so that the program ends within a second even where the server hangs.
const END_LIMIT: Duration = Duration::from_millis(300);

/// A stream that runs until it is dropped. Dropping it waits, within reason, until its callback is gone.
pub(crate) struct ServerStream {
    kind: Kind,
    is_over: Arc<AtomicBool>,
    watch: JoinHandle<()>,
}

/// What a stream is for.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    pub client: &'a Client,
    pub device_index: u32,
    /// Whether the stream ends when its device goes. Otherwise the server, or whoever uses its mixer, moves it to another.
    pub is_fixed: bool,
}

impl Target<'_> {
    fn flags(self) -> StreamFlags {
        StreamFlags { adjust_latency: true, no_move: self.is_fixed, ..Default::default() }
    }
}

#[derive(Clone)]
enum Kind {
    Recording(RecordStream),
    Playing(PlaybackStream),
}

impl ServerStream {
    /// Lets a source call `callback` with what it hears: in these channels, which are as many as were agreed, or else in stereo.
    pub fn record(
        target: Target<'_>,
        settings: &StreamSettings,
        channels: Option<ChannelMap>,
        mut callback: InputCallback,
        counters: &Arc<Counters>,
    ) -> Result<Self, ClientError> {
        let block_frames = settings.block_frames as usize;
        let buffer_attr = BufferAttr { fragment_size: bytes(settings, block_frames), ..Default::default() };
        let params = RecordStreamParams {
            sample_spec: sample_spec(settings),
            channel_map: channels.unwrap_or_else(stereo),
            source_index: Some(target.device_index),
            buffer_attr,
            flags: target.flags(),
            ..Default::default()
        };
        let lost = LostWhenDropped { counters: Arc::clone(counters), is_input: true };
        let mut samples = samples(settings);
        let heard = move |bytes: &[u8]| {
            let _ = &lost;
            take_blocks(bytes, &mut samples, |block| callback.take(block));
        };
        let client = target.client.clone();
        let stream = ask(async move { client.create_record_stream(params, heard).await })?;
        Ok(Self::start(Kind::Recording(stream), counters))
    }

    /// Lets a sink call `callback` for what to play.
    pub fn play(
        target: Target<'_>,
        settings: &StreamSettings,
        mut callback: OutputCallback,
        counters: &Arc<Counters>,
    ) -> Result<Self, ClientError> {
        let block_frames = settings.block_frames as usize;
        let bytes = |frames: usize| bytes(settings, frames);
        let buffer_attr = BufferAttr {
            target_length: bytes(PLAYED_BLOCKS * block_frames),
            minimum_request_length: bytes(block_frames / 2),
            ..Default::default()
        };
        let params = PlaybackStreamParams {
            sample_spec: sample_spec(settings),
            channel_map: stereo(),
            sink_index: Some(target.device_index),
            buffer_attr,
            flags: target.flags(),
            ..Default::default()
        };
        let lost = LostWhenDropped { counters: Arc::clone(counters), is_input: false };
        let mut samples = samples(settings);
        let fill = move |bytes: &mut [u8]| {
            let _ = &lost;
            fill_blocks(bytes, &mut samples, |block| callback.fill(block));
            bytes.len()
        };
        let client = target.client.clone();
        let stream =
            ask(async move { client.create_playback_stream(params, fill.as_playback_source()).await })?;
        Ok(Self::start(Kind::Playing(stream), counters))
    }

    fn start(kind: Kind, counters: &Arc<Counters>) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let watch = thread::spawn({
            let (kind, is_over, counters) = (kind.clone(), Arc::clone(&is_over), Arc::clone(counters));
            move || watch(&kind, &is_over, &counters)
        });
        Self { kind, is_over, watch }
    }
}

impl Drop for ServerStream {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.watch.thread().unpark();
        let kind = self.kind.clone();
        // The callback owns the processor; where the server is gone, so is the callback.
        let _ = within(END_LIMIT, || {
            block_on(async {
                match kind {
                    Kind::Recording(stream) => stream.delete().await,
                    Kind::Playing(stream) => stream.delete().await,
                }
            })
        });
    }
}

/// Asks the server now and then how the stream fares: it tells by itself of neither gaps nor the end.
fn watch(kind: &Kind, is_over: &AtomicBool, counters: &Counters) {
    let mut played_bytes = 0;
    loop {
        thread::park_timeout(LOOK_INTERVAL);
        if is_over.load(Ordering::Relaxed) {
            return;
        }
        match kind {
            Kind::Recording(stream) => {
                if block_on(stream.timing_info()).is_err() {
                    return counters.input().mark_lost();
                }
            }
            Kind::Playing(stream) => {
                let Ok(timing) = block_on(stream.timing_info()) else {
                    return counters.output().mark_lost();
                };
                // It counts since the newest gap.
                if timing.playing_for < played_bytes {
                    counters.add_underrun();
                }
                played_bytes = timing.playing_for;
            }
        }
    }
}

/// Marks the stream as lost when its callback is dropped: the connection has ended, or the stream was closed, when nobody
/// asks any more.
struct LostWhenDropped {
    counters: Arc<Counters>,
    is_input: bool,
}

impl Drop for LostWhenDropped {
    fn drop(&mut self) {
        let stream = if self.is_input { self.counters.input() } else { self.counters.output() };
        stream.mark_lost();
    }
}

fn stereo() -> ChannelMap {
    ChannelMap::new([ChannelPosition::FrontLeft, ChannelPosition::FrontRight])
}

/// So many frames, in bytes.
fn bytes(settings: &StreamSettings, frames: usize) -> u32 {
    (frames * usize::from(settings.channels) * SAMPLE_BYTES) as u32
}

/// Room for a block, interleaved.
fn samples(settings: &StreamSettings) -> Box<[f32]> {
    vec![0.0; settings.block_frames as usize * usize::from(settings.channels)].into()
}
