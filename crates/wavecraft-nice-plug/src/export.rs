//! What a plugin's library exports for the development server, for any nice-plug [`Plugin`]: one line in its
//! `lib.rs`.
//!
//! ```
//! # mod plugin {
//! # use std::sync::Arc;
//! # use nice_plug::prelude::*;
//! # #[derive(Params, Default)]
//! # struct StripParams {}
//! # #[derive(Default)]
//! # struct Strip(Arc<StripParams>);
//! # impl Plugin for Strip {
//! #     const NAME: &'static str = "Strip";
//! #     const VENDOR: &'static str = "";
//! #     const URL: &'static str = "";
//! #     const EMAIL: &'static str = "";
//! #     const VERSION: &'static str = "1.0.0";
//! #     const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[];
//! #     type Editor = ();
//! #     type SysExMessage = ();
//! #     type BackgroundTask = ();
//! #     fn params(&self) -> Arc<dyn Params> { self.0.clone() }
//! #     fn process(&mut self, _: &mut Buffer, _: &mut AuxiliaryBuffers, _: &mut impl ProcessContext<Self>)
//! #         -> ProcessStatus { ProcessStatus::Normal }
//! # }
//! wavecraft_nice_plug::export_dev_processor!(Strip);
//! # }
//! ```
//!
//! The functions keep to the contract of [`vtable`], and drive the plugin through
//! [`HeadlessPlugin`](crate::driver::HeadlessPlugin). What version 1 cannot say is decided here: blocks of
//! any length, in stereo if the plugin has it; a mono block is heard on both channels.
//!
//! # Panics
//!
//! No panic leaves the library, provided that it is built to unwind, as it is unless its profile says
//! `panic = "abort"`. An instance in which the plugin has panicked is never entered again, except to be
//! dropped: its input passes, from the start of the very block on. (A block that is longer than announced is
//! processed in parts; those before the panic stand.) What the panic said, and where, goes to whoever asks
//! `take_panic`, and to the terminal. A panic in a background task ends that task alone, and goes to the terminal.
//!
//! # Links
//!
//! On Linux a library whose code has run on a thread must not be unmapped while that thread lives. The server
//! sees to it that this one is not; a DAW does not, so link it with `-z nodelete` besides.

#![allow(unsafe_code, reason = "the functions that C calls")]

mod description;
mod functions;
mod info;
mod instance;
mod instance_guard;
mod meter_reader;
mod signal_reader;
mod state_reader;

use std::ffi::{CString, c_char};

use nice_plug::prelude::Plugin;
pub use wavecraft_ffi::vtable;

pub use info::{parameter_info, parameter_infos};

use crate::measured::{Measured, MeterSource, NoMeters, OwnMeters};
use crate::panics;
use crate::parameters::ParameterTable;
use functions::{table_v1, table_v2};
use vtable::{DevProcessorVTable, DevProcessorVTableV2, PluginSymbols};

/// Exports a nice-plug plugin for the development server: `export_dev_processor!(MyPlugin);`, once in a
/// library.
///
/// The exports weigh little and do nothing unless they are called, so there is no need to leave them out of a
/// release.
///
/// A plugin with meters of its own, which implements [`Measured`](crate::measured::Measured), is exported with them by
/// `export_dev_processor!(measured MyPlugin);`.
#[macro_export]
macro_rules! export_dev_processor {
    (measured $plugin:ty) => {
        $crate::export_dev_processor!(@with $plugin, $crate::measured::OwnMeters);
    };
    ($plugin:ty) => {
        $crate::export_dev_processor!(@with $plugin, $crate::measured::NoMeters);
    };
    (@with $plugin:ty, $meters:ty) => {
        const _: () = {
            use $crate::export::vtable;

            #[unsafe(no_mangle)]
            extern "C" fn wavecraft_get_params_json() -> *mut ::core::ffi::c_char {
                $crate::export::get_params_json::<$plugin, $meters>()
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn wavecraft_free_string(text: *mut ::core::ffi::c_char) {
                // SAFETY: the contract is the same.
                unsafe { $crate::export::free_string(text) }
            }

            #[unsafe(no_mangle)]
            extern "C" fn wavecraft_dev_create_processor() -> vtable::DevProcessorVTable {
                $crate::export::dev_create_processor::<$plugin>()
            }

            #[unsafe(no_mangle)]
            extern "C" fn wavecraft_dev_processor_v2() -> *const vtable::DevProcessorVTableV2 {
                $crate::export::dev_processor_v2::<$plugin, $meters>()
            }

            // What is exported is what the contract says, or it does not compile.
            let _: vtable::GetParamsJson = wavecraft_get_params_json;
            let _: vtable::FreeString = wavecraft_free_string;
            let _: vtable::DevCreateProcessor = wavecraft_dev_create_processor;
            let _: vtable::DevProcessorV2 = wavecraft_dev_processor_v2;
        };
    };
}

/// What [`export_dev_processor!`](crate::export_dev_processor) exports for `P`, without exporting it: for
/// plugins that are linked statically, and for tests. Any thread.
pub fn symbols<P: Plugin>() -> PluginSymbols {
    symbols_with::<P, NoMeters>()
}

/// The same for a plugin with meters of its own.
pub fn measured_symbols<P: Measured>() -> PluginSymbols {
    symbols_with::<P, OwnMeters>()
}

fn symbols_with<P: Plugin, M: MeterSource<P>>() -> PluginSymbols {
    PluginSymbols {
        get_params_json: Some(get_params_json::<P, M>),
        free_string: Some(free_string),
        dev_create_processor: Some(dev_create_processor::<P>),
        dev_processor_v2: Some(dev_processor_v2::<P, M>),
    }
}

/// See [`vtable::GetParamsJson`]. It makes an instance of the plugin for the purpose. Null if the plugin
/// panics.
pub extern "C" fn get_params_json<P: Plugin, M: MeterSource<P>>() -> *mut c_char {
    panics::remember_sites();
    let text = panics::catch(|| {
        let plugin = P::default();
        let table = ParameterTable::new(plugin.params()).with_descriptions(M::descriptions(&plugin));
        let parameters = parameter_infos(&table);
        // JSON escapes a NUL, so there is none to end the text early.
        serde_json::to_vec(&parameters).ok().and_then(|json| CString::new(json).ok())
    });
    match text {
        Ok(text) => text.map_or(std::ptr::null_mut(), CString::into_raw),
        Err(message) => {
            panics::keep_stray(message);
            std::ptr::null_mut()
        }
    }
}

/// See [`vtable::FreeString`].
///
/// # Safety
///
/// `text` must be null or come from [`get_params_json`], and not have been freed.
pub unsafe extern "C" fn free_string(text: *mut c_char) {
    if !text.is_null() {
        // SAFETY: the caller answers for where the text comes from.
        drop(unsafe { CString::from_raw(text) });
    }
}

/// See [`vtable::DevCreateProcessor`].
pub extern "C" fn dev_create_processor<P: Plugin>() -> DevProcessorVTable {
    table_v1::<P>()
}

/// See [`vtable::DevProcessorV2`].
pub extern "C" fn dev_processor_v2<P: Plugin, M: MeterSource<P>>() -> *const DevProcessorVTableV2 {
    table_v2::<P, M>()
}
