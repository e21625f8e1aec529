//! An audio plugin with a web interface, in its shortest form: its parameters, and one function for its sound.
//!
//! ```
//! use wavecraft_plugin::prelude::*;
//!
//! #[derive(Parameters)]
//! pub struct GainParameters {
//!     #[parameter(decibels("Gain", -60.0..=12.0, 0.0))]
//!     gain: Decibels,
//! }
//!
//! #[derive(Default)]
//! pub struct Gain;
//!
//! impl AudioPlugin for Gain {
//!     const INFO: Info = Info {
//!         name: "Gain",
//!         vendor: "Example",
//!         clap_id: "com.example.gain",
//!         vst3_id: *b"ExampleGain00001",
//!         ..info!(Effect)
//!     };
//!     type Parameters = GainParameters;
//!
//!     fn process(&mut self, block: &mut Block, parameters: &GainParameters) {
//!         block.for_each_frame(|frame| {
//!             let gain = parameters.gain.next_gain();
//!             frame.iter_mut().for_each(|sample| *sample *= gain);
//!         });
//!     }
//! }
//!
//! export!(Gain);
//! # fn main() {}
//! ```
//!
//! A meter of the plugin's own is one more field, `#[meter(gain_reduction("Gain reduction", -24.0))] reduction: Meter`, which
//! [`process`](AudioPlugin::process) writes: `parameters.reduction.write(gain_db)`. See [`meter`] for the kinds.
//! A point of its sound that the page shows is another, `#[signal(spectrum("Before"))] before: Signal`, written by
//! `parameters.before.write(block.channels())`; see [`signal`].
//!
//! What every plugin has is here: a bypass that is exact and does not click, levels before and after, latency as the host
//! wants to be told of it, states that are refused whole when they are broken, the page in the host's window, CLAP, VST3, the
//! standalone program, and what the development server loads.
//!
//! # The longer form
//!
//! Underneath stands a [`nice_plug::prelude::Plugin`]: [`Hosted`] makes one of any [`AudioPlugin`]. Whoever needs what the
//! short form does not have implements that trait, and keeps parameters, sound and page as they are.
//!
//! # Realtime safety
//!
//! [`AudioPlugin::process`] and [`AudioPlugin::reset`] run on the audio thread. What this crate does around them neither
//! allocates nor waits.

mod block;
mod bypass;
mod events;
mod export;
mod hosted;
mod info;
mod layout;
mod measurements;
mod parameters;
mod piece;
mod plugin;
#[cfg(feature = "session")]
mod session;

pub use block::Block;
#[cfg(feature = "standalone")]
pub use export::standalone;
#[cfg(not(feature = "standalone"))]
pub use export::without_standalone as standalone;
pub use export::{Exported, assert_factory_presets_fit};
pub use hosted::{Hosted, InstanceTask};
pub use info::{Info, Kind, Window};
pub use layout::Layout;
pub use measurements::Measurements;
pub use nice_plug;
pub use plugin::{Activation, AudioPlugin};
pub use wavecraft_derive::{Choose, Parameters};
pub use wavecraft_metering::{Meter, Signal, loudness, meter, signal};
pub use wavecraft_nice_plug;
pub use wavecraft_nice_plug::declare;
/// Runs a plugin without a host, for tests: `HeadlessPlugin::<Hosted<MyPlugin>>::new()`.
#[doc(inline)]
pub use wavecraft_nice_plug::driver;
pub use wavecraft_nice_plug::state::{ParamValue, SavedValues, StateError, Version};

/// Everything that a plugin's sources need.
pub mod prelude {
    pub use crate::declare::{
        Choice, Choose, Decibels, Frequency, Integer, Number, Parameter, Percent, Ratio, Time, Toggle,
        choice, decibels, frequency, integer, number, percent, ratio, time, toggle,
    };
    pub use crate::{
        Activation, AudioPlugin, Block, Choose, Info, Kind, Layout, Measurements, Meter, ParamValue,
        Parameters, SavedValues, Signal, StateError, Version, Window, export, info,
    };
    pub use nice_plug::midi::{Channel, Key, VoiceID};
    pub use nice_plug::prelude::{MidiConfig, NoteEvent, Transport};
    pub use nice_plug::util::{db_to_gain, gain_to_db, midi_key_to_freq};
}
