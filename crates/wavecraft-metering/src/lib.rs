//! Levels on their way from the audio thread to everyone else.
//!
//! The audio thread owns a [`MeterWriter`], which measures what goes into and comes out of a processor: the peak and the
//! true RMS (the root of the mean square) of each channel. About sixty times a second, whatever the block size, what has
//! accumulated becomes a [`LevelFrame`] and goes into a ring of [`RING_FRAMES`] frames. Any thread drains the ring
//! through a [`MeterReader`], of which there may be any number, so that an editor can be opened again and again.
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

mod level;
#[cfg(feature = "protocol")]
mod protocol;
mod reader;
mod writer;

pub use level::{ChannelLevel, LevelFrame};
pub use reader::MeterReader;
pub use writer::MeterWriter;

/// How many frames wait between the writer and a reader before new ones are dropped: about a second's worth.
pub const RING_FRAMES: usize = 64;

/// How many frames a second the writer makes, about.
pub const FRAMES_PER_SECOND: f64 = 60.0;

/// A writer for the audio thread, at a sample rate in Hz, and a reader for everyone else.
pub fn meters(sample_rate_hz: f32) -> (MeterWriter, MeterReader) {
    let (producer, consumer) = rtrb::RingBuffer::new(RING_FRAMES);
    let reader = MeterReader::new(consumer);
    (MeterWriter::new(sample_rate_hz, producer, reader.dropped_counter()), reader)
}
