//! The editor of any nice-plug plugin whose page speaks the protocol.
//!
//! A plugin says what its page is ([`Page`]) and gets a [`WebviewEditor`] from [`editor`]; everything in between is here:
//! the page's messages, its gestures in the host, automation and levels on the window's timer.
//!
//! Nothing of it touches the audio thread: parameters are atomics, levels come through the plugin's [`MeterReader`], and
//! notes go through its [`PageNotes`].

use std::sync::Arc;

use nice_plug::editor::ResizeHint;
use nice_plug::prelude::{Plugin, PluginApi};
pub use nice_plug_webview::{AssetMap, EditorState, PageSource, WebviewEditor};
use nice_plug_webview::{EditorObserver, Opening, PageHandler, PageSender, WindowControl};
use wavecraft_ipc::{HostKind, ParameterHost, PluginInfo};
use wavecraft_metering::analysis::{SignalAnalyser, SignalReaders};
use wavecraft_metering::{MeterReader, SignalSet};
use wavecraft_session::SessionHost;

use crate::controllers::ProgramControllers;
use crate::instance_session::InstanceSession;
use crate::page::{
    Connection, ControllerOutbox, DirtyParameters, HostAudio, KeptRequests, LatestLevels, MenuOpener,
    NotificationOutbox, PacedTasks, PageNotes, PluginHost, SessionOutbox, SignalOutbox, ToHost,
};
use crate::parameters::{ParameterTable, PendingValues};

/// The name under which the page finds the way to its plugin, as the protocol has it.
const BRIDGE_NAME: &str = "__WAVECRAFT_IPC__";

/// The variable that names a development page to show instead of the plugin's own, in a debug build.
const DEVELOPMENT_PAGE_VARIABLE: &str = "WAVECRAFT_UI_URL";

/// What a plugin says of its page.
pub struct Page {
    /// Its files.
    pub source: PageSource,
    /// The window's size, which is best kept among the plugin's persistent parameters.
    pub state: Arc<EditorState>,
    /// Whether and how the window may be resized.
    pub resize_hint: ResizeHint,
    /// What shows before the page has painted: red, green, blue.
    pub background: [u8; 3],
    /// The levels and the plugin's own meters that the page is told of.
    pub meters: Option<MeterReader>,
    /// The points of the plugin's sound that the page can see.
    pub signals: SignalSet,
    /// The history, the slots and the presets, which are best saved among the plugin's persistent fields, and where values
    /// are kept that the page has set and the host has not handed on; `None` for a page without.
    pub instance: Option<Arc<InstanceSession>>,
    /// Where the notes go that the page plays; `None` for a plugin that takes none from its page.
    pub notes: Option<Arc<PageNotes>>,
    /// For which sample rate and block the host has activated the plugin; `None` for a page that does not learn it.
    pub audio: Option<Arc<HostAudio>>,
}

/// The built page of the plugin that calls it, as its build script has found it by `wavecraft_build::plugin()`: an
/// [`AssetMap`].
#[macro_export]
macro_rules! page_files {
    () => {{
        let files: &[(&str, &str, &[u8])] = &include!(concat!(env!("OUT_DIR"), "/page.rs"));
        files.iter().fold($crate::editor::AssetMap::new(), |map, (path, media_type, bytes)| {
            map.with_file(path, *media_type, *bytes)
        })
    }};
}

/// The editor of `plugin`: what [`Plugin::editor`] returns. It is called once for each instance, before it processes.
pub fn editor<P: Plugin>(plugin: &P, page: Page) -> WebviewEditor {
    let (table, dirty, pending) = if let Some(instance) = &page.instance {
        (Arc::clone(instance.table()), Arc::clone(instance.dirty()), Arc::clone(instance.pending()))
    } else {
        let table = Arc::new(ParameterTable::new(plugin.params()));
        let (dirty, pending) = (DirtyParameters::new(table.len()), PendingValues::new(table.len()));
        (table, Arc::new(dirty), Arc::new(pending))
    };
    let observer = Arc::new(Observer { table: Arc::clone(&table), dirty: Arc::clone(&dirty) });
    let [red, green, blue] = page.background;
    let parts = Parts {
        table,
        dirty,
        pending,
        meters: page.meters,
        signals: page.signals,
        instance: page.instance,
        notes: page.notes,
        audio: page.audio,
        state: Arc::clone(&page.state),
        kept_requests: KeptRequests::default(),
    };
    let handler =
        move |opening: Opening| -> Box<dyn PageHandler> { Box::new(Handler::new::<P>(opening, &parts)) };
    WebviewEditor::builder(development_page().unwrap_or(page.source), page.state, handler)
        .with_title(P::NAME)
        .with_resize_hint(page.resize_hint)
        .with_background(red, green, blue)
        .with_bridge_name(BRIDGE_NAME)
        .with_observer(observer)
        .build()
}

/// The page under development, if this is a debug build and one is named.
fn development_page() -> Option<PageSource> {
    if !cfg!(debug_assertions) {
        return None;
    }
    std::env::var(DEVELOPMENT_PAGE_VARIABLE).ok().filter(|url| !url.is_empty()).map(PageSource::Url)
}

/// What all openings of an instance's window share.
struct Parts {
    table: Arc<ParameterTable>,
    dirty: Arc<DirtyParameters>,
    pending: Arc<PendingValues>,
    meters: Option<MeterReader>,
    signals: SignalSet,
    instance: Option<Arc<InstanceSession>>,
    notes: Option<Arc<PageNotes>>,
    audio: Option<Arc<HostAudio>>,
    state: Arc<EditorState>,
    kept_requests: KeptRequests,
}

/// One opening of the window.
struct Handler {
    connection: Connection,
    /// What a CLAP host is told.
    queued: Arc<PacedTasks>,
    page: PageSender,
    /// What the page has subscribed to when its window is closed: it goes on when that is opened again.
    kept_requests: KeptRequests,
}

impl Handler {
    fn new<P: Plugin>(opening: Opening, parts: &Parts) -> Self {
        let Parts { table, dirty, pending, .. } = parts;
        let Opening { page, gui_context, window, is_fresh_page } = opening;
        if !is_fresh_page {
            // The page knows what it knew when its window was closed.
            dirty.mark_all();
        }
        let kind = match gui_context.plugin_api() {
            PluginApi::Clap | PluginApi::Vst3 => HostKind::Plugin,
            PluginApi::Standalone => HostKind::Standalone,
        };
        let queued = Arc::new(PacedTasks::default());
        let to_host: ToHost = match gui_context.plugin_api() {
            PluginApi::Vst3 => {
                let main_thread = window.clone();
                Arc::new(move |task| main_thread.run_on_main_thread(task))
            }
            // nice-plug only queues there, and not every CLAP host calls back on its main thread when asked to.
            PluginApi::Clap | PluginApi::Standalone => {
                let queued = Arc::clone(&queued);
                Arc::new(move |task| queued.run(task))
            }
        };
        let levels = LatestLevels::default();
        let own_meters = parts.meters.iter().flat_map(MeterReader::own_meters).map(Into::into).collect();
        let analyser = SignalAnalyser::new();
        let signals = parts.signals.clone();
        analyser.connect(signals.describe(), Some(Box::new(SignalReaders::new(signals))));
        let menu_opener = parts.menu_opener(&window);
        let host = PluginHost::new(
            PluginInfo::new(P::NAME, P::VENDOR, P::VERSION, kind)
                .with_meters(own_meters)
                .with_signals(analyser.infos()),
            Arc::clone(table),
            gui_context,
            to_host,
            Arc::clone(dirty),
            Arc::clone(pending),
            levels.clone(),
            Box::new(move |width, height| window.request_resize(width, height)),
        );
        let host = match &parts.notes {
            Some(notes) => host.with_notes(Arc::clone(notes)),
            None => host,
        };
        let host = match &parts.audio {
            Some(audio) => host.with_audio(Arc::clone(audio)),
            None => host,
        };
        let host = match menu_opener {
            Some(opener) => host.with_host_menu(opener),
            None => host,
        };
        let controllers = ProgramControllers::provided().filter(|_| kind == HostKind::Standalone);
        let host = Arc::new(match &controllers {
            Some(controllers) => host.with_controllers(Arc::clone(controllers.learned())),
            None => host,
        });
        let outbox = parts.outbox(levels, is_fresh_page);
        let (connection, host): (_, Arc<dyn ParameterHost>) = match &parts.instance {
            Some(instance) => {
                let host = Arc::new(SessionHost::new(host, Arc::clone(instance.session())));
                let told = SessionOutbox::new(Arc::clone(&host), Arc::clone(dirty));
                if !is_fresh_page {
                    told.mark_all();
                }
                (Connection::new(host.clone(), outbox).with_session(told), host)
            }
            None => (Connection::new(host.clone(), outbox), host),
        };
        let connection = match controllers {
            Some(controllers) => connection.with_controllers(ControllerOutbox::new(controllers, host)),
            None => connection,
        };
        let requests = if is_fresh_page { Vec::new() } else { parts.kept_requests.get() };
        let connection = connection.with_signals(SignalOutbox::new(analyser), requests);
        Self { connection, queued, page, kept_requests: parts.kept_requests.clone() }
    }
}

impl Parts {
    /// What tells a page of changes. A page that is not fresh knows what it knew when its window was closed.
    fn outbox(&self, levels: LatestLevels, is_fresh_page: bool) -> NotificationOutbox {
        let (table, dirty) = (Arc::clone(&self.table), Arc::clone(&self.dirty));
        let outbox = NotificationOutbox::new(table, dirty, self.meters.clone(), levels);
        let Some(audio) = &self.audio else { return outbox };
        let mut outbox = outbox.with_audio(Arc::clone(audio));
        if !is_fresh_page {
            outbox.mark_audio();
        }
        outbox
    }

    /// How a page of this window has the host show its menu, if it has one.
    fn menu_opener(&self, window: &WindowControl) -> Option<MenuOpener> {
        let menu = Arc::clone(self.instance.as_ref()?.host_menu());
        let (window, state) = (window.clone(), Arc::clone(&self.state));
        menu.is_there().then(|| -> MenuOpener {
            Box::new(move |index, place| {
                let (menu, place) = (Arc::clone(&menu), state.native_position(place));
                window.run_on_main_thread(move || menu.show(index, place));
            })
        })
    }
}

impl Drop for Handler {
    fn drop(&mut self) {
        self.kept_requests.set(self.connection.signal_requests());
    }
}

impl PageHandler for Handler {
    fn on_message(&mut self, text: &str) {
        let Self { connection, page, .. } = self;
        connection.receive(text, |answer| page.send(answer));
    }

    fn on_document_started(&mut self) {
        self.connection.restart();
    }

    fn on_tick(&mut self) {
        let Self { connection, queued, page, .. } = self;
        queued.tick();
        connection.tick(|text| page.send(text));
    }
}

/// Marks what the host changes, on whatever thread that happens.
struct Observer {
    table: Arc<ParameterTable>,
    dirty: Arc<DirtyParameters>,
}

impl EditorObserver for Observer {
    fn param_value_changed(&self, id: &str, _normalized: f32) {
        if let Some(index) = self.table.index_of(id) {
            self.dirty.mark(index);
        }
    }

    fn state_changed(&self) {
        self.dirty.mark_loaded();
    }
}
