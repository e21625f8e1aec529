//! A CLAP host, as small as one can be that does everything a DAW does with an effect without a window.
//!
//! Calling into a plugin's library is unsafe by nature; all of it is here.
#![allow(unsafe_code, reason = "loading a plugin's library runs its code")]

mod passage;
mod presets;

use std::ffi::{CStr, CString};
use std::io::Cursor;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard};

use clack_extensions::latency::{HostLatency, HostLatencyImpl, PluginLatency};
use clack_extensions::params::{
    HostParams, HostParamsImplMainThread, HostParamsImplShared, ParamClearFlags, ParamInfoBuffer,
    ParamInfoFlags, ParamRescanFlags, PluginParams,
};
use clack_extensions::preset_discovery::HostPresetLoad;
use clack_extensions::state::{HostState, HostStateImpl, PluginState};
use clack_host::entry::EntryDescriptor;
use clack_host::prelude::*;
use clack_host::utils::ClapId;

pub use self::passage::{Passage, Performance, RATE_HZ, Told};
pub use self::presets::{ListedPreset, PresetListing};

/// What the plugin asked of its host.
#[derive(Default)]
pub struct Requests {
    restarts: AtomicU32,
    callback: AtomicBool,
    latency_changes: AtomicU32,
    dirty_marks: AtomicU32,
    /// Of each preset that was to be loaded, what the plugin has said: its place, or what is wrong.
    preset_news: Mutex<Vec<Result<String, String>>>,
}

impl Requests {
    fn preset_news(&self) -> MutexGuard<'_, Vec<Result<String, String>>> {
        self.preset_news.lock().expect("nobody panics with it")
    }
}

impl SharedHandler<'_> for Requests {
    fn request_restart(&self) {
        self.restarts.fetch_add(1, Ordering::SeqCst);
    }
    fn request_process(&self) {}
    fn request_callback(&self) {
        self.callback.store(true, Ordering::SeqCst);
    }
}

impl HostParamsImplShared for Requests {
    fn request_flush(&self) {}
}

/// The main thread's side of the callbacks.
pub struct MainThread<'a>(&'a Requests);

impl<'a> MainThreadHandler<'a> for MainThread<'a> {
    fn initialized(&self, _instance: InitializedPluginHandle<'a>) {}
}

impl HostLatencyImpl for MainThread<'_> {
    fn changed(&self) {
        self.0.latency_changes.fetch_add(1, Ordering::SeqCst);
    }
}

impl HostStateImpl for MainThread<'_> {
    fn mark_dirty(&self) {
        self.0.dirty_marks.fetch_add(1, Ordering::SeqCst);
    }
}

impl HostParamsImplMainThread for MainThread<'_> {
    fn rescan(&self, _flags: ParamRescanFlags) {}
    fn clear(&self, _param_id: ClapId, _flags: ParamClearFlags) {}
}

struct Handlers;

impl HostHandlers for Handlers {
    type Shared<'a> = Requests;
    type MainThread<'a> = MainThread<'a>;
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, _shared: &Self::Shared<'_>) {
        builder.register::<HostLatency>().register::<HostParams>().register::<HostState>();
        builder.register::<HostPresetLoad>();
    }
}

/// A parameter as the host sees it.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// What the host calls it by.
    pub id: u32,
    /// What the user reads.
    pub name: String,
    /// The group.
    pub module: String,
    /// The largest value; the smallest is zero.
    pub max: f64,
    /// The default.
    pub default: f64,
    /// Whether it is the host's bypass.
    pub is_bypass: bool,
    /// Whether it may be automated.
    pub is_automatable: bool,
    /// Whether it has but whole values.
    pub is_stepped: bool,
}

fn host_info() -> HostInfo {
    HostInfo::new("Wavecraft tests", "Wavecraft", "", env!("CARGO_PKG_VERSION")).expect("no NUL")
}

/// A loaded plugin.
pub struct ClapHost {
    instance: PluginInstance<Handlers>,
    entry: PluginEntry,
}

impl ClapHost {
    /// Loads the bundle's library and makes an instance of its only plugin.
    pub fn load(bundle: &Path) -> Self {
        // SAFETY: The bundle is the one that this project has just built; loading it runs nothing unknown.
        let entry = unsafe { PluginEntry::load(bundle) }.expect("the bundle loads");
        Self::instantiate(entry)
    }

    /// Another instance from the same library.
    #[must_use]
    pub fn another(&self) -> Self {
        Self::instantiate(self.entry.clone())
    }

    /// An instance of a plugin that is linked into this program.
    pub fn linked(entry: &'static EntryDescriptor, id: &str) -> Self {
        // SAFETY: the entry is part of this program, and stays.
        let entry = unsafe { PluginEntry::load_from_raw(entry, c"linked") }.expect("the entry starts");
        Self::instantiate_id(entry, &CString::new(id).expect("no NUL"))
    }

    fn instantiate(entry: PluginEntry) -> Self {
        let factory = entry.get_plugin_factory().expect("the library has plugins");
        let descriptor = factory.plugin_descriptors().next().expect("the library has a plugin");
        let id = descriptor.id().expect("the plugin has an id").to_owned();
        Self::instantiate_id(entry, &id)
    }

    fn instantiate_id(entry: PluginEntry, id: &CStr) -> Self {
        let host = host_info();
        let instance =
            PluginInstance::new(|()| Requests::default(), |shared| MainThread(shared), &entry, id, &host)
                .expect("the plugin can be made");
        Self { instance, entry }
    }

    /// Id, name, vendor and version.
    pub fn description(&self) -> [String; 4] {
        let factory = self.entry.get_plugin_factory().expect("the library has plugins");
        let descriptor = factory.plugin_descriptors().next().expect("the library has a plugin");
        [descriptor.id(), descriptor.name(), descriptor.vendor(), descriptor.version()]
            .map(|text| text.map(|text| text.to_string_lossy().into_owned()).unwrap_or_default())
    }

    /// All parameters in the plugin's order.
    pub fn parameters(&mut self) -> Vec<Parameter> {
        let plugin = self.instance.plugin_handle();
        let params: PluginParams = plugin.get_extension().expect("the plugin has parameters");
        let mut buffer = ParamInfoBuffer::new();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned();
        (0..params.count(&plugin))
            .map(|index| {
                let info = params.get_info(&plugin, index, &mut buffer).expect("the index is in range");
                assert!(info.min_value.abs() == 0.0);
                Parameter {
                    id: info.id.get(),
                    name: text(info.name),
                    module: text(info.module),
                    max: info.max_value,
                    default: info.default_value,
                    is_bypass: info.flags.contains(ParamInfoFlags::IS_BYPASS),
                    is_stepped: info.flags.contains(ParamInfoFlags::IS_STEPPED),
                    is_automatable: info.flags.contains(ParamInfoFlags::IS_AUTOMATABLE),
                }
            })
            .collect()
    }

    /// A parameter by its name.
    pub fn parameter(&mut self, name: &str) -> Parameter {
        self.parameters()
            .into_iter()
            .find(|parameter| parameter.name == name)
            .expect("there is such a parameter")
    }

    /// A parameter's value as the plugin has it now.
    pub fn value(&mut self, name: &str) -> f64 {
        let id = self.clap_id(name);
        let plugin = self.instance.plugin_handle();
        let params: PluginParams = plugin.get_extension().expect("the plugin has parameters");
        params.get_value(&plugin, id).expect("the parameter has a value")
    }

    /// The text of a value.
    pub fn text(&mut self, name: &str, value: f64) -> String {
        let id = self.clap_id(name);
        let plugin = self.instance.plugin_handle();
        let params: PluginParams = plugin.get_extension().expect("the plugin has parameters");
        let mut buffer = [0; 128];
        let text = params.value_to_text(&plugin, id, value, &mut buffer).expect("every value has a text");
        String::from_utf8_lossy(text).into_owned()
    }

    /// The value of a text, as when the user types it.
    pub fn typed(&mut self, name: &str, text: &str) -> Option<f64> {
        let id = self.clap_id(name);
        let plugin = self.instance.plugin_handle();
        let params: PluginParams = plugin.get_extension().expect("the plugin has parameters");
        params.text_to_value(&plugin, id, &CString::new(text).expect("no NUL"))
    }

    fn clap_id(&mut self, name: &str) -> ClapId {
        ClapId::new(self.parameter(name).id)
    }

    /// The state, as it would stand in the project's file.
    pub fn save(&mut self) -> Vec<u8> {
        let plugin = self.instance.plugin_handle();
        let state: PluginState = plugin.get_extension().expect("the plugin has a state");
        let mut bytes = Vec::new();
        state.save(&plugin, &mut bytes).expect("the state can be saved");
        bytes
    }

    /// Loads a state. Returns whether the plugin says that it has.
    pub fn load_state(&mut self, bytes: &[u8]) -> bool {
        let plugin = self.instance.plugin_handle();
        let state: PluginState = plugin.get_extension().expect("the plugin has a state");
        state.load(&plugin, &mut Cursor::new(bytes)).is_ok()
    }

    /// The latency that the plugin reports, in frames.
    pub fn latency(&mut self) -> u32 {
        let plugin = self.instance.plugin_handle();
        let latency: PluginLatency = plugin.get_extension().expect("the plugin has a latency");
        latency.get(&plugin)
    }

    /// How often the plugin has told of a new latency.
    pub fn latency_changes(&self) -> u32 {
        self.instance.access_shared_handler(|requests| requests.latency_changes.load(Ordering::SeqCst))
    }

    /// How often the plugin has asked to be restarted since the last call.
    pub fn take_restart_requests(&mut self) -> u32 {
        self.instance.access_shared_handler(|requests| requests.restarts.swap(0, Ordering::SeqCst))
    }

    /// How often the plugin has said that its project is to be saved again, since the last call.
    pub fn take_dirty_marks(&mut self) -> u32 {
        self.answer_callback();
        self.instance.access_shared_handler(|requests| requests.dirty_marks.swap(0, Ordering::SeqCst))
    }

    fn answer_callback(&mut self) {
        if self.instance.access_shared_handler(|requests| requests.callback.swap(false, Ordering::SeqCst)) {
            self.instance.call_on_main_thread_callback();
        }
    }

    /// Runs stereo audio at 48 kHz through the plugin on a thread of its own, from activation to deactivation.
    ///
    /// `changes` are automation: the frame, the parameter's name and the value.
    pub fn process(
        &mut self,
        input: [&[f32]; 2],
        block_frames: usize,
        changes: &[(usize, &str, f64)],
    ) -> [Vec<f32>; 2] {
        let passage =
            Passage { input: Some(input), frames: input[0].len(), block_frames, ..Passage::default() };
        self.play_automated(&passage, changes).output
    }

    /// Holds a key of an instrument from the first frame on, at 48 kHz, in blocks of 512 frames.
    pub fn hold_key(&mut self, key: u8, frames: usize) -> [Vec<f32>; 2] {
        let midi = [(0, [0x90, key, 127])];
        self.play(&Passage { frames, block_frames: 512, midi: &midi, ..Passage::default() }).output
    }

    /// Plays a passage, from activation to deactivation.
    pub fn play(&mut self, passage: &Passage) -> Performance {
        self.run(passage, &[])
    }

    /// The same with automation: the frame, the parameter's name and the value.
    pub fn play_automated(&mut self, passage: &Passage, changes: &[(usize, &str, f64)]) -> Performance {
        let changes: Vec<(usize, ClapId, f64)> =
            changes.iter().map(|(frame, name, value)| (*frame, self.clap_id(name), *value)).collect();
        self.run(passage, &changes)
    }

    fn run(&mut self, passage: &Passage, changes: &[(usize, ClapId, f64)]) -> Performance {
        let configuration = PluginAudioConfiguration {
            sample_rate: RATE_HZ,
            min_frames_count: 1,
            max_frames_count: passage.block_frames as u32,
        };
        let processor =
            self.instance.activate(|_, _| (), configuration).expect("the plugin can be activated");
        let (processor, performance) = std::thread::scope(|scope| {
            scope.spawn(|| passage::run(processor, passage, changes)).join().expect("the audio thread lives")
        });
        // What the plugin asked for while it was active belongs before its deactivation.
        self.answer_callback();
        self.instance.deactivate(processor);
        performance
    }
}
