//! Levels on their way from the audio thread to everyone else.
//!
//! The audio thread owns a [`MeterWriter`], which measures what goes into and comes out of a processor: the peak and the
//! true RMS (the root of the mean square) of each channel. About sixty times a second, whatever the block size, what has
//! accumulated becomes a [`LevelFrame`] and goes into a ring of [`RING_FRAMES`] frames. Any thread drains the ring
//! through a [`MeterReader`], of which there may be any number, so that an editor can be opened again and again.
//!
//! A plugin may have [`Meter`]s of its own besides, such as its gain reduction. It writes them while it processes, and what
//! they have come to leaves with each level frame.
//!
//! Besides, a plugin may have [`Signal`]s: points of its sound that pages see as a spectrum or a waveform. They are copied while
//! somebody listens, and cost one load otherwise; what is made of them, with the feature `analysis`, is made elsewhere.
//!
//! [`loudness`] measures what people hear as loud, for a meter of a plugin's own or for what a plugin makes of it.
//!
//! # Realtime safety
//!
//! The ring is allocated once, by [`meters`]. The writer never allocates, blocks or fails. When the ring is full, because
//! nobody reads, the newest frame is dropped and counted; what is in the ring stays.
//!
//! # Example
//!
//! ```
//! let (mut writer, reader) = wavecraft_metering::meters(48_000.0);
//!
//! // On the audio thread: halve the signal, and measure both sides of that.
//! let (mut left, mut right) = ([0.5_f32; 1_024], [-0.25_f32; 1_024]);
//! writer.process_metered(&mut [&mut left, &mut right], |channels| {
//!     for sample in channels.iter_mut().flat_map(|channel| channel.iter_mut()) {
//!         *sample *= 0.5;
//!     }
//! });
//!
//! // On any other thread, now and then:
//! let frame = reader.drain().expect("1,024 frames are more than a sixtieth of a second");
//! assert_eq!(frame.input[0].peak, 0.5);
//! assert_eq!(frame.output[1].rms, 0.125);
//! ```

#[cfg(feature = "analysis")]
pub mod analysis;
mod level;
pub mod loudness;
pub mod meter;
#[cfg(feature = "protocol")]
mod protocol;
mod reader;
pub mod signal;
mod writer;

pub use level::{ChannelLevel, LevelFrame};
pub use meter::{Meter, MeterDescription, MeterKind};
pub use reader::MeterReader;
pub use signal::{Signal, SignalDescription, SignalKind, SignalListener, SignalPosition, SignalSet};
pub use writer::MeterWriter;

use meter::MeterSet;

/// How many frames wait between the writer and a reader before new ones are dropped: about a second's worth.
pub const RING_FRAMES: usize = 64;

/// How many frames a second the writer makes, about.
pub const FRAMES_PER_SECOND: f64 = 60.0;

/// A writer for the audio thread, at a sample rate in Hz, and a reader for everyone else: of levels before and after alone.
pub fn meters(sample_rate_hz: f32) -> (MeterWriter, MeterReader) {
    meters_with_own(sample_rate_hz, [])
}

/// The same with meters of the plugin's own, each under its id, whose values leave with the levels. Ids must differ.
pub fn meters_with_own<'a>(
    sample_rate_hz: f32,
    own: impl IntoIterator<Item = (&'a str, Meter)>,
) -> (MeterWriter, MeterReader) {
    let (descriptions, own): (Vec<_>, Vec<_>) =
        own.into_iter().map(|(id, meter)| (meter.describe(id), meter)).unzip();
    let own = MeterSet::new(own);
    let kinds = own.kinds();
    let (levels_producer, levels) = rtrb::RingBuffer::new(RING_FRAMES);
    let (values_producer, values) = rtrb::RingBuffer::new(RING_FRAMES * kinds.len());
    let reader = MeterReader::new(levels, values, descriptions, kinds);
    let writer =
        MeterWriter::new(sample_rate_hz, levels_producer, values_producer, own, reader.dropped_counter());
    (writer, reader)
}
