//! What pages see of a plugin's signals: spectra and waveforms. For any thread but the audio thread.
//!
//! [`SignalAnalyser`] keeps what pages have subscribed to, and makes it anew about 30 times a second out of whatever a
//! [`SignalSource`] reads. Each signal is transformed once, however many pages see it; what belongs to a resolution is made once
//! for each resolution.

mod analyser;
mod source;
mod spectrum;
mod view;
mod waveform;

pub use analyser::{SignalAnalyser, SignalSubscription};
pub use source::{SignalRead, SignalReaders, SignalSource};
pub use spectrum::{AXIS_HZ, FLOOR_DB};
pub use waveform::DURATION_MS;
