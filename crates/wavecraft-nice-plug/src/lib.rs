//! Wavecraft and nice-plug: what any [`Plugin`](nice_plug::prelude::Plugin) gets without code of its own.
//!
//! - [`driver`] runs a plugin without a host, for rendering, live development, benchmarks and tests.
//! - [`declare`] has a constructor for each kind of parameter, with its text both ways.
//! - [`parameters`] describes its parameters in a fixed order, with their text both ways.
//! - [`presets`] checks the presets that a plugin comes with.
//! - [`state`] saves and loads it as nice-plug's wrappers do, and refuses a broken state whole.
//! - [`measured`] is where its meters are found.
//! - [`export`] is what its library exports for the development server.
//! - `editor` (with the feature of the same name) shows its page in the host's window.
//! - [`instance_session`] is what the page and a CLAP host share of an instance.
//! - [`page`] stands between the plugin in its host and its page.
//! - [`denormals`] switches them off.
//! - [`clap_entry`] stands between the plugin and a CLAP host.
//!
//! A gain plugin, turned down by 6 dB in the middle of a block:
//!
//! ```
//! use std::sync::Arc;
//! use nice_plug::prelude::*;
//! use wavecraft_nice_plug::driver::{Activation, HeadlessPlugin, ParameterEvent};
//!
//! #[derive(Params)]
//! struct GainParams {
//!     #[id = "gain"]
//!     gain_db: FloatParam,
//! }
//!
//! struct Gain(Arc<GainParams>);
//!
//! impl Default for Gain {
//!     fn default() -> Self {
//!         let range = FloatRange::Linear { min: -24.0, max: 24.0 };
//!         Self(Arc::new(GainParams { gain_db: FloatParam::new("Gain", 0.0, range).with_unit(" dB") }))
//!     }
//! }
//!
//! impl Plugin for Gain {
//!     const NAME: &'static str = "Gain";
//!     const VENDOR: &'static str = "Example";
//!     const URL: &'static str = "";
//!     const EMAIL: &'static str = "";
//!     const VERSION: &'static str = "1.0.0";
//!     const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[AudioIOLayout {
//!         main_input_channels: Some(new_nonzero_u32(1)),
//!         main_output_channels: Some(new_nonzero_u32(1)),
//!         ..AudioIOLayout::const_default()
//!     }];
//!     const SAMPLE_ACCURATE_AUTOMATION: bool = true;
//!     type Editor = ();
//!     type SysExMessage = ();
//!     type BackgroundTask = ();
//!
//!     fn params(&self) -> Arc<dyn Params> {
//!         self.0.clone()
//!     }
//!
//!     fn process(
//!         &mut self,
//!         buffer: &mut Buffer,
//!         _: &mut AuxiliaryBuffers,
//!         _: &mut impl ProcessContext<Self>,
//!     ) -> ProcessStatus {
//!         let gain = util::db_to_gain(self.0.gain_db.value());
//!         buffer.as_slice().iter_mut().flat_map(|channel| channel.iter_mut()).for_each(|sample| *sample *= gain);
//!         ProcessStatus::Normal
//!     }
//! }
//!
//! let mut plugin = HeadlessPlugin::<Gain>::new();
//! plugin.activate(Activation {
//!     sample_rate_hz: 48_000.0,
//!     max_block_frames: 64,
//!     channels: 1,
//!     side_chain_channels: 0,
//!     process_mode: ProcessMode::Realtime,
//! })?;
//!
//! let gain = plugin.parameters().index_of("gain").unwrap();
//! let normalized = plugin.parameters().parse(gain, "-6 dB").unwrap();
//! let mut samples = [1.0; 64];
//! plugin.process_with_events(&mut [&mut samples], &[ParameterEvent { frame: 32, index: gain, normalized }])?;
//!
//! assert_eq!(samples[31], 1.0);
//! assert!((samples[32] - 0.501).abs() < 0.001);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod clap_entry;
pub mod controllers;
pub mod declare;
pub mod denormals;
pub mod driver;
#[cfg(feature = "editor")]
pub mod editor;
pub mod export;
pub mod instance_session;
pub mod measured;
pub mod page;
mod panics;
pub mod parameters;
pub mod presets;
pub mod state;
#[doc(hidden)]
pub mod stay_loaded;
