//! Live audio around one block processor: devices, sound files and test signals in, devices or files out.
//!
//! [`AudioEngine`] keeps it running as its [`AudioOptions`] ask: it opens the devices, watches them, opens them again
//! when they were lost, and lets other processors take over without a gap. What it runs is a [`BlockProcessor`], which a
//! [`ProcessorSource`] makes; how it goes is told to an [`EngineListener`].
//!
//! The crate knows no plugin framework, no protocol and no async runtime.
//!
//! # Threads
//!
//! | thread | owns | touches |
//! |---|---|---|
//! | the input device's, or the timer's | the processor, buffers, the ring's writing end | writes meters and counters |
//! | the output device's | the ring's reading end (the processor, where no input device is the clock) | counters |
//! | the audio supervisor's | the streams | opens and closes; makes and drops processors; calls the listener |
//!
//! Whatever reaches a device's thread was allocated before, and whatever leaves it is dropped by the supervisor. The
//! streams end before the processor that is in them.
//!
//! # When something is missing
//!
//! | | [`EngineState`] | levels |
//! |---|---|---|
//! | a processor, an input and an output | `FullDuplex`, or `Degraded` if not all is as asked | yes |
//! | no output | `InputOnly` | yes |
//! | no input device, or no processor | `Failed` | none, never invented |
//!
//! A device that comes back is picked up again.
//!
//! # Example
//!
//! A processor that halves a test signal, until its levels have come:
//!
//! ```
//! use std::sync::mpsc;
//! use std::time::Duration;
//!
//! use wavecraft_audio::{
//!     AudioEngine, AudioOptions, AudioOutput, AudioProblem, BlockInput, BlockProcessor, EngineListener, EngineStatus,
//!     PlayedMidi, Preparation, ProcessorSource,
//! };
//! use wavecraft_metering::MeterReader;
//!
//! struct Halve;
//!
//! impl BlockProcessor for Halve {
//!     fn process(&mut self, channels: &mut [&mut [f32]], _: &BlockInput<'_>, _: &mut PlayedMidi) {
//!         channels.iter_mut().flat_map(|channel| channel.iter_mut()).for_each(|sample| *sample *= 0.5);
//!     }
//! }
//!
//! impl ProcessorSource for Halve {
//!     fn create(&mut self, _: Preparation) -> Result<Box<dyn BlockProcessor>, AudioProblem> {
//!         Ok(Box::new(Halve))
//!     }
//! }
//!
//! struct Listener(mpsc::Sender<MeterReader>);
//!
//! impl EngineListener for Listener {
//!     fn status_changed(&mut self, status: &EngineStatus) {
//!         println!("{:?}", status.state);
//!     }
//!
//!     fn meters_changed(&mut self, reader: Option<MeterReader>) {
//!         reader.into_iter().for_each(|reader| self.0.send(reader).unwrap_or_default());
//!     }
//! }
//!
//! let (listener, readers) = mpsc::channel();
//! let options =
//!     AudioOptions { input: "sine:1000".parse()?, output: AudioOutput::None, ..AudioOptions::default() };
//! let engine = AudioEngine::start(options, Box::new(Halve), Box::new(Listener(listener)))?;
//! let reader = readers.recv_timeout(Duration::from_secs(10))?;
//! let frame = loop {
//!     match reader.drain() {
//!         Some(frame) => break frame,
//!         None => std::thread::sleep(Duration::from_millis(5)),
//!     }
//! };
//! assert!((frame.output[0].peak - frame.input[0].peak / 2.0).abs() < 1e-6);
//! engine.stop();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]
#![cfg_attr(not(feature = "devices"), allow(dead_code, reason = "what only devices use"))]

mod accompaniment;
mod callbacks;
mod controller_values;
mod counters;
mod crossfade;
#[cfg(feature = "devices")]
mod devices;
#[cfg(not(feature = "devices"))]
mod devices_absent;
mod drift_resampler;
mod engine;
mod fade_in;
mod frame_ring;
mod instance_exchange;
mod interpolator;
mod midi_file;
mod midi_ring;
mod midi_state;
mod options;
mod played_midi;
mod problem;
mod processor;
mod processor_instance;
mod processor_slot;
mod recorder;
mod replacement;
mod session;
mod side_chain;
mod side_stream;
mod signal;
mod song_player;
mod sound_file;
mod status;
mod stream_settings;
mod stream_watch;
mod supervisor;
mod timer;

pub use controller_values::ControllerValues;
#[cfg(feature = "devices")]
pub use devices::list_devices;
#[cfg(not(feature = "devices"))]
use devices_absent as devices;
pub use engine::AudioEngine;
pub use midi_file::{MidiFileError, Song};
pub use midi_ring::{MidiConnection, MidiInputs};
pub use options::{
    AudioBackend, AudioInput, AudioOptions, AudioOutput, MidiInput, MidiOutput, parse_tempo_bpm,
};
pub use played_midi::PlayedMidi;
pub use problem::{AudioProblem, AudioProblemKind};
pub use processor::{BlockInput, BlockProcessor, Preparation, ProcessorSource};
pub use processor_instance::try_out;
pub use replacement::{ProcessorReplacer, ReplaceError};
pub use side_chain::SideChainInput;
pub use signal::{TestSignal, UnknownSignal};
pub use sound_file::{
    RiffChunk, SAMPLE_RATES_HZ, SampleFormat, SoundFileError, SoundFileReader, SoundFileWarning,
    SoundFileWriter, WriterSettings, is_same_file,
};
pub use status::{AudioRoute, EngineListener, EngineState, EngineStatus, Recorded};
pub use wavecraft_events::{DEFAULT_TEMPO_BPM, MidiError, MidiEvent, TransportInfo};
