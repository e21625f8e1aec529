//! A device that the side chain hears alone: it comes and goes without the rest.

use std::sync::Arc;
use std::time::Instant;

use crate::callbacks::InputCallback;
use crate::counters::Counters;
use crate::devices::{Endpoint, Stream, StreamWish};
use crate::drift_resampler::{DriftResampler, DriftResamplerSpec};
use crate::frame_ring::frame_ring;
use crate::problem::{AudioProblem, AudioProblemKind, OpenFailure};
use crate::stream_watch::StreamWatch;

/// The stream. Dropping it ends it; what reads from it hears silence then.
pub(crate) struct SideStream {
    _stream: Stream,
    counters: Arc<Counters>,
    watch: StreamWatch,
    description: String,
}

impl SideStream {
    /// Starts to hear a device, and returns what reads it in blocks of this length at this rate.
    pub fn start(
        endpoint: &Endpoint,
        wish: StreamWish,
        rate_hz: u32,
        block_frames: usize,
    ) -> Result<(Self, DriftResampler), OpenFailure> {
        let heard = endpoint.negotiate(wish)?;
        let counters = Arc::new(Counters::default());
        let input_block_frames = heard.block_frames as usize;
        let spec = DriftResamplerSpec {
            input_rate_hz: heard.rate_hz,
            output_rate_hz: rate_hz,
            input_block_frames,
            output_block_frames: block_frames,
        };
        let (writer, reader) = frame_ring(spec.capacity_frames(), input_block_frames, Arc::clone(&counters));
        let reader = DriftResampler::new(reader, &spec, Arc::clone(&counters));
        let channels = usize::from(heard.channels);
        let callback = InputCallback::forwarding(writer, channels, input_block_frames, Arc::clone(&counters));
        let stream = endpoint.start_input(&heard, callback, &counters)?;
        let description = heard.description(&endpoint.name());
        let watch = StreamWatch::new(Instant::now());
        Ok((Self { _stream: stream, counters, watch, description }, reader))
    }

    /// The device, for people.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Whether the device has gone, or no longer calls. To be asked now and then.
    pub fn is_lost(&mut self) -> bool {
        self.watch.is_lost(self.counters.input(), crate::session::SILENCE_LIMIT, Instant::now())
    }

    /// That it has gone, for people.
    pub fn problem(&self) -> AudioProblem {
        AudioProblem::new(
            AudioProblemKind::NoInputDevice,
            format!("the side chain is silent: \"{}\" has gone", self.description),
            Some("connect it again; it is heard once it is back"),
        )
    }
}
