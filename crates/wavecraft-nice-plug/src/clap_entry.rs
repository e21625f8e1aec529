//! The CLAP entry of a library: nice-plug's plugin, behind a guard.
//!
//! nice-plug takes hosts at their word, and asks for a restart where the latency that it learns in `activate` is another one
//! than before. The guard stands in front of it, call by call (`guard.rs`):
//!
//! - a host that hands over buffers which do not fit, or asks for a parameter past the last one, gets an error where it would
//!   have been taken down;
//! - the host is told of the latency within `activate`, where CLAP has its place, and asked for one restart for each change
//!   that comes later: by a block, or by a state that is loaded while the plugin is active;
//! - going offline asks for no restart: the plugin learns of it when it is activated the next time;
//! - what the window has queued for the host before a state is loaded does not come back after it;
//! - the host has the plugin's presets in its own lists (`preset_discovery.rs`), and loads them (`preset_load.rs`);
//! - the host's own menu for a parameter opens where the page wants it (`context_menu.rs`);
//! - a change of slot or of the preset's name marks the host's project as one to be saved.
//!
//! [`export_clap!`](crate::export_clap) exports it. Whoever adds an extension of CLAP does so in the guard's `get_extension`.
//!
//! Realtime safety: `process` adds comparisons of a few pointers to nice-plug's, and nothing else.

#![allow(unsafe_code, reason = "hosts call through C, with pointers of their own")]

mod audio_ports;
mod context_menu;
mod guard;
mod latency_report;
mod parameter_events;
mod preset_discovery;
mod preset_load;
mod waiting_events;

use std::any::TypeId;
use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_void};
use std::marker::PhantomData;
use std::ptr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use nice_plug::prelude::ClapPlugin;
pub use nice_plug::wrapper::clap::clap_plugin_entry;
use nice_plug::wrapper::clap::{
    CLAP_PLUGIN_FACTORY_ID, CLAP_VERSION, PluginDescriptor, clap_host, clap_plugin, clap_plugin_descriptor,
    clap_plugin_factory,
};
use nice_plug::wrapper::setup_logger;

use clap_sys::factory::preset_discovery::{
    CLAP_PRESET_DISCOVERY_FACTORY_ID, CLAP_PRESET_DISCOVERY_FACTORY_ID_COMPAT,
};
pub use latency_report::LatencyReport;
use wavecraft_session::PresetLibrary;

use crate::instance_session::InstanceSession;
use preset_discovery::Discovery;

/// Where an instance puts its [`LatencyReport`] when it is asked for it.
pub type LatencySlot = Arc<OnceLock<Arc<LatencyReport>>>;

/// Where an instance puts its [`InstanceSession`] when it is asked for it.
pub type SessionSlot = Arc<OnceLock<Arc<InstanceSession>>>;

/// A plugin that may stand behind the guard.
pub trait GuardedPlugin: ClapPlugin {
    /// The task that has an instance put its latency report into the slot. From then on the instance tells CLAP hosts of its
    /// latency through the report and by `request_restart`, and not by `set_latency_samples`.
    fn share_latency(slot: LatencySlot) -> Self::BackgroundTask;

    /// The task that has an instance put its session into the slot; `None` for a plugin without one, whose presets hosts do
    /// not load.
    fn share_session(_slot: SessionSlot) -> Option<Self::BackgroundTask> {
        None
    }

    /// The presets that hosts list; `None` if they are to list none. Not on the audio thread.
    fn preset_library() -> Option<PresetLibrary> {
        None
    }
}

/// Exports a plugin as CLAP, once in a library, at its root.
#[macro_export]
macro_rules! export_clap {
    ($plugin:ty) => {
        /// The CLAP plugin's entry point.
        #[unsafe(no_mangle)]
        #[used]
        pub static clap_entry: $crate::clap_entry::clap_plugin_entry =
            $crate::clap_entry::Entry::<$plugin>::ENTRY;
    };
}

/// The entry of a library with one plugin.
#[derive(Debug)]
pub struct Entry<P>(PhantomData<P>);

impl<P: GuardedPlugin> Entry<P> {
    /// What the library exports as `clap_entry`.
    pub const ENTRY: clap_plugin_entry = clap_plugin_entry {
        clap_version: CLAP_VERSION,
        init: Some(Self::init),
        deinit: Some(Self::deinit),
        get_factory: Some(Self::get_factory),
    };

    const FACTORY: &clap_plugin_factory = &clap_plugin_factory {
        get_plugin_count: Some(Self::get_plugin_count),
        get_plugin_descriptor: Some(Self::get_plugin_descriptor),
        create_plugin: Some(Self::create_plugin),
    };

    unsafe extern "C" fn init(_path: *const c_char) -> bool {
        setup_logger::<P>();
        true
    }

    unsafe extern "C" fn deinit() {}

    unsafe extern "C" fn get_factory(id: *const c_char) -> *const c_void {
        if id.is_null() {
            return ptr::null();
        }
        // SAFETY: a host's id is a text that ends.
        let id = unsafe { CStr::from_ptr(id) };
        if id == CLAP_PLUGIN_FACTORY_ID {
            ptr::from_ref(Self::FACTORY).cast()
        } else if [CLAP_PRESET_DISCOVERY_FACTORY_ID, CLAP_PRESET_DISCOVERY_FACTORY_ID_COMPAT].contains(&id) {
            ptr::from_ref(Discovery::<P>::FACTORY).cast()
        } else {
            ptr::null()
        }
    }

    unsafe extern "C" fn get_plugin_count(_factory: *const clap_plugin_factory) -> u32 {
        1
    }

    unsafe extern "C" fn get_plugin_descriptor(
        _factory: *const clap_plugin_factory,
        index: u32,
    ) -> *const clap_plugin_descriptor {
        if index == 0 { descriptor::<P>().clap_plugin_descriptor() } else { ptr::null() }
    }

    unsafe extern "C" fn create_plugin(
        _factory: *const clap_plugin_factory,
        host: *const clap_host,
        id: *const c_char,
    ) -> *const clap_plugin {
        // SAFETY: a host's id is null or a text that ends.
        if host.is_null() || id.is_null() || unsafe { CStr::from_ptr(id) } != descriptor::<P>().clap_id() {
            return ptr::null();
        }
        // SAFETY: the host outlives its plugins.
        unsafe { guard::create::<P>(host) }
    }
}

/// The description of a plugin, made once and kept for as long as the library is loaded.
fn descriptor<P: GuardedPlugin>() -> &'static PluginDescriptor {
    static DESCRIPTORS: Mutex<Option<HashMap<TypeId, &'static PluginDescriptor>>> = Mutex::new(None);
    let mut descriptors = DESCRIPTORS.lock().unwrap_or_else(PoisonError::into_inner);
    descriptors
        .get_or_insert_default()
        .entry(TypeId::of::<P>())
        .or_insert_with(|| Box::leak(Box::new(PluginDescriptor::for_plugin::<P>())))
}
