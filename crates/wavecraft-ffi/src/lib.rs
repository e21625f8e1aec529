//! The boundary between a plugin's library and the development server.
//!
//! - [`vtable`] is the contract, in C's terms. Both sides are compiled against it, and against the [`description`].
//! - [`PluginLibrary`] loads a library, checks what it offers, and says what is missing.
//! - [`PluginParamLoader`] reads the descriptions of its parameters, [`PluginDescription::load`] what else there is to know.
//! - [`FfiProcessor`] is an instance of the plugin, for the audio thread.
//!
//! Everything but the contract is behind the feature `loader`, which is on by default; a plugin does without.
//! This crate knows no audio framework and no async runtime. It logs nothing: what there is to say is in its
//! errors, in [`Capability`] and in [`PanicWatch`].
//!
//! # Who holds what
//!
//! 1. Each [`FfiProcessor`] holds its [`PluginLibrary`], so an instance always ends before its library, in
//!    whatever order the variables of a program are dropped.
//! 2. The audio thread owns one [`FfiProcessor`], made and prepared elsewhere, and gives it back to be
//!    dropped elsewhere.
//! 3. Whoever converts texts owns another one, which need not be prepared.
//! 4. Whoever wants to hand on what the instance keeps beyond its parameters opens a [`StateReader`] before the audio
//!    thread gets the instance, and reads it at any time; likewise an [`FfiMeterReader`] for its
//!    meters and an [`FfiSignalReader`] for its signals.
//! 5. Anyone may keep a [`PanicWatch`], to tell the user once that an instance passes its input through.
//!
//! # Which library can do what
//!
//! | the library | what comes of it |
//! |---|---|
//! | version 2, that or a later one | [`Capability::Live`] |
//! | version 1; no version 2, or one that cannot be used | [`Capability::DefaultsOnly`], which says why |
//! | parameters, but no processor that can be used | [`Capability::NoProcessor`], which says why |
//! | nothing that is known | [`LoadError::NotAPlugin`] |
//! | not there, not a library, for another system, cut short | the other [`LoadError`]s |
//!
//! # Example
//!
//! A plugin that halves what it hears. It is in this program here; usually it is
//! `PluginLibrary::load("target/debug/libplugin.so".as_ref())?`.
//!
//! ```
//! use std::ffi::c_void;
//! use wavecraft_ffi::vtable::{DevProcessorVTable, PluginSymbols};
//! use wavecraft_ffi::{FfiProcessor, PluginLibrary};
//!
//! extern "C" fn create() -> *mut c_void {
//!     Box::into_raw(Box::new(0.5_f32)).cast()
//! }
//!
//! unsafe extern "C" fn process(
//!     instance: *mut c_void,
//!     channels: *mut *mut f32,
//!     num_channels: u32,
//!     num_samples: u32,
//! ) {
//!     // SAFETY: as the contract says.
//!     unsafe {
//!         let gain = *instance.cast::<f32>();
//!         for &channel in std::slice::from_raw_parts(channels, num_channels as usize) {
//!             let samples = std::slice::from_raw_parts_mut(channel, num_samples as usize);
//!             samples.iter_mut().for_each(|sample| *sample *= gain);
//!         }
//!     }
//! }
//!
//! extern "C" fn set_sample_rate(_instance: *mut c_void, _sample_rate_hz: f32) {}
//! extern "C" fn reset(_instance: *mut c_void) {}
//!
//! unsafe extern "C" fn drop_instance(instance: *mut c_void) {
//!     // SAFETY: made by `create`.
//!     drop(unsafe { Box::from_raw(instance.cast::<f32>()) });
//! }
//!
//! extern "C" fn table() -> DevProcessorVTable {
//!     DevProcessorVTable {
//!         version: 1,
//!         create: Some(create),
//!         process: Some(process),
//!         set_sample_rate: Some(set_sample_rate),
//!         reset: Some(reset),
//!         drop: Some(drop_instance),
//!     }
//! }
//!
//! let symbols = PluginSymbols { dev_create_processor: Some(table), ..PluginSymbols::default() };
//! // SAFETY: the functions above keep to the contract.
//! let library = unsafe { PluginLibrary::linked("half", symbols) };
//! assert!(library.capability().to_string().starts_with("parameters stay at their defaults"));
//!
//! let mut processor = FfiProcessor::create(&library)?;
//! processor.prepare(48_000.0, 128, 2)?;
//! let (mut left, mut right) = ([1.0; 1_000], [-1.0; 1_000]);
//! processor.process(&mut [&mut left, &mut right])?;
//! assert_eq!((left[999], right[999]), (0.5, -0.5));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod description;
pub mod vtable;

#[cfg(feature = "loader")]
mod capability;
#[cfg(feature = "loader")]
mod error;
#[cfg(feature = "loader")]
mod functions;
#[cfg(feature = "loader")]
mod image;
#[cfg(feature = "loader")]
mod library;
#[cfg(feature = "loader")]
mod meter_reader;
#[cfg(feature = "loader")]
mod panic_watch;
#[cfg(feature = "loader")]
mod params;
#[cfg(feature = "loader")]
mod plugin_description;
#[cfg(feature = "loader")]
mod processor;
#[cfg(feature = "loader")]
mod signal_reader;
#[cfg(feature = "loader")]
mod sink;
#[cfg(feature = "loader")]
mod state_reader;

pub use self::description::PluginDescription;
pub use self::vtable::MAX_CHANNELS;
#[cfg(feature = "loader")]
pub use self::{
    capability::{Capability, TableProblem},
    error::{DescriptionError, FfiProcessError, FfiStateError, LoadError, ParamLoadError, ProcessorError},
    library::PluginLibrary,
    meter_reader::FfiMeterReader,
    panic_watch::PanicWatch,
    params::PluginParamLoader,
    processor::{BlockInput, FfiProcessor},
    signal_reader::FfiSignalReader,
    state_reader::StateReader,
};
pub use wavecraft_events::{DEFAULT_TEMPO_BPM, MidiError, MidiEvent, TransportInfo};
