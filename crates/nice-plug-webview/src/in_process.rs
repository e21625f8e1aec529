//! macOS and Windows: the system's webview, in the host's process and on its main thread.
//!
//! Windows may lack its webview: then `notice` says so in the window. `loader` has what MinGW links in place of Microsoft's
//! library, and `pinned` keeps this library loaded once a webview was made.
//!
//! The webview is made at the first tick of a timer, when [`Editor::spawn`] has returned: making one runs the thread's event
//! loop, in which the host may call the editor, which nice-plug keeps locked throughout `spawn`.
//!
//! [`Editor::spawn`]: nice_plug_core::editor::Editor::spawn

#[cfg(all(windows, target_env = "gnu"))]
mod loader;
#[cfg(windows)]
mod notice;
#[cfg(windows)]
mod pinned;
mod timer;
mod webview;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use nice_plug_core::context::gui::GuiContext;
use nice_plug_core::editor::dpi::{NativeSize, Size};
use nice_plug_core::editor::{
    EditorHandle, HostCallbacks, HostMethods, Modifiers, ParentWindowHandle, SpawnedEditor, VirtualKeyCode,
};
use thiserror::Error;

use self::timer::Timer;
use self::webview::PageWebview;
use crate::config::Config;
use crate::main_thread::MainThreadTask;
use crate::session::Session;

/// The window cannot be opened, or does not obey.
#[derive(Debug, Error)]
pub enum OpenError {
    /// There is no host to give a window.
    #[error("on this system, the editor opens in a host's window only")]
    NoWindow,
    /// The system has no timer for it.
    #[error("the system gives no timer")]
    NoTimer,
    /// The system's webview refuses.
    #[error("the system's web view: {0}")]
    Webview(#[from] wry::Error),
}

/// What one editor has.
pub struct Platform {
    config: Arc<Config>,
}

impl Platform {
    /// Nothing opened yet.
    pub fn new(config: Arc<Config>) -> Self {
        Self { config }
    }

    /// Physical pixels for each logical one. On a Mac, everybody counts in logical ones.
    #[cfg(target_os = "macos")]
    #[expect(clippy::unused_self, reason = "other systems have to ask")]
    pub fn system_scale(&self) -> f64 {
        1.0
    }

    /// Physical pixels for each logical one, as the desktop has it.
    #[cfg(windows)]
    #[expect(clippy::unused_self, reason = "other systems have to remember whom they asked")]
    #[allow(unsafe_code)]
    pub fn system_scale(&self) -> f64 {
        // SAFETY: a plain system call.
        f64::from(unsafe { windows_sys::Win32::UI::HiDpi::GetDpiForSystem() }) / 96.0
    }

    /// Opens the editor: with a timer now, and with a webview when that first fires.
    pub fn open(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        gui_context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<WebviewHandle>, OpenError> {
        if parent.is_none() && !wait_for_parent {
            return Err(OpenError::NoWindow);
        }
        let (callbacks, main_thread) = host
            .map_or((None, None), |host| (Some(RefCell::new(host.callbacks)), Some(host.main_thread_caller)));
        // Texts are taken to the page by the timer.
        let session = Session::new(Arc::clone(&self.config), gui_context, main_thread, || {});
        session.start_handler(true);

        let webview =
            Rc::new(RefCell::new(PageWebview::new(Arc::clone(&self.config), Arc::clone(&session), parent)));
        let ticking = Rc::clone(&webview);
        let timer = Timer::start(move || {
            // The host may call us while the webview runs its event loop; that tick is left out.
            if let Ok(mut webview) = ticking.try_borrow_mut() {
                webview.tick();
            }
        })
        .ok_or(OpenError::NoTimer)?;

        let has_text_focus = Arc::new(AtomicBool::new(false));
        webview.borrow_mut().has_text_focus = Arc::clone(&has_text_focus);
        let handle =
            WebviewHandle { config: Arc::clone(&self.config), session: Arc::clone(&session), has_text_focus };
        let config = Arc::clone(&self.config);
        Ok(SpawnedEditor { handle, window: WebviewWindow { config, session, webview, callbacks, timer } })
    }
}

/// The window of one opening. The host has it on its main thread.
pub struct WebviewWindow {
    config: Arc<Config>,
    session: Arc<Session>,
    webview: Rc<RefCell<PageWebview>>,
    callbacks: Option<RefCell<Box<dyn HostCallbacks>>>,
    timer: Timer,
}

impl WebviewWindow {
    fn run_task(&self, task: MainThreadTask) {
        task.run(|size| self.request_size(size));
    }

    fn request_size(&self, size: Size) -> Result<(), Box<dyn std::error::Error>> {
        let scale = self.config.state.scale().unwrap_or(1.0);
        if let Some(callbacks) = &self.callbacks {
            callbacks.try_borrow_mut()?.request_resize(size, scale)?;
        }
        self.config.state.set_native_size(NativeSize::from_size(size, scale));
        Ok(self.change(PageWebview::resize)?)
    }

    /// Does something to the webview, unless the webview is what calls.
    fn change(&self, change: impl FnOnce(&PageWebview) -> Result<(), wry::Error>) -> Result<(), OpenError> {
        Ok(self.webview.try_borrow().map_or(Ok(()), |webview| change(&webview))?)
    }
}

impl Drop for WebviewWindow {
    fn drop(&mut self) {
        self.timer.stop();
        self.session.close();
        if let Ok(mut webview) = self.webview.try_borrow_mut() {
            webview.close();
        }
        self.config.state.forget_native_size();
    }
}

/// What the host controls an open editor by.
pub struct WebviewHandle {
    config: Arc<Config>,
    session: Arc<Session>,
    has_text_focus: Arc<AtomicBool>,
}

impl Drop for WebviewHandle {
    fn drop(&mut self) {
        self.session.close();
    }
}

impl EditorHandle for WebviewHandle {
    type Window = WebviewWindow;
    type Error = OpenError;

    fn run_until_closed(_window: Self::Window) -> Result<(), Self::Error> {
        Err(OpenError::NoWindow)
    }

    fn set_parent(&self, parent: ParentWindowHandle, window: &Self::Window) -> Result<(), Self::Error> {
        if let Ok(mut webview) = window.webview.try_borrow_mut() {
            webview.set_parent(parent);
        }
        Ok(())
    }

    fn show(&self, window: &Self::Window) -> Result<(), Self::Error> {
        window.change(|webview| webview.set_visible(true))
    }

    fn hide(&self, window: &Self::Window) -> Result<(), Self::Error> {
        window.change(|webview| webview.set_visible(false))
    }

    fn set_size(&self, new_size: NativeSize<u32>, window: &Self::Window) -> Result<(), Self::Error> {
        self.config.state.set_native_size(new_size);
        window.change(PageWebview::resize)
    }

    fn host_main_thread_callback(&self, window: &Self::Window) {
        while let Some(task) = self.session.main_thread().take() {
            window.run_task(task);
        }
    }

    fn adjust_size(&self, new_size: NativeSize<u32>, _window: &Self::Window) -> Option<NativeSize<u32>> {
        let scale = self.config.state.scale().unwrap_or(1.0);
        Some(self.config.resize_hint.adjust_size(new_size, self.config.state.native_size(), scale))
    }

    fn set_fallback_scale_factor(&self, scale_factor: f64, window: &Self::Window) -> Result<(), Self::Error> {
        if self.config.state.take_host_scale(scale_factor) {
            window.change(PageWebview::resize)?;
        }
        Ok(())
    }

    /// The webview has the keyboard itself; the host only has to keep its hands off.
    fn on_virtual_key_from_host(&self, _key: VirtualKeyCode, _is_down: bool, _modifiers: Modifiers) -> bool {
        self.has_text_focus.load(Ordering::Relaxed)
    }

    fn state_changed(&self) {
        self.config.observer.state_changed();
    }

    fn param_value_changed(&self, id: &str, normalized_value: f32) {
        self.config.observer.param_value_changed(id, normalized_value);
    }

    fn param_modulation_changed(&self, id: &str, modulation_offset: f32) {
        self.config.observer.param_modulation_changed(id, modulation_offset);
    }
}
