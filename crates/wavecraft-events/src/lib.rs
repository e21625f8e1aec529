//! What comes with a block of sound beside its samples: MIDI channel messages, and where the song is.
//!
//! Both are plain numbers in C's layout, so that they go through rings and across the boundary to a plugin's library as they
//! are. The crate knows nothing else.

#![forbid(unsafe_code)]

mod midi;
mod transport;

pub use midi::{MidiError, MidiEvent};
pub use transport::{DEFAULT_TEMPO_BPM, TransportInfo};
