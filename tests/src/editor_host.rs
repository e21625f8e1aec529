//! A CLAP host with a window: the plugin's editor is embedded in it while audio runs.
//!
//! Calling into a plugin's library is unsafe by nature; all of it is here.
#![allow(unsafe_code, reason = "loading a plugin's library runs its code")]

use std::cell::RefCell;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use clack_extensions::context_menu::{
    ContextMenuBuilder, ContextMenuTarget, HostContextMenu, HostContextMenuImpl,
};
use clack_extensions::gui::{GuiApiType, GuiConfiguration, GuiSize, HostGui, HostGuiImpl, PluginGui, Window};
use clack_extensions::params::{
    HostParams, HostParamsImplMainThread, HostParamsImplShared, ParamClearFlags, ParamInfoBuffer,
    ParamRescanFlags, PluginParams,
};
use clack_extensions::state::{HostState, HostStateImpl, PluginState};
use clack_host::events::Pckn;
use clack_host::events::event_types::{NoteOnEvent, ParamValueEvent};
use clack_host::events::io::EventBuffer;
use clack_host::events::spaces::CoreEventSpace;
use clack_host::prelude::*;
use clack_host::utils::ClapId;

/// Frames in a block, and how long they last at the host's rate.
const BLOCK_FRAMES: usize = 480;
const BLOCK_TIME: Duration = Duration::from_millis(10);
const RATE_HZ: f64 = 48_000.0;
/// The tone's peak, until another is asked for: -12 dBFS.
const TONE_PEAK: f64 = 0.25;
/// The key that is held on instruments: A above middle C.
const KEY: u8 = 69;

/// What the plugin tells its host of a parameter, by the parameter's name.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// The user takes hold.
    Begin(String),
    /// A value.
    Value(String, f64),
    /// The user lets go.
    End(String),
}

/// What the plugin asked of its host.
#[derive(Default)]
pub struct Requests {
    callback: AtomicBool,
    /// Width and height, if the window is to have another size.
    resize: Mutex<Option<GuiSize>>,
}

impl SharedHandler<'_> for Requests {
    fn request_restart(&self) {}
    fn request_process(&self) {}
    fn request_callback(&self) {
        self.callback.store(true, Ordering::SeqCst);
    }
}

impl HostGuiImpl for Requests {
    fn resize_hints_changed(&self) {}
    fn request_resize(&self, new_size: GuiSize) -> Result<(), HostError> {
        *self.resize.lock().expect("nobody panics with it") = Some(new_size);
        Ok(())
    }
    fn request_show(&self) -> Result<(), HostError> {
        Ok(())
    }
    fn request_hide(&self) -> Result<(), HostError> {
        Ok(())
    }
    fn closed(&self, _was_destroyed: bool) {}
}

impl HostParamsImplShared for Requests {
    fn request_flush(&self) {}
}

/// The main thread's side of the callbacks.
#[derive(Default)]
pub struct MainThread {
    /// For which parameter the host's menu was to be shown, and where.
    menus: RefCell<Vec<(u32, (i32, i32))>>,
}

impl<'a> MainThreadHandler<'a> for MainThread {
    fn initialized(&self, _instance: InitializedPluginHandle<'a>) {}
}

impl HostStateImpl for MainThread {
    fn mark_dirty(&self) {}
}

impl HostContextMenuImpl for MainThread {
    fn populate(
        &self,
        _target: ContextMenuTarget,
        _builder: &mut ContextMenuBuilder,
    ) -> Result<(), HostError> {
        Err(HostError::Message("the menu is the host's to fill"))
    }
    fn perform(&self, _target: ContextMenuTarget, _action_id: ClapId) -> Result<(), HostError> {
        Err(HostError::Message("the menu is the host's to carry out"))
    }
    fn can_popup(&self) -> bool {
        true
    }
    fn popup(&self, target: ContextMenuTarget, _screen_index: i32, x: i32, y: i32) -> Result<(), HostError> {
        let ContextMenuTarget::Param(id) = target else {
            return Err(HostError::Message("the menu is a parameter's"));
        };
        self.menus.borrow_mut().push((id.get(), (x, y)));
        Ok(())
    }
}

impl HostParamsImplMainThread for MainThread {
    fn rescan(&self, _flags: ParamRescanFlags) {}
    fn clear(&self, _param_id: ClapId, _flags: ParamClearFlags) {}
}

struct Handlers;

impl HostHandlers for Handlers {
    type Shared<'a> = Requests;
    type MainThread<'a> = MainThread;
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, _shared: &Self::Shared<'_>) {
        builder.register::<HostContextMenu>();
        builder.register::<HostGui>().register::<HostParams>().register::<HostState>();
    }
}

/// A plugin that plays, with or without its window.
pub struct EditorHost {
    instance: PluginInstance<Handlers>,
    audio: Option<Audio>,
    names: Vec<(ClapId, String)>,
    /// Whether it calls the plugin back on its main thread when asked to, as hosts should.
    pub calls_back: bool,
    _entry: PluginEntry,
}

/// The thread that plays a tone through the plugin.
struct Audio {
    thread: JoinHandle<StoppedPluginAudioProcessor<Handlers>>,
    stop: Arc<AtomicBool>,
    stands_still: Arc<AtomicBool>,
    automation: Sender<(ClapId, f64)>,
    told: Arc<Mutex<Vec<(u32, ToldKind)>>>,
    /// The tone's peak, as bits of an `f64`.
    tone_bits: Arc<AtomicU64>,
    /// The newest block's peak at the output, as bits of an `f64`.
    peak_bits: Arc<AtomicU64>,
    blocks: Arc<AtomicU64>,
}

/// What makes the plugin sound.
#[derive(Clone, Copy, PartialEq)]
enum Source {
    /// A tone at its input.
    Tone,
    /// A key that is held; there is no input.
    Key,
}

#[derive(Clone, Copy)]
enum ToldKind {
    Begin,
    Value(f64),
    End,
}

impl EditorHost {
    /// Loads the bundle's library, makes an instance of its only plugin, and plays a tone of -12 dBFS through it.
    pub fn start(bundle: &Path) -> Self {
        Self::start_with(bundle, Source::Tone)
    }

    /// Does so with an instrument, on which it holds a key.
    pub fn start_instrument(bundle: &Path) -> Self {
        Self::start_with(bundle, Source::Key)
    }

    fn start_with(bundle: &Path, source: Source) -> Self {
        // SAFETY: The bundle is the one that this project has just built; loading it runs nothing unknown.
        let entry = unsafe { PluginEntry::load(bundle) }.expect("the bundle loads");
        let host =
            HostInfo::new("Wavecraft tests", "Wavecraft", "", env!("CARGO_PKG_VERSION")).expect("no NUL");
        let factory = entry.get_plugin_factory().expect("the library has plugins");
        let descriptor = factory.plugin_descriptors().next().expect("the library has a plugin");
        let id = descriptor.id().expect("the plugin has an id").to_owned();
        let mut instance = PluginInstance::<Handlers>::new(
            |()| Requests::default(),
            |_| MainThread::default(),
            &entry,
            &id,
            &host,
        )
        .expect("the plugin can be made");
        let names = names_of(&mut instance);
        let audio = Some(Audio::start(&mut instance, source));
        Self { instance, audio, names, calls_back: true, _entry: entry }
    }

    /// Opens the window within another, and returns its size.
    pub fn open(&mut self, parent: u32, scale: Option<f64>) -> (u32, u32) {
        let plugin = self.instance.plugin_handle();
        let gui: PluginGui = plugin.get_extension().expect("the plugin has a window");
        let configuration = GuiConfiguration { api_type: GuiApiType::X11, is_floating: false };
        assert!(gui.is_api_supported(&plugin, configuration));
        gui.create(&plugin, configuration).expect("the window can be made");
        if let Some(scale) = scale {
            gui.set_scale(&plugin, scale).expect("the window can be scaled");
        }
        let size = gui.get_size(&plugin).expect("the window has a size");
        // SAFETY: the test keeps the parent until after the window is closed.
        unsafe { gui.set_parent(&plugin, Window::from_x11_handle(u64::from(parent))) }
            .expect("the window can be embedded");
        gui.show(&plugin).expect("the window can be shown");
        (size.width, size.height)
    }

    /// Closes the window.
    pub fn close(&mut self) {
        let plugin = self.instance.plugin_handle();
        let gui: PluginGui = plugin.get_extension().expect("the plugin has a window");
        gui.destroy(&plugin);
    }

    /// Gives the window another size, as a user who drags its edge does, and returns what it has taken.
    pub fn resize(&mut self, width: u32, height: u32) -> (u32, u32) {
        let plugin = self.instance.plugin_handle();
        let gui: PluginGui = plugin.get_extension().expect("the plugin has a window");
        assert!(gui.can_resize(&plugin));
        let size = gui.adjust_size(&plugin, GuiSize { width, height }).expect("some size is possible");
        gui.set_size(&plugin, size).expect("the size was the plugin's own");
        (size.width, size.height)
    }

    /// The size that the plugin has asked for since the last call.
    pub fn take_resize_request(&mut self) -> Option<(u32, u32)> {
        let take = |requests: &Requests| requests.resize.lock().expect("nobody panics with it").take();
        self.instance.access_shared_handler(take).map(|size| (size.width, size.height))
    }

    /// Does what the plugin wants done on the main thread, until something is so.
    pub fn run_until(&mut self, what: &str, mut is_so: impl FnMut(&mut Self) -> bool) {
        let started = Instant::now();
        loop {
            self.idle();
            if is_so(self) {
                return;
            }
            assert!(started.elapsed() < Duration::from_secs(15), "waited in vain until {what}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Goes on as a host does, for so long.
    pub fn idle_for(&mut self, time: Duration) {
        let started = Instant::now();
        while started.elapsed() < time {
            self.idle();
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// One turn of the main thread's loop.
    pub fn idle(&mut self) {
        let is_asked = |requests: &Requests| requests.callback.swap(false, Ordering::SeqCst);
        if self.calls_back && self.instance.access_shared_handler(is_asked) {
            self.instance.call_on_main_thread_callback();
        }
    }

    /// What the plugin has told of its parameters since the last call, in order.
    pub fn take_told(&mut self) -> Vec<Told> {
        let told = std::mem::take(&mut *self.audio().told.lock().expect("nobody panics with it"));
        let told = told.into_iter().map(|(id, kind)| match kind {
            ToldKind::Begin => Told::Begin(self.name_of(id)),
            ToldKind::Value(value) => Told::Value(self.name_of(id), value),
            ToldKind::End => Told::End(self.name_of(id)),
        });
        told.collect()
    }

    /// For which parameters the plugin has had the host show its menu since the last call, and at which places of the window.
    pub fn take_menus(&mut self) -> Vec<(String, (i32, i32))> {
        let menus = self.instance.access_handler(|main_thread| main_thread.menus.take());
        menus.into_iter().map(|(id, place)| (self.name_of(id), place)).collect()
    }

    /// A parameter's value as the plugin has it now, in the host's units.
    pub fn value(&mut self, name: &str) -> f64 {
        let id = self.id_of(name);
        let plugin = self.instance.plugin_handle();
        let params: PluginParams = plugin.get_extension().expect("the plugin has parameters");
        params.get_value(&plugin, id).expect("the parameter has a value")
    }

    /// Automates a parameter, from the next block on.
    pub fn automate(&self, name: &str, value: f64) {
        let sent = self.audio().automation.send((self.id_of(name), value));
        sent.expect("the audio runs");
    }

    /// The state, as it would stand in the project's file.
    pub fn save(&mut self) -> Vec<u8> {
        let plugin = self.instance.plugin_handle();
        let state: PluginState = plugin.get_extension().expect("the plugin has a state");
        let mut bytes = Vec::new();
        state.save(&plugin, &mut bytes).expect("the state can be saved");
        bytes
    }

    /// Loads a state.
    pub fn load(&mut self, bytes: &[u8]) {
        let plugin = self.instance.plugin_handle();
        let state: PluginState = plugin.get_extension().expect("the plugin has a state");
        state.load(&plugin, &mut std::io::Cursor::new(bytes)).expect("the state can be loaded");
    }

    /// Sends no more blocks, and says nothing of it; or goes on.
    pub fn stand_still(&mut self, stands_still: bool) {
        self.audio().stands_still.store(stands_still, Ordering::SeqCst);
        // The block under way.
        thread::sleep(2 * BLOCK_TIME);
    }

    /// Plays the tone with this peak from the next block on.
    pub fn play_tone(&self, peak: f64) {
        self.audio().tone_bits.store(peak.to_bits(), Ordering::Relaxed);
    }

    /// The newest block's peak at the output.
    pub fn output_peak(&self) -> f64 {
        f64::from_bits(self.audio().peak_bits.load(Ordering::Relaxed))
    }

    /// How many blocks were played.
    pub fn blocks(&self) -> u64 {
        self.audio().blocks.load(Ordering::Relaxed)
    }

    fn audio(&self) -> &Audio {
        self.audio.as_ref().expect("it plays until it is dropped")
    }

    fn name_of(&self, id: u32) -> String {
        let known = self.names.iter().find(|(known, _)| known.get() == id);
        known.map(|(_, name)| name.clone()).expect("the parameter exists")
    }

    fn id_of(&self, name: &str) -> ClapId {
        self.names.iter().find(|(_, known)| known == name).expect("the parameter exists").0
    }
}

impl Drop for EditorHost {
    fn drop(&mut self) {
        let Some(audio) = self.audio.take() else { return };
        audio.stop.store(true, Ordering::SeqCst);
        if let Ok(processor) = audio.thread.join() {
            self.instance.deactivate(processor);
        }
    }
}

fn names_of(instance: &mut PluginInstance<Handlers>) -> Vec<(ClapId, String)> {
    let plugin = instance.plugin_handle();
    let params: PluginParams = plugin.get_extension().expect("the plugin has parameters");
    let mut buffer = ParamInfoBuffer::new();
    (0..params.count(&plugin))
        .map(|index| {
            let info = params.get_info(&plugin, index, &mut buffer).expect("the index is in range");
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned();
            // Two parameters share a name; the group tells them apart.
            (info.id, format!("{}/{}", text(info.module), text(info.name)))
        })
        .collect()
}

impl Audio {
    fn start(instance: &mut PluginInstance<Handlers>, source: Source) -> Self {
        let configuration = PluginAudioConfiguration {
            sample_rate: RATE_HZ,
            min_frames_count: 1,
            max_frames_count: BLOCK_FRAMES as u32,
        };
        let processor = instance.activate(|_, _| (), configuration).expect("the plugin can be activated");
        let (automation, automated) = mpsc::channel();
        let (stop, stands_still) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let told = Arc::new(Mutex::new(Vec::new()));
        let (peak_bits, blocks) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let tone_bits = Arc::new(AtomicU64::new(TONE_PEAK.to_bits()));
        let thread = thread::spawn({
            let (stop, told) = (Arc::clone(&stop), Arc::clone(&told));
            let stands_still = Arc::clone(&stands_still);
            let (peak_bits, blocks) = (Arc::clone(&peak_bits), Arc::clone(&blocks));
            let tone_bits = Arc::clone(&tone_bits);
            move || {
                let mut player = Player { source, automated, told, tone_bits, peak_bits, blocks };
                player.play(processor, &stop, &stands_still)
            }
        });
        Self { thread, stop, stands_still, automation, told, tone_bits, peak_bits, blocks }
    }
}

/// The audio thread's own.
struct Player {
    source: Source,
    automated: Receiver<(ClapId, f64)>,
    told: Arc<Mutex<Vec<(u32, ToldKind)>>>,
    tone_bits: Arc<AtomicU64>,
    peak_bits: Arc<AtomicU64>,
    blocks: Arc<AtomicU64>,
}

impl Player {
    fn play(
        &mut self,
        processor: StoppedPluginAudioProcessor<Handlers>,
        stop: &AtomicBool,
        stands_still: &AtomicBool,
    ) -> StoppedPluginAudioProcessor<Handlers> {
        let mut processor = processor.start_processing().expect("the plugin starts");
        let mut input_ports = AudioPorts::with_capacity(4, 2);
        let mut output_ports = AudioPorts::with_capacity(2, 1);
        let mut frame = 0_u64;
        while !stop.load(Ordering::SeqCst) {
            if stands_still.load(Ordering::SeqCst) {
                thread::sleep(BLOCK_TIME);
                continue;
            }
            let mut events = EventBuffer::new();
            for (id, value) in self.automated.try_iter() {
                events.push(&ParamValueEvent::new(0, id, Pckn::match_all(), value));
            }
            if self.source == Source::Key && self.blocks.load(Ordering::Relaxed) == 0 {
                events.push(&NoteOnEvent::new(0, Pckn::new(0_u16, 0_u16, KEY, 0_u32), 1.0));
            }
            let tone_peak = f64::from_bits(self.tone_bits.load(Ordering::Relaxed));
            let mut tone = || {
                frame += 1;
                (tone_peak * (frame as f64 * 0.1).sin()) as f32
            };
            let block: Vec<f32> = (0..BLOCK_FRAMES).map(|_| tone()).collect();
            let mut from = [block.clone(), block];
            let mut silence = [vec![0.0_f32; BLOCK_FRAMES], vec![0.0_f32; BLOCK_FRAMES]];
            let mut to = [vec![0.0_f32; BLOCK_FRAMES], vec![0.0_f32; BLOCK_FRAMES]];
            let input_audio = match self.source {
                Source::Key => InputAudioBuffers::empty(),
                // With a second port for plugins that have a side chain: they read as many as they declare.
                Source::Tone => input_ports.with_input_buffers([&mut from, &mut silence].map(|channels| {
                    AudioPortBuffer {
                        latency: 0,
                        channels: AudioPortBufferType::f32_input_only(
                            channels.iter_mut().map(InputChannel::variable),
                        ),
                    }
                })),
            };
            let mut output_audio = output_ports.with_output_buffers([AudioPortBuffer {
                latency: 0,
                channels: AudioPortBufferType::f32_output_only(to.iter_mut().map(Vec::as_mut_slice)),
            }]);
            let mut output_events = EventBuffer::new();
            processor
                .process(
                    &input_audio,
                    &mut output_audio,
                    &events.as_input(),
                    &mut output_events.as_output(),
                    None,
                    None,
                )
                .expect("the plugin processes");
            self.note(&output_events);
            let peak = to[0].iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
            self.peak_bits.store(f64::from(peak).to_bits(), Ordering::Relaxed);
            self.blocks.fetch_add(1, Ordering::Relaxed);
            thread::sleep(BLOCK_TIME);
        }
        processor.stop_processing()
    }

    fn note(&self, events: &EventBuffer) {
        let mut told = self.told.lock().expect("nobody panics with it");
        for event in events {
            let noted = match event.as_core_event() {
                Some(CoreEventSpace::ParamGestureBegin(event)) => {
                    event.param_id().map(|id| (id, ToldKind::Begin))
                }
                Some(CoreEventSpace::ParamValue(event)) => {
                    event.param_id().map(|id| (id, ToldKind::Value(event.value())))
                }
                Some(CoreEventSpace::ParamGestureEnd(event)) => {
                    event.param_id().map(|id| (id, ToldKind::End))
                }
                _ => None,
            };
            told.extend(noted.map(|(id, kind)| (id.get(), kind)));
        }
    }
}
