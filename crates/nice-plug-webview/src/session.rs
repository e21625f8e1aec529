//! One opening of the window: everything that ends when the host closes it.

use std::sync::Arc;
use std::thread::{self, ThreadId};

use nice_plug_core::context::gui::GuiContext;
use nice_plug_core::editor::HostMainThreadCaller;
use parking_lot::Mutex;

use crate::config::Config;
use crate::guard::catch_panic;
use crate::handler::{Opening, PageHandler};
use crate::main_thread::{MainThreadQueue, WindowControl};
use crate::outbox::{Outbox, PageSender};

/// One opening of the window.
pub struct Session {
    config: Arc<Config>,
    /// Gone when the window is closed: it may be what keeps the plugin alive, which must not end on the editor's thread.
    gui_context: Mutex<Option<GuiContext>>,
    handler: Mutex<HandlerSlot>,
    outbox: Arc<Outbox>,
    main_thread: Arc<MainThreadQueue>,
}

/// The handler, unless it is being called.
enum HandlerSlot {
    Empty,
    Idle(Box<dyn PageHandler>),
    /// Made, called or dropped on this thread.
    Busy {
        thread: ThreadId,
        /// Whether the window was closed from within the call, whose end then ends everything else.
        closes_afterwards: bool,
    },
}

impl Session {
    /// Opens. Without a host, whoever waits for tasks is the main thread. `wake` tells whoever takes texts to the page
    /// that there are some.
    pub fn new(
        config: Arc<Config>,
        gui_context: GuiContext,
        host: Option<Box<dyn HostMainThreadCaller>>,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Arc<Self> {
        let main_thread = Arc::new(MainThreadQueue::new(config.resize_hint, host));
        Arc::new(Self {
            config,
            gui_context: Mutex::new(Some(gui_context)),
            handler: Mutex::new(HandlerSlot::Empty),
            outbox: Arc::new(Outbox::new(wake)),
            main_thread,
        })
    }

    /// The texts that wait for the page.
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// What waits for the host's main thread.
    pub fn main_thread(&self) -> &MainThreadQueue {
        &self.main_thread
    }

    /// Makes a new handler, after dropping the one that there was.
    pub fn start_handler(&self, is_fresh_page: bool) {
        self.call(|previous| {
            catch_panic("dropping the page's handler", || drop(previous));
            self.outbox.take();
            let gui_context = self.gui_context.lock().clone()?;
            let opening = Opening {
                page: PageSender::new(&self.outbox),
                gui_context,
                window: WindowControl::new(&self.main_thread),
                is_fresh_page,
            };
            catch_panic("making the page's handler", || (self.config.handler)(opening))
        });
    }

    /// Calls the handler, unless the window has ended.
    pub fn with_handler(&self, what: &'static str, call: impl FnOnce(&mut dyn PageHandler)) {
        self.call(|handler| {
            let mut handler = handler?;
            catch_panic(what, || call(handler.as_mut()));
            Some(handler)
        });
    }

    /// Whether the window has ended.
    pub fn has_ended(&self) -> bool {
        self.main_thread.has_ended()
    }

    /// Marks the end, from any thread. The handler is called no more, and lives on until [`Session::close`].
    pub fn end(&self) {
        self.main_thread.end();
    }

    /// Ends for good, on the main thread: afterwards nothing of the plugin is called any more. Waits for the handler's call
    /// that is under way, however long it takes; what the handler has asked to be run, or asks meanwhile, or while it is
    /// dropped, is run before: the end of a gesture must reach the host.
    ///
    /// From within the handler's own call, all of that happens when the call has come to its end.
    pub fn close(&self) {
        self.end();
        self.outbox.close();
        drop(self.gui_context.lock().take());
        self.main_thread.run_until(|| !self.is_busy_elsewhere());
        self.drop_handler();
    }

    /// Takes the handler out for a call, and puts back what the call returns. Does nothing while another call is under way.
    fn call(&self, call: impl FnOnce(Option<Box<dyn PageHandler>>) -> Option<Box<dyn PageHandler>>) {
        let mut slot = self.handler.lock();
        if self.has_ended() || matches!(*slot, HandlerSlot::Busy { .. }) {
            return;
        }
        let busy = HandlerSlot::Busy { thread: thread::current().id(), closes_afterwards: false };
        let handler = match std::mem::replace(&mut *slot, busy) {
            HandlerSlot::Idle(handler) => Some(handler),
            HandlerSlot::Empty | HandlerSlot::Busy { .. } => None,
        };
        drop(slot);
        let handler = call(handler);

        let left = handler.map_or(HandlerSlot::Empty, HandlerSlot::Idle);
        let busy = std::mem::replace(&mut *self.handler.lock(), left);
        if matches!(busy, HandlerSlot::Busy { closes_afterwards: true, .. }) {
            self.drop_handler();
        } else if self.has_ended() {
            self.main_thread.notify();
        }
    }

    /// Whether the handler is being called on another thread.
    fn is_busy_elsewhere(&self) -> bool {
        matches!(*self.handler.lock(), HandlerSlot::Busy { thread, .. } if thread != thread::current().id())
    }

    /// Drops the handler, and closes the queue with what that has asked for.
    fn drop_handler(&self) {
        let mut slot = self.handler.lock();
        if let HandlerSlot::Busy { closes_afterwards, .. } = &mut *slot {
            *closes_afterwards = true;
            return;
        }
        let left = std::mem::replace(&mut *slot, HandlerSlot::Empty);
        drop(slot);
        catch_panic("dropping the page's handler", || drop(left));
        self.main_thread.close();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{SyncSender, sync_channel};
    use std::time::Duration;

    use nice_plug_core::context::PluginApi;
    use nice_plug_core::context::gui::GuiContextInner;
    use nice_plug_core::params::internals::ParamPtr;
    use nice_plug_core::plugin::PluginState;

    use super::*;
    use crate::assets::{AssetMap, PageSource};
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
        let config = Config::new(source, EditorState::new(1, 1), move |opening| {
            Box::new(Holder(opening.window, Arc::clone(&holder)))
        });
        let session = Session::new(Arc::new(config), GuiContext::new(Arc::new(NoContext)), None, || ());
        session.start_handler(true);
        session.with_handler("handling a message", |handler| handler.on_message(""));
        session.end();
        assert!(session.main_thread().take().is_none(), "nothing is run by a window that has ended");
        session.close();
        assert_eq!(*told.lock(), ["begin", "end"]);

        WindowControl::new(&session.main_thread).run_on_main_thread(|| unreachable!("the window is closed"));
        session.close();
    }

    /// Says when a call begins, does something, and notes what has come to its end.
    struct Busy<F> {
        begun: SyncSender<()>,
        work: F,
        ended: Arc<Mutex<Vec<&'static str>>>,
    }

    impl<F: FnMut() + Send> PageHandler for Busy<F> {
        fn on_message(&mut self, _: &str) {
            self.begun.send(()).unwrap();
            (self.work)();
            self.ended.lock().push("call");
        }
    }

    impl<F> Drop for Busy<F> {
        fn drop(&mut self) {
            self.ended.lock().push("handler");
        }
    }

    /// Closes a window while its handler is at `work`, on another thread; says what has ended when closing returns.
    fn close_during(work: impl Fn(&WindowControl) + Clone + Send + Sync + 'static) -> Vec<&'static str> {
        let ended = Arc::new(Mutex::default());
        let (begun, has_begun) = sync_channel(1);
        let handler_ended = Arc::clone(&ended);
        let source = PageSource::Assets(AssetMap::new());
        let config = Config::new(source, EditorState::new(1, 1), move |opening| {
            let (window, work) = (opening.window, work.clone());
            let work = move || work(&window);
            Box::new(Busy { begun: begun.clone(), work, ended: Arc::clone(&handler_ended) })
        });
        let session = Session::new(Arc::new(config), GuiContext::new(Arc::new(NoContext)), None, || ());
        session.start_handler(true);
        let calling = Arc::clone(&session);
        let caller = thread::spawn(move || {
            calling.with_handler("handling a message", |handler| handler.on_message(""));
        });
        has_begun.recv().unwrap();

        session.close();

        let ended_by_then = ended.lock().clone();
        caller.join().unwrap();
        ended_by_then
    }

    #[test]
    fn nothing_is_called_any_more_once_closing_has_returned() {
        assert_eq!(close_during(|_| thread::sleep(Duration::from_millis(1500))), ["call", "handler"]);
    }

    #[test]
    fn a_call_that_waits_for_the_main_thread_does_not_keep_the_window_from_closing() {
        let wait_for_main_thread = |window: &WindowControl| {
            let (done, is_done) = sync_channel(1);
            window.run_on_main_thread(move || done.send(()).unwrap());
            is_done.recv().unwrap();
        };

        assert_eq!(close_during(wait_for_main_thread), ["call", "handler"]);
    }

    #[test]
    fn a_window_that_is_closed_by_its_handler_ends_with_the_call() {
        let (ended, session) =
            (Arc::new(Mutex::default()), Arc::new(Mutex::<Option<Arc<Session>>>::default()));
        let (begun, has_begun) = sync_channel(1);
        let (handler_ended, handler_session) = (Arc::clone(&ended), Arc::clone(&session));
        let config = Config::new(PageSource::Assets(AssetMap::new()), EditorState::new(1, 1), move |_| {
            let session = Arc::clone(&handler_session);
            let work = move || session.lock().take().unwrap().close();
            Box::new(Busy { begun: begun.clone(), work, ended: Arc::clone(&handler_ended) })
        });
        let opened = Session::new(Arc::new(config), GuiContext::new(Arc::new(NoContext)), None, || ());
        *session.lock() = Some(Arc::clone(&opened));
        opened.start_handler(true);

        opened.with_handler("handling a message", |handler| handler.on_message(""));

        has_begun.recv().unwrap();
        assert_eq!(*ended.lock(), ["call", "handler"]);
    }
}
