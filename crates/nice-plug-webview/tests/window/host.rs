//! A host with one editor, and a page that does what a test wants.

use std::error::Error;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use nice_plug_core::context::PluginApi;
use nice_plug_core::context::gui::{GuiContext, GuiContextInner};
use nice_plug_core::editor::dpi::{NativeSize, Size};
use nice_plug_core::editor::{
    Editor, EditorHandle, HostCallbacks, HostMainThreadCaller, HostMethods, ParentWindowHandle, SpawnedEditor,
};
use nice_plug_core::params::internals::ParamPtr;
use nice_plug_core::plugin::PluginState;
use nice_plug_webview::{
    AssetMap, EditorState, Opening, PageHandler, PageSender, PageSource, WebviewEditor, WebviewEditorBuilder,
    WebviewHandle, WindowControl,
};

use crate::display::PATIENCE;

/// What the page's handler has seen.
#[derive(Debug, PartialEq, Eq)]
pub enum Seen {
    Opened { is_fresh_page: bool },
    DocumentStarted,
    Message(String),
    Closed,
}

/// An editor, and all that happens to it.
pub struct Host {
    pub editor: WebviewEditor,
    pub state: Arc<EditorState>,
    pub seen: Receiver<Seen>,
    pub page: Arc<Mutex<Option<(PageSender, WindowControl)>>>,
    pub resizes: Arc<Mutex<Vec<NativeSize<u32>>>>,
    pub ticks: Arc<std::sync::atomic::AtomicU32>,
}

pub type Open = SpawnedEditor<WebviewHandle>;

impl Host {
    /// An editor of 400 by 300 pixels that shows this document and runs this script.
    pub fn showing(html: &str, script: &str) -> Self {
        Self::with(html, script, |editor| editor)
    }

    pub fn with(
        html: &str,
        script: &str,
        change: impl FnOnce(WebviewEditorBuilder) -> WebviewEditorBuilder,
    ) -> Self {
        let html = format!("<!doctype html>{html}<script src=\"app.js\"></script>");
        let assets = AssetMap::new()
            .with_file("index.html", "text/html; charset=utf-8", html.into_bytes())
            .with_file("app.js", "text/javascript; charset=utf-8", script.as_bytes().to_vec());
        Self::with_source(PageSource::Assets(assets), change)
    }

    pub fn with_source(
        source: PageSource,
        change: impl FnOnce(WebviewEditorBuilder) -> WebviewEditorBuilder,
    ) -> Self {
        let state = EditorState::new(400, 300);
        let (sender, seen) = channel();
        let page = Arc::new(Mutex::new(None));
        let ticks = Arc::default();
        let (handler_page, handler_ticks) = (Arc::clone(&page), Arc::clone(&ticks));
        let editor = WebviewEditor::builder(source, Arc::clone(&state), move |opening: Opening| {
            let is_fresh_page = opening.is_fresh_page;
            *handler_page.lock().unwrap() = Some((opening.page, opening.window));
            // Said last: whoever hears of it may send.
            let _ = sender.send(Seen::Opened { is_fresh_page });
            Box::new(Recorder { seen: sender.clone(), ticks: Arc::clone(&handler_ticks) })
        });
        let editor = change(editor.with_background(0, 0, 255)).build();
        Self { editor, state, seen, page, resizes: Arc::default(), ticks }
    }

    /// Opens as VST3 hosts do: into a window that is there.
    pub fn open_in(&self, parent: u32) -> Open {
        let opened = self.spawn(Some(parent), false, None);
        opened.handle.show(&opened.window).unwrap();
        opened
    }

    /// Opens as CLAP hosts do: first the editor, then its window.
    pub fn open_then_attach(&self, parent: u32) -> Open {
        let opened = self.spawn(None, true, None);
        opened.handle.set_parent(ParentWindowHandle::XlibWindow(parent.into()), &opened.window).unwrap();
        opened.handle.show(&opened.window).unwrap();
        opened
    }

    pub fn spawn(&self, parent: Option<u32>, waits_for_parent: bool, scale: Option<f64>) -> Open {
        let methods = HostMethods {
            callbacks: Box::new(Callbacks { resizes: Arc::clone(&self.resizes) }),
            main_thread_caller: Box::new(NoCaller),
        };
        let parent = parent.map(|parent| ParentWindowHandle::XlibWindow(parent.into()));
        self.editor
            .spawn(parent, waits_for_parent, scale, GuiContext::new(Arc::new(NoContext)), Some(methods))
            .unwrap_or_else(|error| panic!("the editor does not open: {error}"))
    }

    /// Waits for what the handler sees next.
    pub fn next(&self) -> Seen {
        self.seen.recv_timeout(PATIENCE).expect("the handler sees something")
    }

    /// Waits until the handler has seen this, whatever else it sees.
    pub fn wait_for(&self, expected: &Seen) {
        let mut others = Vec::new();
        loop {
            match self.seen.recv_timeout(PATIENCE) {
                Ok(seen) if seen == *expected => return,
                Ok(seen) => others.push(seen),
                Err(error) => panic!("waited in vain for {expected:?} ({error}); there were {others:?}"),
            }
        }
    }

    /// Waits until the handler is there, for the first time or again.
    pub fn wait_for_handler(&self) {
        while !matches!(self.next(), Seen::Opened { .. }) {}
    }

    pub fn wait_for_message(&self, text: &str) {
        self.wait_for(&Seen::Message(text.to_owned()));
    }

    pub fn send(&self, text: &str) {
        self.page.lock().unwrap().as_ref().expect("the editor has been opened").0.send(text);
    }

    pub fn window_control(&self) -> WindowControl {
        self.page.lock().unwrap().as_ref().expect("the editor has been opened").1.clone()
    }
}

struct Recorder {
    seen: Sender<Seen>,
    ticks: Arc<std::sync::atomic::AtomicU32>,
}

impl PageHandler for Recorder {
    fn on_message(&mut self, text: &str) {
        let _ = self.seen.send(Seen::Message(text.to_owned()));
    }

    fn on_document_started(&mut self) {
        let _ = self.seen.send(Seen::DocumentStarted);
    }

    fn on_tick(&mut self) {
        self.ticks.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let _ = self.seen.send(Seen::Closed);
    }
}

struct Callbacks {
    resizes: Arc<Mutex<Vec<NativeSize<u32>>>>,
}

impl HostCallbacks for Callbacks {
    fn request_resize(&mut self, new_size: Size, scale_factor: f64) -> Result<(), Box<dyn Error>> {
        self.resizes.lock().unwrap().push(NativeSize::from_size(new_size, scale_factor));
        Ok(())
    }

    fn destroyed(&mut self) {}
}

/// The tests call the main thread themselves.
struct NoCaller;

impl HostMainThreadCaller for NoCaller {
    fn call_main_thread(&mut self) {}
}

struct NoContext;

#[allow(unsafe_code, reason = "the trait says so")]
impl GuiContextInner for NoContext {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Clap
    }
    unsafe fn raw_begin_set_parameter(&self, _param: ParamPtr) {}
    unsafe fn raw_set_parameter_normalized(&self, _param: ParamPtr, _normalized: f32) {}
    unsafe fn raw_end_set_parameter(&self, _param: ParamPtr) {}
    fn get_state(&self) -> PluginState {
        unreachable!("no page of these tests asks for the state")
    }
    fn set_state(&self, _state: PluginState) {}
    fn request_restart(&self) {}
}
