//! The plugin's window: its editor in a window of the system's, whose end is the program's.
//!
//! On Linux the window is X11's even under Wayland: editors are embedded by an X11 window's number.

use std::error::Error;
use std::ffi::c_ulong;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nice_plug::context::gui::{GuiContext, GuiContextInner};
use nice_plug::editor::dpi::{NativeSize, Size};
use nice_plug::editor::{
    Editor, EditorHandle, HostCallbacks, HostMainThreadCaller, HostMethods, ParentWindowHandle, SpawnedEditor,
};
use nice_plug::params::internals::ParamPtr;
use nice_plug::prelude::{Plugin, PluginApi, PluginState};
use raw_window_handle::{HasWindowHandle, RawWindowHandle};
use wavecraft_nice_plug::state;
use winit::application::ApplicationHandler;
use winit::dpi::{LogicalSize, PhysicalSize};
use winit::event::WindowEvent;
use winit::event_loop::{ActiveEventLoop, ControlFlow, EventLoop, EventLoopProxy};
use winit::window::{Window, WindowId};

use crate::live::Watch;
use crate::live_plugin::LivePlugin;
use crate::signals;

/// How often it is looked whether the program is to stop.
const LOOK_INTERVAL: Duration = Duration::from_millis(20);

/// What wakes the window's thread.
enum Wake {
    /// The editor has something to do on this thread.
    MainThread,
    /// The editor wants another size, in the system's own pixels.
    Resize(NativeSize<u32>),
    /// The editor has gone.
    EditorGone,
}

/// Shows the editor until its window is closed or the program is to stop. Returns the program's exit code. To be called on
/// the main thread.
pub(crate) fn run<P: Plugin>(editor: P::Editor, watch: &mut Watch<P>) -> ExitCode {
    let event_loop = match event_loop() {
        Ok(event_loop) => event_loop,
        Err(error) => return failure(&error),
    };
    let proxy = event_loop.create_proxy();
    let mut shown = Shown { editor, watch, proxy, window: None, spawned: None, code: None };
    let outcome = event_loop.run_app(&mut shown);
    // The editor goes before the window that it is in.
    shown.spawned = None;
    shown.window = None;
    match (outcome, shown.code) {
        (_, Some(code)) => code,
        (Err(error), None) => failure(&error),
        (Ok(()), None) => ExitCode::SUCCESS,
    }
}

#[cfg(target_os = "linux")]
fn event_loop() -> Result<EventLoop<Wake>, winit::error::EventLoopError> {
    use winit::platform::x11::EventLoopBuilderExtX11;

    EventLoop::with_user_event().with_x11().build()
}

#[cfg(not(target_os = "linux"))]
fn event_loop() -> Result<EventLoop<Wake>, winit::error::EventLoopError> {
    EventLoop::with_user_event().build()
}

fn failure(error: &dyn Error) -> ExitCode {
    tracing::error!("the window cannot be shown: {error}; --headless plays without");
    ExitCode::FAILURE
}

struct Shown<'a, P: Plugin> {
    editor: P::Editor,
    watch: &'a mut Watch<P>,
    proxy: EventLoopProxy<Wake>,
    window: Option<Window>,
    spawned: Option<SpawnedEditor<<P::Editor as Editor>::Handle>>,
    code: Option<ExitCode>,
}

impl<P: Plugin> Shown<'_, P> {
    fn open(&mut self, event_loop: &ActiveEventLoop) -> Result<(), Box<dyn Error>> {
        let size = self.editor.size();
        let attributes = Window::default_attributes()
            .with_title(P::NAME)
            .with_resizable(self.editor.resize_hint().can_resize)
            .with_inner_size(native(size));
        let window = event_loop.create_window(attributes)?;
        let parent = parent_handle(&window)?;
        let gui_context = GuiContext::new(Arc::new(Context { plugin: self.watch.plugin().clone() }));
        let host = HostMethods {
            callbacks: Box::new(Host(self.proxy.clone())),
            main_thread_caller: Box::new(Host(self.proxy.clone())),
        };
        let scale_factor = Some(window.scale_factor());
        let spawned = self.editor.spawn(Some(parent), false, scale_factor, gui_context, Some(host))?;
        // On its display, the editor may be of another size than it was without one.
        if self.editor.size() != size {
            let _ = window.request_inner_size(native(self.editor.size()));
        }
        (self.window, self.spawned) = (Some(window), Some(spawned));
        Ok(())
    }

    /// Gives the editor the window's size.
    fn follow_window(&mut self, size: PhysicalSize<u32>) {
        let (Some(window), Some(SpawnedEditor { handle, window: editor_window })) =
            (&self.window, &self.spawned)
        else {
            return;
        };
        let size = if cfg!(target_os = "macos") {
            let size: LogicalSize<u32> = size.to_logical(window.scale_factor());
            NativeSize { width: size.width, height: size.height }
        } else {
            NativeSize { width: size.width, height: size.height }
        };
        let size = handle.adjust_size(size, editor_window).unwrap_or(size);
        if size != self.editor.size()
            && let Err(error) = handle.set_size(size, editor_window)
        {
            tracing::debug!("the editor does not take its window's size: {error}");
        }
    }
}

impl<P: Plugin> ApplicationHandler<Wake> for Shown<'_, P> {
    fn resumed(&mut self, event_loop: &ActiveEventLoop) {
        if self.window.is_none()
            && let Err(error) = self.open(event_loop)
        {
            self.code = Some(failure(&*error));
            event_loop.exit();
        }
    }

    fn user_event(&mut self, event_loop: &ActiveEventLoop, wake: Wake) {
        match (wake, &self.spawned, &self.window) {
            (Wake::MainThread, Some(SpawnedEditor { handle, window }), _) => {
                handle.host_main_thread_callback(window);
            }
            (Wake::Resize(size), _, Some(window)) => {
                // Where the size is there at once, no event tells of it.
                if let Some(size) = window.request_inner_size(native(size)) {
                    self.follow_window(size);
                }
            }
            (Wake::EditorGone, ..) => event_loop.exit(),
            _ => {}
        }
    }

    fn window_event(&mut self, event_loop: &ActiveEventLoop, _window: WindowId, event: WindowEvent) {
        match event {
            WindowEvent::CloseRequested | WindowEvent::Destroyed => {
                signals::request_stop_in_order();
                event_loop.exit();
            }
            WindowEvent::Resized(size) => self.follow_window(size),
            _ => {}
        }
    }

    fn about_to_wait(&mut self, event_loop: &ActiveEventLoop) {
        if let Some(code) = self.watch.look() {
            self.code.get_or_insert(code);
            event_loop.exit();
        }
        event_loop.set_control_flow(ControlFlow::WaitUntil(Instant::now() + LOOK_INTERVAL));
    }
}

/// A size in the system's own pixels, in winit's words.
fn native(size: NativeSize<u32>) -> winit::dpi::Size {
    if cfg!(target_os = "macos") {
        LogicalSize::new(size.width, size.height).into()
    } else {
        PhysicalSize::new(size.width, size.height).into()
    }
}

fn parent_handle(window: &Window) -> Result<ParentWindowHandle, Box<dyn Error>> {
    match window.window_handle()?.as_raw() {
        RawWindowHandle::Xlib(handle) => Ok(ParentWindowHandle::XlibWindow(handle.window as c_ulong)),
        RawWindowHandle::Xcb(handle) => Ok(ParentWindowHandle::XcbWindow(handle.window)),
        RawWindowHandle::AppKit(handle) => Ok(ParentWindowHandle::AppKitNsView(handle.ns_view)),
        RawWindowHandle::Win32(handle) => Ok(ParentWindowHandle::Win32Hwnd(handle.hwnd)),
        _ => Err("the system's windows are of an unknown kind".into()),
    }
}

/// The host, as the editor's window sees it.
struct Host(EventLoopProxy<Wake>);

impl HostCallbacks for Host {
    fn request_resize(&mut self, new_size: Size, scale_factor: f64) -> Result<(), Box<dyn Error>> {
        let size = NativeSize::from_size(new_size, scale_factor);
        self.0.send_event(Wake::Resize(size)).map_err(|_| "the window has gone".into())
    }

    fn destroyed(&mut self) {
        // After the loop's end there is nothing left to close.
        let _ = self.0.send_event(Wake::EditorGone);
    }
}

impl HostMainThreadCaller for Host {
    fn call_main_thread(&mut self) {
        let _ = self.0.send_event(Wake::MainThread);
    }
}

/// The host, as the editor sees it.
struct Context<P: Plugin> {
    plugin: LivePlugin<P>,
}

#[allow(unsafe_code, reason = "the trait's methods are marked so; they only compare the pointer")]
impl<P: Plugin> GuiContextInner for Context<P> {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Standalone
    }

    unsafe fn raw_begin_set_parameter(&self, _param: ParamPtr) {}

    unsafe fn raw_set_parameter_normalized(&self, param: ParamPtr, normalized: f32) {
        if let Some(index) = self.plugin.parameters().index_of_pointer(param) {
            self.plugin.set_parameter(index, normalized);
        }
    }

    unsafe fn raw_end_set_parameter(&self, _param: ParamPtr) {}

    fn get_state(&self) -> PluginState {
        let saved = state::save::<P>(&self.plugin.parameters());
        serde_json::from_slice(&saved).expect("a state that was saved can be read")
    }

    fn set_state(&self, state: PluginState) {
        let loaded = serde_json::to_vec(&state)
            .map_err(|error| error.to_string())
            .and_then(|bytes| self.plugin.load_state(&bytes).map_err(|error| error.to_string()));
        if let Err(error) = loaded {
            tracing::warn!("the state was not loaded: {error}");
        }
    }

    fn request_restart(&self) {}
}
