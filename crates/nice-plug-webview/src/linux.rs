//! Linux: the page lives in a process of its own, in a window inside the host's.

mod helper;
mod keys;
mod messages;
mod notice;
mod page;
mod supervisor;
mod surface;
mod waker;
#[allow(dead_code, reason = "each side uses its half")]
mod wire;
#[cfg(test)]
mod wire_tests;
mod x11;

use std::cell::RefCell;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use nice_plug_core::context::gui::GuiContext;
use nice_plug_core::editor::dpi::{NativeSize, Size};
use nice_plug_core::editor::{
    EditorHandle, HostCallbacks, HostMethods, Modifiers, ParentWindowHandle, SpawnedEditor, VirtualKeyCode,
};
use parking_lot::Mutex;
use thiserror::Error;

use self::messages::Geometry;
use self::supervisor::{Order, Shared, Supervisor};
use self::surface::Surface;
use self::waker::Waker;
use self::x11::{X11, X11Error};
use crate::config::Config;
use crate::main_thread::MainThreadTask;
use crate::session::Session;

/// How long dropping an editor waits for its thread, which by then has little left to do.
const LONGEST_WAIT_FOR_THREAD: Duration = Duration::from_secs(2);

/// The window cannot be opened, or does not obey.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The X server is not there, or refuses.
    #[error(transparent)]
    X11(#[from] X11Error),
    /// The system has no more threads or sockets.
    #[error("the system has no room for the editor's thread: {0}")]
    System(#[from] io::Error),
    /// Only X11 windows can be parents.
    #[error("the host offers a window that is not of X11")]
    WrongParent,
}

/// What one editor has, from its first opening on.
pub struct Platform {
    config: Arc<Config>,
    instance: Mutex<Option<Instance>>,
}

struct Instance {
    shared: Arc<Shared>,
    has_ended: Receiver<()>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Platform {
    /// Nothing opened yet, and nothing connected.
    pub fn new(config: Arc<Config>) -> Self {
        Self { config, instance: Mutex::default() }
    }

    /// Physical pixels for each logical one, as the desktop has it.
    pub fn system_scale(&self) -> f64 {
        match self.shared() {
            Ok(shared) => shared.x11.scale(),
            Err(error) => {
                tracing::debug!("the desktop's scale is not to be had: {error}");
                1.0
            }
        }
    }

    /// Opens the window and sets the supervisor to work. Waits for the X server alone.
    pub fn open(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        gui_context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<WebviewHandle>, OpenError> {
        let shared = self.shared()?;
        let (callbacks, main_thread) = host
            .map_or((None, None), |host| (Some(RefCell::new(host.callbacks)), Some(host.main_thread_caller)));
        let waking = Arc::clone(&shared);
        let session =
            Session::new(Arc::clone(&self.config), gui_context, main_thread, move || waking.waker.wake());

        let size = self.config.state.native_size();
        let link =
            Link { config: Arc::clone(&self.config), shared, session, is_closed: AtomicBool::new(false) };
        if let Some(parent) = parent {
            link.shared.surface.embed(x11_window(parent)?, link.geometry(size))?;
        } else if !wait_for_parent {
            let is_resizable = self.config.resize_hint.can_resize;
            link.shared.surface.stand_alone(&self.config.title, is_resizable, link.geometry(size))?;
        }
        if !link.shared.order(Order::Open(Arc::clone(&link.session))) {
            return Err(X11Error::Lost.into());
        }
        let link = Arc::new(link);
        Ok(SpawnedEditor {
            handle: WebviewHandle { link: Arc::clone(&link) },
            window: WebviewWindow { link, callbacks },
        })
    }

    fn shared(&self) -> Result<Arc<Shared>, OpenError> {
        let mut instance = self.instance.lock();
        if let Some(instance) = instance.as_ref().filter(|instance| !instance.shared.has_ended()) {
            return Ok(Arc::clone(&instance.shared));
        }
        // What has lost the X server cannot be used again.
        *instance = None;
        let x11 = Arc::new(X11::connect()?);
        let surface = Surface::new(Arc::clone(&x11), self.config.background)?;
        let shared = Arc::new(Shared::new(surface, x11, Waker::new()?));
        let supervisor = Supervisor::new(Arc::clone(&self.config), Arc::clone(&shared));
        let (ended, has_ended) = sync_channel(1);
        let thread = thread::Builder::new().name("webview".to_owned()).spawn(move || {
            supervisor.run();
            let _ = ended.send(());
        })?;
        *instance = Some(Instance { shared: Arc::clone(&shared), has_ended, thread: Some(thread) });
        Ok(shared)
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.shared.order(Order::Quit);
        let Some(thread) = self.thread.take() else { return };
        // A host's last reference may end on our own thread, in code of the plugin's.
        if thread.thread().id() == thread::current().id() {
            return;
        }
        // The host may unload the library next, so the thread should be gone.
        if self.has_ended.recv_timeout(LONGEST_WAIT_FOR_THREAD) == Err(RecvTimeoutError::Timeout) {
            tracing::error!("the editor's thread does not end");
        } else {
            // What it panicked with, if it did, has been printed.
            let _ = thread.join();
        }
    }
}

/// What handle and window of one opening share.
struct Link {
    config: Arc<Config>,
    shared: Arc<Shared>,
    session: Arc<Session>,
    is_closed: AtomicBool,
}

impl Link {
    /// The host has closed the editor. What comes after the first time is about a window that is no longer ours.
    fn close(&self) {
        if self.is_closed.swap(true, Ordering::SeqCst) {
            return;
        }
        self.session.close();
        if let Err(error) = self.shared.surface.close() {
            tracing::debug!("the window is gone already: {error}");
        }
        self.config.state.forget_native_size();
        self.shared.waker.wake();
    }

    fn geometry(&self, size: NativeSize<u32>) -> Geometry {
        let scale = self.config.state.scale().unwrap_or(1.0);
        Geometry { width_px: size.width, height_px: size.height, scale }
    }

    /// Gives the window the size that the state has.
    fn resize(&self) -> Result<(), X11Error> {
        self.shared.surface.resize(self.geometry(self.config.state.native_size()))?;
        self.shared.waker.wake();
        Ok(())
    }
}

/// The window of one opening. The host has it on its main thread.
pub struct WebviewWindow {
    link: Arc<Link>,
    callbacks: Option<RefCell<Box<dyn HostCallbacks>>>,
}

impl WebviewWindow {
    fn work(&self, task: MainThreadTask) {
        task.run(|size| self.ask_for_size(size));
    }

    fn ask_for_size(&self, size: Size) -> Result<(), Box<dyn std::error::Error>> {
        let state = &self.link.config.state;
        let scale = state.scale().unwrap_or(1.0);
        let native = NativeSize::from_size(size, scale);
        if let Some(callbacks) = &self.callbacks {
            callbacks.try_borrow_mut()?.request_resize(size, scale)?;
        }
        state.set_native_size(native);
        Ok(self.link.resize()?)
    }
}

/// What the host controls an open editor by.
pub struct WebviewHandle {
    link: Arc<Link>,
}

impl Drop for WebviewWindow {
    fn drop(&mut self) {
        self.link.close();
    }
}

impl Drop for WebviewHandle {
    fn drop(&mut self) {
        self.link.close();
    }
}

impl EditorHandle for WebviewHandle {
    type Window = WebviewWindow;
    type Error = OpenError;

    fn run_until_closed(window: Self::Window) -> Result<(), Self::Error> {
        while let Some(task) = window.link.session.main_thread().next() {
            window.work(task);
        }
        Ok(())
    }

    fn set_parent(&self, parent: ParentWindowHandle, _window: &Self::Window) -> Result<(), Self::Error> {
        let size = self.link.config.state.native_size();
        self.link.shared.surface.embed(x11_window(parent)?, self.link.geometry(size))?;
        self.link.shared.waker.wake();
        Ok(())
    }

    fn show(&self, _window: &Self::Window) -> Result<(), Self::Error> {
        Ok(self.link.shared.surface.set_visible(true)?)
    }

    fn hide(&self, _window: &Self::Window) -> Result<(), Self::Error> {
        Ok(self.link.shared.surface.set_visible(false)?)
    }

    fn set_size(&self, new_size: NativeSize<u32>, _window: &Self::Window) -> Result<(), Self::Error> {
        self.link.config.state.set_native_size(new_size);
        Ok(self.link.resize()?)
    }

    fn host_main_thread_callback(&self, window: &Self::Window) {
        while let Some(task) = self.link.session.main_thread().take() {
            window.work(task);
        }
    }

    fn adjust_size(&self, new_size: NativeSize<u32>, _window: &Self::Window) -> Option<NativeSize<u32>> {
        let config = &self.link.config;
        let scale = config.state.scale().unwrap_or(1.0);
        Some(config.resize_hint.adjust_size(new_size, config.state.native_size(), scale))
    }

    fn set_fallback_scale_factor(
        &self,
        scale_factor: f64,
        _window: &Self::Window,
    ) -> Result<(), Self::Error> {
        if self.link.config.state.take_host_scale(scale_factor) {
            self.link.resize()?;
        }
        Ok(())
    }

    fn on_virtual_key_from_host(
        &self,
        key_code: VirtualKeyCode,
        is_down: bool,
        modifiers: Modifiers,
    ) -> bool {
        if !self.link.shared.has_text_focus.load(Ordering::Relaxed) {
            return false;
        }
        let key = keys::host_key(key_code, is_down, modifiers);
        if let Some(key) = key {
            self.link.shared.order(Order::HostKey(key));
        }
        key.is_some()
    }

    fn state_changed(&self) {
        if let Some(observer) = &self.link.config.observer {
            observer.state_changed();
        }
    }

    fn param_value_changed(&self, id: &str, normalized_value: f32) {
        if let Some(observer) = &self.link.config.observer {
            observer.param_value_changed(id, normalized_value);
        }
    }

    fn param_modulation_changed(&self, id: &str, modulation_offset: f32) {
        if let Some(observer) = &self.link.config.observer {
            observer.param_modulation_changed(id, modulation_offset);
        }
    }
}

fn x11_window(parent: ParentWindowHandle) -> Result<u32, OpenError> {
    match parent {
        ParentWindowHandle::XlibWindow(id) => u32::try_from(id).map_err(|_| OpenError::WrongParent),
        ParentWindowHandle::XcbWindow(id) => Ok(id.get()),
        _ => Err(OpenError::WrongParent),
    }
}
