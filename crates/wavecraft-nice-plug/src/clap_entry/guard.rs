//! What stands between a host and nice-plug's plugin: nice-plug's table of functions, with some in their places.
//!
//! The guard's table has nice-plug's own `plugin_data`, which is all that nice-plug's functions look at. So a pointer to the
//! guard is as good to them as one to their own table, and every extension that is not guarded is handed out as it is.

use std::cell::{Cell, UnsafeCell};
use std::ffi::{CStr, c_char, c_void};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use clap_sys::events::{clap_input_events, clap_output_events};
use clap_sys::ext::audio_ports::{CLAP_EXT_AUDIO_PORTS, clap_audio_port_info, clap_plugin_audio_ports};
use clap_sys::ext::context_menu::{
    CLAP_EXT_CONTEXT_MENU, CLAP_EXT_CONTEXT_MENU_COMPAT, clap_host_context_menu,
};
use clap_sys::ext::latency::{CLAP_EXT_LATENCY, clap_host_latency};
use clap_sys::ext::params::{
    CLAP_EXT_PARAMS, CLAP_PARAM_RESCAN_VALUES, clap_host_params, clap_param_info, clap_plugin_params,
};
use clap_sys::ext::preset_load::{
    CLAP_EXT_PRESET_LOAD, CLAP_EXT_PRESET_LOAD_COMPAT, clap_host_preset_load, clap_plugin_preset_load,
};
use clap_sys::ext::render::{
    CLAP_EXT_RENDER, CLAP_RENDER_OFFLINE, CLAP_RENDER_REALTIME, clap_plugin_render, clap_plugin_render_mode,
};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_host_state, clap_plugin_state};
use clap_sys::factory::preset_discovery::clap_preset_discovery_location_kind;
use clap_sys::id::clap_id;
use clap_sys::process::{CLAP_PROCESS_CONTINUE, CLAP_PROCESS_ERROR, clap_process, clap_process_status};
use clap_sys::stream::clap_istream;
use nice_plug::prelude::ProcessMode;
use nice_plug::wrapper::clap::{Wrapper, clap_host, clap_plugin};

use super::GuardedPlugin;
use super::audio_ports::AudioPorts;
use super::latency_report::LatencyReport;
use super::preset_load::{HostSession, PresetPlace, UnsavedNotice};
use super::waiting_events::WaitingEvents;
use crate::driver::{Activation, HeadlessPlugin};

/// Calls a function of a table, which has all of its functions.
macro_rules! call {
    ($table:expr, $function:ident $(, $argument:expr)*) => {
        ($table.$function.expect("the table has all functions"))($($argument),*)
    };
}

/// One instance, as its host holds it.
#[repr(C)]
struct Guard {
    /// In front, so that a pointer to it is one to the guard.
    plugin: clap_plugin,
    /// nice-plug's functions.
    original: clap_plugin,
    original_params: clap_plugin_params,
    original_render: clap_plugin_render,
    original_state: clap_plugin_state,
    params: clap_plugin_params,
    render: clap_plugin_render,
    state: clap_plugin_state,
    preset_load: clap_plugin_preset_load,
    host: *const clap_host,
    /// What nice-plug answers when it is asked for the latency. Lives as long as nice-plug's plugin.
    answered_latency_samples: *const AtomicU32,
    latency: Arc<LatencyReport>,
    /// The latency that the plugin would have with its present state.
    find_latency: unsafe fn(*mut c_void, Activation) -> Option<u32>,
    is_active: AtomicBool,
    /// The main thread's.
    activation: Cell<Option<Activation>>,
    /// What the next activation is for. The main thread's.
    render_mode: Cell<clap_plugin_render_mode>,
    /// The audio thread's while the plugin is active, the main thread's otherwise.
    audio_ports: UnsafeCell<AudioPorts>,
    /// What the host loads and hears of the session, if there is one. The main thread's.
    session: Option<HostSession>,
    waiting_events: WaitingEvents,
}

/// Makes an instance of nice-plug's plugin and puts a guard in front of it. Null if it has none of the usual extensions.
///
/// # Safety
///
/// The host is valid for as long as the instance lives.
pub(super) unsafe fn create<P: GuardedPlugin>(host: *const clap_host) -> *const clap_plugin {
    // SAFETY: the caller answers for the host.
    let wrapper = unsafe { Wrapper::<P>::new(host) };
    let slot = Arc::new(OnceLock::new());
    (wrapper.task_executor.lock())(P::share_latency(Arc::clone(&slot)));
    let latency = slot.get().cloned().unwrap_or_default();
    latency.set_shared();
    // SAFETY: the host outlives the instance, which ends the notice before it goes.
    let session = unsafe { host_session(&wrapper, host) };
    let original = *wrapper.clap_plugin.borrow();
    let answered_latency_samples = ptr::from_ref(&wrapper.current_latency);
    let parameter_count = wrapper.param_ptr_to_hash.len();
    // nice-plug's `destroy` takes this share back.
    let _ = Arc::into_raw(wrapper);

    // SAFETY: they are nice-plug's tables for these names, which live as long as its plugin.
    let (params, render, state) = unsafe {
        (
            extension::<clap_plugin_params>(&original, CLAP_EXT_PARAMS),
            extension::<clap_plugin_render>(&original, CLAP_EXT_RENDER),
            extension::<clap_plugin_state>(&original, CLAP_EXT_STATE),
        )
    };
    let (Some(original_params), Some(original_render), Some(original_state)) = (params, render, state) else {
        return ptr::null();
    };
    let waiting_events = WaitingEvents::new(parameter_count);
    let guard = Guard {
        plugin: clap_plugin {
            init: Some(init),
            destroy: Some(destroy),
            activate: Some(activate),
            deactivate: Some(deactivate),
            process: Some(process),
            get_extension: Some(get_extension),
            on_main_thread: Some(on_main_thread),
            ..original
        },
        original,
        params: clap_plugin_params {
            get_info: Some(get_info),
            value_to_text: Some(value_to_text),
            flush: Some(flush),
            ..original_params
        },
        original_params,
        render: clap_plugin_render { set: Some(set_render_mode), ..original_render },
        original_render,
        state: clap_plugin_state { load: Some(load_state), ..original_state },
        original_state,
        preset_load: clap_plugin_preset_load { from_location: Some(load_preset) },
        host,
        answered_latency_samples,
        latency,
        find_latency: find_latency::<P>,
        is_active: AtomicBool::new(false),
        activation: Cell::new(None),
        render_mode: Cell::new(CLAP_RENDER_REALTIME),
        audio_ports: UnsafeCell::default(),
        session,
        waiting_events,
    };
    Box::into_raw(Box::new(guard)).cast_const().cast()
}

/// What the host can do with the session of the wrapper's instance, if that has one.
///
/// # Safety
///
/// The host is valid for as long as the instance lives.
unsafe fn host_session<P: GuardedPlugin>(
    wrapper: &Arc<Wrapper<P>>,
    host: *const clap_host,
) -> Option<HostSession> {
    let slot = Arc::new(OnceLock::new());
    (wrapper.task_executor.lock())(P::share_session(Arc::clone(&slot))?);
    let instance = Arc::clone(slot.get()?);
    // SAFETY: the caller answers for the host; the session ends the notice when it is dropped, before the instance.
    let unsaved = unsafe { UnsavedNotice::new(host) };
    Some(HostSession::new(wrapper, instance, Arc::new(unsaved)))
}

/// A copy of an extension's table.
///
/// # Safety
///
/// `T` is the table that belongs to the name.
unsafe fn extension<T: Copy>(plugin: &clap_plugin, id: &CStr) -> Option<T> {
    // SAFETY: the plugin is nice-plug's own, the name a text that ends; the caller answers for the type.
    unsafe { call!(plugin, get_extension, plugin, id.as_ptr()).cast::<T>().as_ref().copied() }
}

/// The latency of an instance that is activated with the state that this one has.
///
/// # Safety
///
/// The pointer is that of nice-plug's wrapper of a `P`.
unsafe fn find_latency<P: GuardedPlugin>(wrapper: *mut c_void, activation: Activation) -> Option<u32> {
    // SAFETY: the caller answers for it.
    let wrapper = unsafe { &*wrapper.cast_const().cast::<Wrapper<P>>() };
    let state = serde_json::to_vec(&wrapper.get_state_object()).ok()?;
    let find = || {
        let mut other = HeadlessPlugin::<P>::new();
        other.load_state(&state).ok()?;
        other.activate(activation).ok()?;
        Some(other.latency_samples())
    };
    catch_unwind(AssertUnwindSafe(find)).ok().flatten()
}

impl Guard {
    /// # Safety
    ///
    /// The pointer is null, or what [`create`] has returned and is not destroyed yet.
    unsafe fn of<'a>(plugin: *const clap_plugin) -> Option<&'a Self> {
        // SAFETY: the table stands at the guard's beginning; the caller answers for the rest.
        unsafe { plugin.cast::<Self>().as_ref() }
    }

    fn request_restart(&self) {
        // SAFETY: the host lives as long as its plugins.
        unsafe { call!((*self.host), request_restart, self.host) }
    }

    /// # Safety
    ///
    /// `T` is the table that belongs to the name. The main thread.
    unsafe fn host_extension<T>(&self, id: &CStr) -> Option<&T> {
        // SAFETY: the host lives as long as its plugins, and its tables as long as it; the caller answers for the type.
        unsafe { call!((*self.host), get_extension, self.host, id.as_ptr()).cast::<T>().as_ref() }
    }

    /// The plugin's ports. Not on the audio thread.
    fn find_audio_ports(&self) -> AudioPorts {
        // SAFETY: it is the table of this name.
        let table = unsafe { extension::<clap_plugin_audio_ports>(&self.original, CLAP_EXT_AUDIO_PORTS) };
        let Some(table) = table else { return AudioPorts::default() };
        let channels = |is_input: bool| {
            // SAFETY: the functions are nice-plug's, and get its plugin; the description is written to where one is.
            unsafe {
                (0..call!(table, count, &raw const self.original, is_input))
                    .map(|index| {
                        let mut port: clap_audio_port_info = mem::zeroed();
                        let is_known =
                            call!(table, get, &raw const self.original, index, is_input, &raw mut port);
                        if is_known { port.channel_count } else { 0 }
                    })
                    .collect()
            }
        };
        AudioPorts::new(channels(true), channels(false))
    }

    /// Tells the host of the latency that the plugin has been activated with. Within `activate`.
    fn tell_latency(&self) {
        let samples = self.latency.activated();
        // SAFETY: it lives as long as nice-plug's plugin, which is not destroyed yet.
        let answered = unsafe { &*self.answered_latency_samples };
        if answered.swap(samples, Ordering::SeqCst) == samples {
            return;
        }
        // SAFETY: it is the table of this name, and this is the main thread.
        if let Some(table) = unsafe { self.host_extension::<clap_host_latency>(CLAP_EXT_LATENCY) } {
            // SAFETY: the host's own function.
            unsafe { call!(table, changed, self.host) }
        }
    }

    /// Has the plugin take what the window has queued for the host, as [`WaitingEvents::take_queued`] does. The main thread.
    fn take_queued(&self, plugin: *const clap_plugin, keeps_values: bool) -> bool {
        // SAFETY: the table is nice-plug's; the plugin is the guard's, which is as good.
        unsafe { self.waiting_events.take_queued(&self.original_params, plugin, keeps_values) }
    }

    /// Asks the host for a restart if the plugin is active and has another latency by now. The main thread.
    fn announce_latency(&self) {
        if self.is_active.load(Ordering::Acquire)
            && let Some(activation) = self.activation.get()
            // SAFETY: it is the data of nice-plug's wrapper.
            && let Some(samples) = unsafe { (self.find_latency)(self.original.plugin_data, activation) }
            && self.latency.announce(samples)
        {
            self.request_restart();
        }
    }

    /// Has the host ask for all values again. The main thread.
    fn rescan_values(&self) {
        // SAFETY: it is the table of this name, and the host's own function.
        unsafe {
            let params = self.host_extension::<clap_host_params>(CLAP_EXT_PARAMS);
            if let Some(rescan) = params.and_then(|table| table.rescan) {
                rescan(self.host, CLAP_PARAM_RESCAN_VALUES);
            }
        }
    }

    /// Tells the host that its project is to be saved again, if it is. The main thread.
    fn tell_unsaved(&self) {
        let is_unsaved = self.session.as_ref().is_some_and(HostSession::take_unsaved);
        // SAFETY: it is the table of this name, and the host's own function.
        unsafe {
            if is_unsaved
                && let Some(table) = self.host_extension::<clap_host_state>(CLAP_EXT_STATE)
                && let Some(mark_dirty) = table.mark_dirty
            {
                mark_dirty(self.host);
            }
        }
    }

    /// Loads a preset, and tells the host what has become of it. The main thread.
    ///
    /// # Safety
    ///
    /// The place's pointers are null or texts that end.
    unsafe fn load_preset(&self, plugin: *const clap_plugin, place: PresetPlace) -> bool {
        let Some(session) = &self.session else { return false };
        // What was turned before comes before.
        self.take_queued(plugin, true);
        session.set_nothing_pending();
        // SAFETY: the caller answers for the place.
        let loaded = unsafe { session.load(place) };
        if !self.waiting_events.keep(&session.take_told()) {
            self.rescan_values();
        }
        // SAFETY: the tables are of these names, and the functions the host's own.
        unsafe {
            let params = self.host_extension::<clap_host_params>(CLAP_EXT_PARAMS);
            if let Some(request_flush) = params.and_then(|table| table.request_flush) {
                request_flush(self.host);
            }
            // Older hosts have the table under the name of a draft.
            let table = self
                .host_extension::<clap_host_preset_load>(CLAP_EXT_PRESET_LOAD)
                .or_else(|| self.host_extension(CLAP_EXT_PRESET_LOAD_COMPAT));
            match (&loaded, table) {
                (Ok(()), Some(clap_host_preset_load { loaded: Some(tell), .. })) => {
                    tell(self.host, place.kind, place.location, place.load_key);
                }
                (Err(error), Some(table)) => error.tell(self.host, table, place),
                (_, _) => {}
            }
        }
        if loaded.is_ok() {
            self.announce_latency();
        }
        self.tell_unsaved();
        loaded.is_ok()
    }
}

unsafe extern "C" fn init(plugin: *const clap_plugin) -> bool {
    // SAFETY: the host calls with its plugin, once, on the main thread; it outlives the session, which is dropped in `destroy`.
    unsafe {
        let Some(guard) = Guard::of(plugin) else { return false };
        let is_ready = call!(guard.original, init, plugin);
        if is_ready && let Some(session) = &guard.session {
            // Older hosts have the table under the name of a draft.
            let table = guard
                .host_extension::<clap_host_context_menu>(CLAP_EXT_CONTEXT_MENU)
                .or_else(|| guard.host_extension(CLAP_EXT_CONTEXT_MENU_COMPAT));
            if let Some(table) = table {
                session.connect_menu(guard.host, *table);
            }
        }
        is_ready
    }
}

unsafe extern "C" fn destroy(plugin: *const clap_plugin) {
    if plugin.is_null() {
        return;
    }
    // SAFETY: the host gives back what `create` has made, and does not use it again.
    unsafe {
        let mut guard = Box::from_raw(plugin.cast_mut().cast::<Guard>());
        // Its page must not ask the host for anything any more.
        guard.session = None;
        call!(guard.original, destroy, plugin);
    }
}

unsafe extern "C" fn activate(
    plugin: *const clap_plugin,
    sample_rate_hz: f64,
    min_frames: u32,
    max_frames: u32,
) -> bool {
    // SAFETY: the host calls with its plugin, on the main thread, which is not active.
    unsafe {
        let Some(guard) = Guard::of(plugin) else { return false };
        call!(guard.original_render, set, plugin, guard.render_mode.get());
        if !call!(guard.original, activate, plugin, sample_rate_hz, min_frames, max_frames) {
            return false;
        }
        let audio_ports = guard.find_audio_ports();
        guard.activation.set(audio_ports.main_output_channels().map(|channels| Activation {
            sample_rate_hz: sample_rate_hz as f32,
            max_block_frames: max_frames as usize,
            channels: channels as usize,
            side_chain_channels: audio_ports.side_chain_channels() as usize,
            process_mode: if guard.render_mode.get() == CLAP_RENDER_OFFLINE {
                ProcessMode::Offline
            } else {
                ProcessMode::Realtime
            },
        }));
        *guard.audio_ports.get() = audio_ports;
        guard.is_active.store(true, Ordering::Release);
        guard.session.iter().for_each(|session| session.set_sample_rate(Some(sample_rate_hz as f32)));
        guard.tell_latency();
    }
    true
}

unsafe extern "C" fn deactivate(plugin: *const clap_plugin) {
    // SAFETY: the host calls with its plugin, on the main thread.
    unsafe {
        let Some(guard) = Guard::of(plugin) else { return };
        guard.is_active.store(false, Ordering::Release);
        guard.session.iter().for_each(|session| session.set_sample_rate(None));
        call!(guard.original, deactivate, plugin);
    }
}

unsafe extern "C" fn process(
    plugin: *const clap_plugin,
    process: *const clap_process,
) -> clap_process_status {
    // SAFETY: the host calls with its plugin, on the audio thread; the block is null or valid.
    unsafe {
        let (Some(guard), Some(block)) = (Guard::of(plugin), process.as_ref()) else {
            return CLAP_PROCESS_ERROR;
        };
        if !guard.is_active.load(Ordering::Acquire) {
            return CLAP_PROCESS_ERROR;
        }
        guard.waiting_events.hand_on(block.out_events);
        if block.frames_count == 0 {
            call!(guard.original_params, flush, plugin, block.in_events, block.out_events);
            return CLAP_PROCESS_CONTINUE;
        }
        match (*guard.audio_ports.get()).fit(block) {
            Some(fitted) => call!(guard.original, process, plugin, &raw const fitted),
            None => CLAP_PROCESS_ERROR,
        }
    }
}

unsafe extern "C" fn get_extension(plugin: *const clap_plugin, id: *const c_char) -> *const c_void {
    // SAFETY: the host calls with its plugin; the name is null or a text that ends.
    unsafe {
        let Some(guard) = Guard::of(plugin) else { return ptr::null() };
        if id.is_null() {
            return ptr::null();
        }
        let name = CStr::from_ptr(id);
        if name == CLAP_EXT_PARAMS {
            (&raw const guard.params).cast()
        } else if name == CLAP_EXT_RENDER {
            (&raw const guard.render).cast()
        } else if name == CLAP_EXT_STATE {
            (&raw const guard.state).cast()
        } else if guard.session.is_some()
            && [CLAP_EXT_PRESET_LOAD, CLAP_EXT_PRESET_LOAD_COMPAT].contains(&name)
        {
            (&raw const guard.preset_load).cast()
        } else {
            call!(guard.original, get_extension, plugin, id)
        }
    }
}

unsafe extern "C" fn get_info(plugin: *const clap_plugin, index: u32, info: *mut clap_param_info) -> bool {
    // SAFETY: the host calls with its plugin.
    unsafe {
        let Some(guard) = Guard::of(plugin) else { return false };
        index < call!(guard.original_params, count, plugin)
            && call!(guard.original_params, get_info, plugin, index, info)
    }
}

unsafe extern "C" fn value_to_text(
    plugin: *const clap_plugin,
    id: clap_id,
    value: f64,
    text: *mut c_char,
    capacity: u32,
) -> bool {
    // SAFETY: the host calls with its plugin, and with room for so many characters.
    unsafe {
        let Some(guard) = Guard::of(plugin) else { return false };
        value.is_finite()
            && capacity > 0
            && call!(guard.original_params, value_to_text, plugin, id, value, text, capacity)
    }
}

unsafe extern "C" fn flush(
    plugin: *const clap_plugin,
    input: *const clap_input_events,
    output: *const clap_output_events,
) {
    // SAFETY: the host calls with its plugin, while it calls no `process`; the lists are null or valid.
    unsafe {
        let Some(guard) = Guard::of(plugin) else { return };
        guard.waiting_events.hand_on(output);
        call!(guard.original_params, flush, plugin, input, output);
    }
}

unsafe extern "C" fn set_render_mode(plugin: *const clap_plugin, mode: clap_plugin_render_mode) -> bool {
    // SAFETY: the host calls with its plugin, on the main thread.
    let Some(guard) = (unsafe { Guard::of(plugin) }) else { return false };
    let is_known = mode == CLAP_RENDER_REALTIME || mode == CLAP_RENDER_OFFLINE;
    if is_known {
        guard.render_mode.set(mode);
    }
    is_known
}

unsafe extern "C" fn load_state(plugin: *const clap_plugin, stream: *const clap_istream) -> bool {
    // SAFETY: the host calls with its plugin, on the main thread.
    unsafe {
        let Some(guard) = Guard::of(plugin) else { return false };
        let had_queued_values = guard.take_queued(plugin, false);
        let is_loaded = call!(guard.original_state, load, plugin, stream);
        if !is_loaded && had_queued_values {
            guard.rescan_values();
        }
        guard.announce_latency();
        is_loaded
    }
}

unsafe extern "C" fn load_preset(
    plugin: *const clap_plugin,
    kind: clap_preset_discovery_location_kind,
    location: *const c_char,
    load_key: *const c_char,
) -> bool {
    // SAFETY: the host calls with its plugin, on the main thread; the texts are null or end.
    unsafe {
        let Some(guard) = Guard::of(plugin) else { return false };
        guard.load_preset(plugin, PresetPlace { kind, location, load_key })
    }
}

unsafe extern "C" fn on_main_thread(plugin: *const clap_plugin) {
    // SAFETY: the host calls with its plugin, on the main thread.
    unsafe {
        let Some(guard) = Guard::of(plugin) else { return };
        call!(guard.original, on_main_thread, plugin);
        guard.tell_unsaved();
    }
}
