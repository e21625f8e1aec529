//! One opening of the window: everything that ends when the host closes it.

use std::collections::VecDeque;
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use nice_plug_core::context::gui::GuiContext;
use nice_plug_core::editor::HostMainThreadCaller;
use nice_plug_core::editor::dpi::{LogicalSize, Size};
use parking_lot::{Condvar, Mutex};

use crate::config::Config;
use crate::handler::{Opening, PageHandler, PageSender, WindowControl};

/// How long the host's main thread waits for a handler that is busy, when the window closes. A handler that in turn waits
/// for the main thread would otherwise wait for ever.
const LONGEST_WAIT_FOR_HANDLER: Duration = Duration::from_secs(1);

/// Something to be done on the host's main thread.
pub enum MainThreadTask {
    /// Call this.
    Run(Box<dyn FnOnce() + Send>),
    /// Ask the host for this size, in logical pixels.
    Resize(u32, u32),
}

impl MainThreadTask {
    /// Does it; `ask_for_size` asks the host for a size.
    pub fn carry_out(self, ask_for_size: impl FnOnce(Size) -> Result<(), Box<dyn Error>>) {
        match self {
            Self::Run(task) => task(),
            Self::Resize(width_px, height_px) => {
                let size = LogicalSize::new(f64::from(width_px), f64::from(height_px));
                if let Err(error) = ask_for_size(Size::Logical(size)) {
                    tracing::info!("the host refuses {width_px} x {height_px} pixels: {error}");
                }
            }
        }
    }
}

/// One opening of the window.
pub struct Session {
    config: Arc<Config>,
    /// Gone when the window is closed: it may be what keeps the plugin alive, which must not end on the editor's thread.
    gui_context: Mutex<Option<GuiContext>>,
    handler: Mutex<Option<Box<dyn PageHandler>>>,
    is_closed: AtomicBool,
    /// Nothing more is run, since the last that was asked for has been.
    is_over: AtomicBool,
    to_page: Mutex<Vec<String>>,
    /// Tells whoever carries texts to the page that there are some.
    wake: Box<dyn Fn() + Send + Sync>,
    tasks: Mutex<VecDeque<MainThreadTask>>,
    main_thread: Mutex<Option<Box<dyn HostMainThreadCaller>>>,
    calls_wanted: AtomicU32,
    /// Wakes the main thread of a program that has no host.
    work_or_end: Condvar,
}

impl Session {
    /// Opens. Without a host, whoever calls [`Session::next_task`] is the main thread.
    pub fn new(
        config: Arc<Config>,
        gui_context: GuiContext,
        main_thread: Option<Box<dyn HostMainThreadCaller>>,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            config,
            gui_context: Mutex::new(Some(gui_context)),
            handler: Mutex::default(),
            is_closed: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
            to_page: Mutex::default(),
            wake: Box::new(wake),
            tasks: Mutex::default(),
            main_thread: Mutex::new(main_thread),
            calls_wanted: AtomicU32::new(0),
            work_or_end: Condvar::new(),
        })
    }

    /// Makes a new handler, after dropping the one that there was.
    pub fn start_handler(self: &Arc<Self>, is_fresh_page: bool) {
        let mut handler = self.handler.lock();
        guarded("dropping the page's handler", || drop(handler.take()));
        self.to_page.lock().clear();
        let Some(gui_context) = self.gui_context.lock().clone().filter(|_| !self.is_closed()) else { return };
        let opening = Opening {
            page: PageSender { session: Arc::downgrade(self) },
            gui_context,
            window: WindowControl { session: Arc::downgrade(self) },
            is_fresh_page,
        };
        *handler = guarded("making the page's handler", || (self.config.handler)(opening));
    }

    /// Calls the handler, unless the window is closed.
    pub fn with_handler(&self, what: &'static str, call: impl FnOnce(&mut dyn PageHandler)) {
        if let Some(handler) = self.handler.lock().as_mut().filter(|_| !self.is_closed()) {
            guarded(what, || call(handler.as_mut()));
        }
    }

    /// Takes the texts that wait for the page.
    pub fn take_texts(&self) -> Vec<String> {
        std::mem::take(&mut self.to_page.lock())
    }

    /// Sends a text to the page.
    pub fn send(&self, text: String) {
        if !self.is_closed() {
            self.to_page.lock().push(text);
            (self.wake)();
        }
    }

    /// Asks the host for another size.
    pub fn request_resize(&self, width_px: u32, height_px: u32) -> bool {
        let is_allowed = self.config.allows_size(width_px, height_px) && !self.is_closed();
        if is_allowed {
            self.add_task(MainThreadTask::Resize(width_px, height_px));
        }
        is_allowed
    }

    /// Runs something on the main thread.
    pub fn run_on_main_thread(&self, task: Box<dyn FnOnce() + Send>) {
        self.add_task(MainThreadTask::Run(task));
    }

    /// The next thing to do on the main thread, if there is any.
    pub fn take_task(&self) -> Option<MainThreadTask> {
        let mut tasks = self.tasks.lock();
        if self.is_closed() { None } else { tasks.pop_front() }
    }

    /// Waits for the next thing to do on the main thread, where there is no host to call; `None` when the window is closed.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "there is always a host"))]
    pub fn next_task(&self) -> Option<MainThreadTask> {
        let mut tasks = self.tasks.lock();
        loop {
            if self.is_closed() {
                return None;
            }
            if let Some(task) = tasks.pop_front() {
                return Some(task);
            }
            self.work_or_end.wait(&mut tasks);
        }
    }

    /// Whether the window is closed.
    pub fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::SeqCst)
    }

    /// Marks the end, which stops [`Session::next_task`]. The handler lives on until [`Session::close`].
    pub fn end(&self) {
        let tasks = self.tasks.lock();
        self.is_closed.store(true, Ordering::SeqCst);
        self.work_or_end.notify_all();
        drop(tasks);
    }

    /// Ends for good, on the main thread: afterwards nothing of the plugin is called any more. What the handler has asked
    /// to be run, or asks while it is dropped, is run before: the end of a gesture must reach the host.
    pub fn close(&self) {
        self.end();
        *self.main_thread.lock() = None;
        drop(self.gui_context.lock().take());
        self.to_page.lock().clear();
        if let Some(mut handler) = self.handler.try_lock_for(LONGEST_WAIT_FOR_HANDLER) {
            guarded("dropping the page's handler", || drop(handler.take()));
        } else {
            tracing::warn!("the page's handler is still busy while its window closes");
        }
        let mut tasks = self.tasks.lock();
        self.is_over.store(true, Ordering::SeqCst);
        let last = std::mem::take(&mut *tasks);
        drop(tasks);
        for task in last {
            if let MainThreadTask::Run(task) = task {
                guarded("running a task of the page's handler", task);
            }
        }
    }

    fn add_task(&self, task: MainThreadTask) {
        let mut tasks = self.tasks.lock();
        let is_too_late = match task {
            MainThreadTask::Run(_) => self.is_over.load(Ordering::SeqCst),
            MainThreadTask::Resize(..) => self.is_closed(),
        };
        if is_too_late {
            return;
        }
        tasks.push_back(task);
        self.work_or_end.notify_all();
        drop(tasks);
        self.calls_wanted.fetch_add(1, Ordering::SeqCst);
        self.call_main_thread();
    }

    /// Has the host call its main thread. The host may do so at once, from within, and what it runs may ask again; so
    /// nobody waits for the caller, and whoever has it looks for requests that came in the meantime.
    fn call_main_thread(&self) {
        loop {
            let answered = self.calls_wanted.load(Ordering::SeqCst);
            let Some(mut host) = self.main_thread.try_lock() else { return };
            let Some(caller) = host.as_mut() else { return };
            caller.call_main_thread();
            drop(host);
            if self.calls_wanted.load(Ordering::SeqCst) == answered {
                return;
            }
        }
    }
}

/// Calls the plugin's code. A panic there costs one call, and neither the window nor the host.
fn guarded<T>(what: &'static str, call: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(call)).inspect_err(|_| tracing::error!("a panic while {what}")).ok()
}

#[cfg(test)]
mod tests {
    use nice_plug_core::context::PluginApi;
    use nice_plug_core::context::gui::GuiContextInner;
    use nice_plug_core::params::internals::ParamPtr;
    use nice_plug_core::plugin::PluginState;

    use super::*;
    use crate::assets::{AssetMap, PageSource};
    use crate::editor::WebviewEditor;
    use crate::state::EditorState;

    struct NoContext;

    #[allow(unsafe_code, reason = "nice-plug's interface is unsafe")]
    impl GuiContextInner for NoContext {
        fn plugin_api(&self) -> PluginApi {
            PluginApi::Clap
        }
        unsafe fn raw_begin_set_parameter(&self, _: ParamPtr) {}
        unsafe fn raw_set_parameter_normalized(&self, _: ParamPtr, _: f32) {}
        unsafe fn raw_end_set_parameter(&self, _: ParamPtr) {}
        fn get_state(&self) -> PluginState {
            unimplemented!("no test asks for it")
        }
        fn set_state(&self, _: PluginState) {}
        fn request_restart(&self) {}
    }

    /// Lets go of something when it is dropped, as a page does of a knob.
    struct Holder(WindowControl, Arc<Mutex<Vec<&'static str>>>);

    impl Holder {
        fn run(&self, what: &'static str) {
            let told = Arc::clone(&self.1);
            self.0.run_on_main_thread(move || told.lock().push(what));
        }
    }

    impl PageHandler for Holder {
        fn on_message(&mut self, _: &str) {
            self.run("begin");
        }
    }

    impl Drop for Holder {
        fn drop(&mut self) {
            self.run("end");
        }
    }

    #[test]
    fn what_the_host_must_know_reaches_it_before_the_window_is_closed() {
        let told = Arc::new(Mutex::default());
        let holder = Arc::clone(&told);
        let source = PageSource::Assets(AssetMap::new());
        let editor = WebviewEditor::builder(source, EditorState::new(1, 1), move |opening| {
            Box::new(Holder(opening.window, Arc::clone(&holder)))
        });
        let session = Session::new(editor.into_config(), GuiContext::new(Arc::new(NoContext)), None, || ());
        session.start_handler(true);
        session.with_handler("handling a message", |handler| handler.on_message(""));
        session.end();
        assert!(session.take_task().is_none(), "nothing is run by a window that has ended");
        session.close();
        assert_eq!(*told.lock(), ["begin", "end"]);

        session.run_on_main_thread(Box::new(|| unreachable!("the window is closed")));
        session.close();
    }
}
