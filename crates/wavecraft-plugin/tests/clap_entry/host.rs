//! A CLAP host of C's kind, which hands over whatever a test tells it to.

use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_char, c_void};
use std::mem;
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};

use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_GESTURE_BEGIN, CLAP_EVENT_PARAM_GESTURE_END,
    CLAP_EVENT_PARAM_VALUE, clap_event_header, clap_event_param_gesture, clap_event_param_value,
    clap_input_events, clap_output_events,
};
use clap_sys::ext::latency::{CLAP_EXT_LATENCY, clap_host_latency, clap_plugin_latency};
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_host_params, clap_param_info, clap_plugin_params};
use clap_sys::ext::preset_load::{CLAP_EXT_PRESET_LOAD, clap_host_preset_load};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_host_state, clap_plugin_state};
use clap_sys::factory::plugin_factory::{CLAP_PLUGIN_FACTORY_ID, clap_plugin_factory};
use clap_sys::host::clap_host;
use clap_sys::plugin::clap_plugin;
use clap_sys::process::{CLAP_PROCESS_ERROR, clap_process, clap_process_status};
use clap_sys::stream::{clap_istream, clap_ostream};
use clap_sys::version::CLAP_VERSION;
use wavecraft_plugin::wavecraft_nice_plug::clap_entry::clap_plugin_entry;

/// What the plugin has asked of its host, on this thread.
#[derive(Default)]
pub struct Asked {
    pub restarts: Cell<u32>,
    pub latency_changes: Cell<u32>,
    /// How often the plugin has said that its project is to be saved again.
    pub dirty_marks: Cell<u32>,
    /// How often it wants to be called back on the main thread, told from any thread.
    pub callbacks: AtomicU32,
    /// What became of presets.
    pub preset_news: RefCell<Vec<PresetNews>>,
    /// What it has told of its parameters, in order.
    pub told: RefCell<Vec<Told>>,
}

/// What a host hears of a preset that it has loaded.
#[derive(Clone, Debug, PartialEq)]
pub enum PresetNews {
    Loaded { location: Option<String>, load_key: Option<String> },
    Error { os_error: i32, message: String },
}

/// What a host hears of a parameter, by the parameter's CLAP id.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Told {
    Begin(u32),
    Value(u32, f64),
    End(u32),
}

fn asked_of<'a>(host: *const clap_host) -> &'a Asked {
    // SAFETY: the plugin gives back what it was made with.
    unsafe { &*(*host).host_data.cast::<Asked>() }
}

unsafe extern "C" fn asked_for_restart(host: *const clap_host) {
    let asked = asked_of(host);
    asked.restarts.set(asked.restarts.get() + 1);
}

unsafe extern "C" fn told_of_latency(host: *const clap_host) {
    let asked = asked_of(host);
    asked.latency_changes.set(asked.latency_changes.get() + 1);
}

unsafe extern "C" fn told_of_unsaved(host: *const clap_host) {
    let asked = asked_of(host);
    asked.dirty_marks.set(asked.dirty_marks.get() + 1);
}

unsafe extern "C" fn asked_for_callback(host: *const clap_host) {
    asked_of(host).callbacks.fetch_add(1, Ordering::SeqCst);
}

unsafe extern "C" fn ignore(_: *const clap_host) {}

unsafe extern "C" fn ignore_rescan(_: *const clap_host, _: u32) {}

unsafe extern "C" fn ignore_clear(_: *const clap_host, _: u32, _: u32) {}

fn owned(text: *const c_char) -> Option<String> {
    // SAFETY: the plugin's texts are null or end.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_str().unwrap().to_owned())
}

unsafe extern "C" fn told_of_preset(
    host: *const clap_host,
    _kind: u32,
    location: *const c_char,
    load_key: *const c_char,
) {
    let loaded = PresetNews::Loaded { location: owned(location), load_key: owned(load_key) };
    asked_of(host).preset_news.borrow_mut().push(loaded);
}

unsafe extern "C" fn told_of_preset_error(
    host: *const clap_host,
    _kind: u32,
    _location: *const c_char,
    _load_key: *const c_char,
    os_error: i32,
    message: *const c_char,
) {
    let error = PresetNews::Error { os_error, message: owned(message).unwrap() };
    asked_of(host).preset_news.borrow_mut().push(error);
}

unsafe extern "C" fn host_extension(_: *const clap_host, id: *const c_char) -> *const c_void {
    static LATENCY: clap_host_latency = clap_host_latency { changed: Some(told_of_latency) };
    static STATE: clap_host_state = clap_host_state { mark_dirty: Some(told_of_unsaved) };
    static PARAMS: clap_host_params = clap_host_params {
        rescan: Some(ignore_rescan),
        clear: Some(ignore_clear),
        request_flush: Some(ignore),
    };
    static PRESET_LOAD: clap_host_preset_load =
        clap_host_preset_load { on_error: Some(told_of_preset_error), loaded: Some(told_of_preset) };
    // SAFETY: the plugin asks with a text that ends.
    let id = unsafe { CStr::from_ptr(id) };
    if id == CLAP_EXT_LATENCY {
        (&raw const LATENCY).cast()
    } else if id == CLAP_EXT_STATE {
        (&raw const STATE).cast()
    } else if id == CLAP_EXT_PARAMS {
        (&raw const PARAMS).cast()
    } else if id == CLAP_EXT_PRESET_LOAD {
        (&raw const PRESET_LOAD).cast()
    } else {
        ptr::null()
    }
}

pub struct Host {
    pub plugin: *const clap_plugin,
    pub asked: Box<Asked>,
    _box: Box<clap_host>,
}

macro_rules! call {
    ($table:expr, $function:ident $(, $argument:expr)*) => {
        // SAFETY: tables and plugin live as long as the test's host. What else is handed over is what the test is about.
        unsafe { ((*$table).$function.unwrap())($($argument),*) }
    };
}
pub(crate) use call;

impl Host {
    /// An instance of an entry's only plugin.
    pub fn of(entry: &clap_plugin_entry) -> Self {
        let asked = Box::<Asked>::default();
        let host = Box::new(clap_host {
            clap_version: CLAP_VERSION,
            host_data: (&raw const *asked).cast_mut().cast(),
            name: c"Tests".as_ptr(),
            vendor: c"Tests".as_ptr(),
            url: c"".as_ptr(),
            version: c"1".as_ptr(),
            get_extension: Some(host_extension),
            request_restart: Some(asked_for_restart),
            request_process: Some(ignore),
            request_callback: Some(asked_for_callback),
        });
        let entry = &raw const *entry;
        assert!(call!(entry, init, c"".as_ptr()));
        let factory =
            call!(entry, get_factory, CLAP_PLUGIN_FACTORY_ID.as_ptr()).cast::<clap_plugin_factory>();
        assert_eq!(call!(factory, get_plugin_count, factory), 1);
        let descriptor = call!(factory, get_plugin_descriptor, factory, 0);
        assert!(call!(factory, get_plugin_descriptor, factory, 1).is_null());
        assert!(call!(factory, create_plugin, factory, &raw const *host, c"other".as_ptr()).is_null());
        let plugin = call!(factory, create_plugin, factory, &raw const *host, (*descriptor).id);
        assert!(call!(plugin, init, plugin));
        Self { plugin, asked, _box: host }
    }

    pub fn table<T>(&self, id: &CStr) -> *const T {
        let table = call!(self.plugin, get_extension, self.plugin, id.as_ptr()).cast::<T>();
        assert!(!table.is_null());
        table
    }

    pub fn activate(&self) {
        assert!(call!(self.plugin, activate, self.plugin, 48_000.0, 1, 64));
        assert!(call!(self.plugin, start_processing, self.plugin));
    }

    pub fn deactivate(&self) {
        call!(self.plugin, stop_processing, self.plugin);
        call!(self.plugin, deactivate, self.plugin);
    }

    pub fn restarts(&self) -> u32 {
        self.asked.restarts.take()
    }

    pub fn latency(&self) -> u32 {
        let table = self.table::<clap_plugin_latency>(CLAP_EXT_LATENCY);
        call!(table, get, self.plugin)
    }

    pub fn params(&self) -> *const clap_plugin_params {
        self.table(CLAP_EXT_PARAMS)
    }

    pub fn info(&self, index: u32) -> Option<clap_param_info> {
        // SAFETY: it is numbers and texts.
        let mut info: clap_param_info = unsafe { mem::zeroed() };
        call!(self.params(), get_info, self.plugin, index, &raw mut info).then_some(info)
    }

    /// The index of a parameter, after the bypass.
    pub fn value_event(&self, index: u32, value: f64) -> clap_event_param_value {
        clap_event_param_value {
            header: clap_event_header {
                size: mem::size_of::<clap_event_param_value>() as u32,
                time: 0,
                space_id: CLAP_CORE_EVENT_SPACE_ID,
                type_: CLAP_EVENT_PARAM_VALUE,
                flags: 0,
            },
            param_id: self.info(index).unwrap().id,
            cookie: ptr::null_mut(),
            note_id: -1,
            port_index: -1,
            channel: -1,
            key: -1,
            value,
        }
    }

    pub fn process(
        &self,
        ports: Ports,
        frames: u32,
        event: Option<clap_event_param_value>,
    ) -> clap_process_status {
        let has_inputs = ports.inputs.is_some();
        let events = event.as_slice();
        let in_events = input_events(&events);
        let out_events = self.output_events();
        let block = clap_process {
            steady_time: -1,
            frames_count: frames,
            transport: ptr::null(),
            audio_inputs: ports.inputs.map_or(ptr::null(), |port| &raw const *port),
            audio_outputs: ports.outputs.map_or(ptr::null_mut(), |port| &raw mut *port),
            audio_inputs_count: u32::from(has_inputs),
            audio_outputs_count: 1,
            in_events: &raw const in_events,
            out_events: &raw const out_events,
        };
        call!(self.plugin, process, self.plugin, &raw const block)
    }

    /// Values and gestures to and fro without a block.
    pub fn flush(&self) {
        let nothing: &[clap_event_param_value] = &[];
        let (in_events, out_events) = (input_events(&nothing), self.output_events());
        call!(self.params(), flush, self.plugin, &raw const in_events, &raw const out_events);
    }

    fn output_events(&self) -> clap_output_events {
        clap_output_events { ctx: (&raw const *self.asked).cast_mut().cast(), try_push: Some(take_event) }
    }

    /// What the plugin has told of its parameters since the last time.
    pub fn take_told(&self) -> Vec<Told> {
        self.asked.told.take()
    }

    /// Does what the plugin wants done on the main thread, if it does.
    pub fn idle(&self) {
        if self.asked.callbacks.swap(0, Ordering::SeqCst) > 0 {
            call!(self.plugin, on_main_thread, self.plugin);
        }
    }

    pub fn value(&self, index: u32) -> f64 {
        let mut value = 0.0;
        let id = self.info(index).unwrap().id;
        assert!(call!(self.params(), get_value, self.plugin, id, &raw mut value));
        value
    }

    /// A block of silence.
    pub fn pass(&self, event: Option<clap_event_param_value>) {
        let (mut left, mut right) = ([0.0; 64], [0.0; 64]);
        let mut channels = [left.as_mut_ptr(), right.as_mut_ptr()];
        let (mut input, mut output) = (port(&mut channels), port(&mut channels));
        let status = self.process(Ports::new(&mut input, &mut output), 64, event);
        assert_ne!(status, CLAP_PROCESS_ERROR);
    }

    pub fn save(&self) -> Vec<u8> {
        let bytes = RefCell::new(Vec::new());
        let stream = clap_ostream { ctx: (&raw const bytes).cast_mut().cast(), write: Some(write_to_vector) };
        let table = self.table::<clap_plugin_state>(CLAP_EXT_STATE);
        assert!(call!(table, save, self.plugin, &raw const stream));
        bytes.into_inner()
    }

    pub fn load(&self, bytes: &[u8]) -> bool {
        let rest = Cell::new(bytes);
        let stream = clap_istream { ctx: (&raw const rest).cast_mut().cast(), read: Some(read_from_slice) };
        let table = self.table::<clap_plugin_state>(CLAP_EXT_STATE);
        call!(table, load, self.plugin, &raw const stream)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        call!(self.plugin, destroy, self.plugin);
    }
}

#[derive(Default)]
pub struct Ports<'a> {
    pub inputs: Option<&'a clap_audio_buffer>,
    pub outputs: Option<&'a mut clap_audio_buffer>,
}

impl<'a> Ports<'a> {
    pub fn new(inputs: &'a mut clap_audio_buffer, outputs: &'a mut clap_audio_buffer) -> Self {
        Self { inputs: Some(inputs), outputs: Some(outputs) }
    }
}

pub fn port(channels: &mut [*mut f32]) -> clap_audio_buffer {
    clap_audio_buffer {
        data32: channels.as_mut_ptr(),
        data64: ptr::null_mut(),
        channel_count: channels.len() as u32,
        latency: 0,
        constant_mask: 0,
    }
}

fn input_events(events: &&[clap_event_param_value]) -> clap_input_events {
    unsafe extern "C" fn size(list: *const clap_input_events) -> u32 {
        // SAFETY: it is what the list was made with.
        let events: &[clap_event_param_value] = unsafe { *(*list).ctx.cast() };
        events.len() as u32
    }
    unsafe extern "C" fn get(list: *const clap_input_events, index: u32) -> *const clap_event_header {
        // SAFETY: it is what the list was made with.
        let events: &[clap_event_param_value] = unsafe { *(*list).ctx.cast() };
        &raw const events[index as usize].header
    }
    clap_input_events { ctx: ptr::from_ref(events).cast_mut().cast(), size: Some(size), get: Some(get) }
}

unsafe extern "C" fn take_event(list: *const clap_output_events, event: *const clap_event_header) -> bool {
    // SAFETY: the list was made with what the plugin asks for, and the event is what its type says.
    unsafe {
        assert_eq!((*event).space_id, CLAP_CORE_EVENT_SPACE_ID);
        let gesture = || (*event.cast::<clap_event_param_gesture>()).param_id;
        let told = match (*event).type_ {
            CLAP_EVENT_PARAM_GESTURE_BEGIN => Told::Begin(gesture()),
            CLAP_EVENT_PARAM_GESTURE_END => Told::End(gesture()),
            CLAP_EVENT_PARAM_VALUE => {
                let event = &*event.cast::<clap_event_param_value>();
                Told::Value(event.param_id, event.value)
            }
            _ => return true,
        };
        (*(*list).ctx.cast::<Asked>()).told.borrow_mut().push(told);
    }
    true
}

unsafe extern "C" fn write_to_vector(stream: *const clap_ostream, from: *const c_void, size: u64) -> i64 {
    // SAFETY: it is what the stream was made with.
    let bytes = unsafe { &*(*stream).ctx.cast::<RefCell<Vec<u8>>>() };
    // SAFETY: the plugin answers for it.
    let written = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), size as usize) };
    bytes.borrow_mut().extend_from_slice(written);
    size as i64
}

unsafe extern "C" fn read_from_slice(stream: *const clap_istream, to: *mut c_void, size: u64) -> i64 {
    // SAFETY: it is what the stream was made with.
    let rest = unsafe { &*(*stream).ctx.cast::<Cell<&[u8]>>() };
    let (taken, left) = rest.get().split_at(rest.get().len().min(size as usize));
    // SAFETY: the plugin has room for so many.
    unsafe { ptr::copy_nonoverlapping(taken.as_ptr(), to.cast::<u8>(), taken.len()) };
    rest.set(left);
    taken.len() as i64
}
