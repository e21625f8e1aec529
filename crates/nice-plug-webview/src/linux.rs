//! Linux: the page lives in a process of its own, in a window inside the host's.

mod description;
mod helper;
mod keys;
mod messages;
mod notice;
mod program;
mod shared_helper;
mod supervisor;
mod surface;
#[cfg(test)]
mod tests;
mod waker;
#[allow(dead_code, reason = "each side uses its half")]
mod wire;
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
use self::supervisor::{Command, Supervisor, SupervisorHandle};
use self::surface::Surface;
use self::waker::Waker;
use self::x11::{X11, X11Error};
use crate::config::Config;
use crate::main_thread::MainThreadTask;
use crate::session::Session;

/// How long dropping an editor waits for its thread, which by then has little left to do.
const THREAD_TIMEOUT: Duration = Duration::from_secs(2);

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
    supervisor: Mutex<Option<SupervisorThread>>,
}

/// The supervisor at work.
struct SupervisorThread {
    handle: Arc<SupervisorHandle>,
    has_ended: Receiver<()>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Platform {
    /// Nothing opened yet, and nothing connected.
    pub fn new(config: Arc<Config>) -> Self {
        Self { config, supervisor: Mutex::default() }
    }

    /// Physical pixels for each logical one, as the desktop has it.
    pub fn system_scale(&self) -> f64 {
        match self.supervisor() {
            Ok(supervisor) => supervisor.x11.scale(),
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
        let supervisor = self.supervisor()?;
        let (callbacks, main_thread) = host
            .map_or((None, None), |host| (Some(RefCell::new(host.callbacks)), Some(host.main_thread_caller)));
        let waking = Arc::clone(&supervisor);
        let session =
            Session::new(Arc::clone(&self.config), gui_context, main_thread, move || waking.waker.wake());

        let size = self.config.state.native_size();
        let opening = OpenEditor {
            config: Arc::clone(&self.config),
            supervisor,
            session,
            is_closed: AtomicBool::new(false),
        };
        if let Some(parent) = parent {
            opening.supervisor.surface.embed(x11_window(parent)?, opening.geometry(size))?;
        } else if !wait_for_parent {
            let is_resizable = self.config.resize_hint.can_resize;
            opening.supervisor.surface.open_standalone(
                &self.config.title,
                is_resizable,
                opening.geometry(size),
            )?;
        }
        if !opening.supervisor.send(Command::Open(Arc::clone(&opening.session))) {
            return Err(X11Error::Lost.into());
        }
        let opening = Arc::new(opening);
        Ok(SpawnedEditor {
            handle: WebviewHandle { editor: Arc::clone(&opening) },
            window: WebviewWindow { editor: opening, callbacks },
        })
    }

    /// The supervisor, which is started unless it runs.
    fn supervisor(&self) -> Result<Arc<SupervisorHandle>, OpenError> {
        let mut supervisor = self.supervisor.lock();
        if let Some(running) = supervisor.as_ref().filter(|thread| !thread.handle.has_ended()) {
            return Ok(Arc::clone(&running.handle));
        }
        // What has lost the X server cannot be used again.
        *supervisor = None;
        let x11 = Arc::new(X11::connect()?);
        let surface = Surface::new(Arc::clone(&x11), self.config.background)?;
        let handle = Arc::new(SupervisorHandle::new(surface, x11, Waker::new()?));
        let starting = Supervisor::new(Arc::clone(&self.config), Arc::clone(&handle));
        let (ended, has_ended) = sync_channel(1);
        let thread = thread::Builder::new().name("webview".to_owned()).spawn(move || {
            starting.run();
            let _ = ended.send(());
        })?;
        *supervisor = Some(SupervisorThread { handle: Arc::clone(&handle), has_ended, thread: Some(thread) });
        Ok(handle)
    }
}

impl Drop for SupervisorThread {
    fn drop(&mut self) {
        self.handle.send(Command::Quit);
        let Some(thread) = self.thread.take() else { return };
        // A host's last reference may end on our own thread, in code of the plugin's.
        if thread.thread().id() == thread::current().id() {
            return;
        }
        // The host may unload the library next, so the thread should be gone.
        if self.has_ended.recv_timeout(THREAD_TIMEOUT) == Err(RecvTimeoutError::Timeout) {
            tracing::error!("the editor's thread does not end");
        } else {
            // What it panicked with, if it did, has been printed.
            let _ = thread.join();
        }
    }
}

/// What handle and window of one opening share.
struct OpenEditor {
    config: Arc<Config>,
    supervisor: Arc<SupervisorHandle>,
    session: Arc<Session>,
    is_closed: AtomicBool,
}

impl OpenEditor {
    /// The host has closed the editor. What comes after the first time is about a window that is no longer ours.
    fn close(&self) {
        if self.is_closed.swap(true, Ordering::SeqCst) {
            return;
        }
        self.session.close();
        if let Err(error) = self.supervisor.surface.close() {
            tracing::debug!("the window is gone already: {error}");
        }
        self.config.state.forget_native_size();
        self.supervisor.waker.wake();
    }

    fn geometry(&self, size: NativeSize<u32>) -> Geometry {
        let scale = self.config.state.scale().unwrap_or(1.0);
        Geometry { width_px: size.width, height_px: size.height, scale }
    }

    /// Shows or hides the window.
    fn set_visible(&self, is_visible: bool) -> Result<(), OpenError> {
        self.supervisor.surface.set_visible(is_visible)?;
        self.supervisor.waker.wake();
        Ok(())
    }

    /// Gives the window the size that the state has.
    fn resize(&self) -> Result<(), X11Error> {
        self.supervisor.surface.resize(self.geometry(self.config.state.native_size()))?;
        self.supervisor.waker.wake();
        Ok(())
    }
}

/// The window of one opening. The host has it on its main thread.
pub struct WebviewWindow {
    editor: Arc<OpenEditor>,
    callbacks: Option<RefCell<Box<dyn HostCallbacks>>>,
}

impl WebviewWindow {
    fn run_task(&self, task: MainThreadTask) {
        task.run(|size| self.request_size(size));
    }

    fn request_size(&self, size: Size) -> Result<(), Box<dyn std::error::Error>> {
        let state = &self.editor.config.state;
        let scale = state.scale().unwrap_or(1.0);
        let native = NativeSize::from_size(size, scale);
        if let Some(callbacks) = &self.callbacks {
            callbacks.try_borrow_mut()?.request_resize(size, scale)?;
        }
        state.set_native_size(native);
        Ok(self.editor.resize()?)
    }
}

/// What the host controls an open editor by.
pub struct WebviewHandle {
    editor: Arc<OpenEditor>,
}

impl Drop for WebviewWindow {
    fn drop(&mut self) {
        self.editor.close();
    }
}

impl Drop for WebviewHandle {
    fn drop(&mut self) {
        self.editor.close();
    }
}

impl EditorHandle for WebviewHandle {
    type Window = WebviewWindow;
    type Error = OpenError;

    fn run_until_closed(window: Self::Window) -> Result<(), Self::Error> {
        while let Some(task) = window.editor.session.main_thread().next() {
            window.run_task(task);
        }
        Ok(())
    }

    fn set_parent(&self, parent: ParentWindowHandle, _window: &Self::Window) -> Result<(), Self::Error> {
        let size = self.editor.config.state.native_size();
        self.editor.supervisor.surface.embed(x11_window(parent)?, self.editor.geometry(size))?;
        self.editor.supervisor.waker.wake();
        Ok(())
    }

    fn show(&self, _window: &Self::Window) -> Result<(), Self::Error> {
        self.editor.set_visible(true)
    }

    fn hide(&self, _window: &Self::Window) -> Result<(), Self::Error> {
        self.editor.set_visible(false)
    }

    fn set_size(&self, new_size: NativeSize<u32>, _window: &Self::Window) -> Result<(), Self::Error> {
        self.editor.config.state.set_native_size(new_size);
        Ok(self.editor.resize()?)
    }

    fn host_main_thread_callback(&self, window: &Self::Window) {
        while let Some(task) = self.editor.session.main_thread().take() {
            window.run_task(task);
        }
    }

    fn adjust_size(&self, new_size: NativeSize<u32>, _window: &Self::Window) -> Option<NativeSize<u32>> {
        let config = &self.editor.config;
        let scale = config.state.scale().unwrap_or(1.0);
        Some(config.resize_hint.adjust_size(new_size, config.state.native_size(), scale))
    }

    fn set_fallback_scale_factor(
        &self,
        scale_factor: f64,
        _window: &Self::Window,
    ) -> Result<(), Self::Error> {
        if self.editor.config.state.take_host_scale(scale_factor) {
            self.editor.resize()?;
        }
        Ok(())
    }

    fn on_virtual_key_from_host(
        &self,
        key_code: VirtualKeyCode,
        is_down: bool,
        modifiers: Modifiers,
    ) -> bool {
        if !self.editor.supervisor.has_text_focus.load(Ordering::Relaxed) {
            return false;
        }
        let key = keys::host_key(key_code, is_down, modifiers);
        if let Some(key) = key {
            self.editor.supervisor.send(Command::HostKey(key));
        }
        key.is_some()
    }

    fn state_changed(&self) {
        self.editor.config.observer.state_changed();
    }

    fn param_value_changed(&self, id: &str, normalized_value: f32) {
        self.editor.config.observer.param_value_changed(id, normalized_value);
    }

    fn param_modulation_changed(&self, id: &str, modulation_offset: f32) {
        self.editor.config.observer.param_modulation_changed(id, modulation_offset);
    }
}

fn x11_window(parent: ParentWindowHandle) -> Result<u32, OpenError> {
    match parent {
        ParentWindowHandle::XlibWindow(id) => u32::try_from(id).map_err(|_| OpenError::WrongParent),
        ParentWindowHandle::XcbWindow(id) => Ok(id.get()),
        _ => Err(OpenError::WrongParent),
    }
}
