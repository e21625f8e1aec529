//! The plugin's window on Windows, in a window of this program's.
#![allow(unsafe_code, reason = "loading a plugin's library runs its code, and windows are the system's")]

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clack_extensions::gui::{GuiApiType, GuiConfiguration, GuiSize, HostGui, HostGuiImpl, PluginGui, Window};
use clack_host::prelude::*;
use windows_sys::Win32::Foundation::{HWND, LPARAM};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DestroyWindow, DispatchMessageW, EnumChildWindows, GetWindowTextW, MSG, PM_REMOVE,
    PeekMessageW, TranslateMessage, WS_OVERLAPPEDWINDOW, WS_VISIBLE,
};
use windows_sys::core::BOOL;
use windows_sys::w;

use crate::handles::{Handles, ensure_none_leaked};

/// How long a window may take until it says something.
const PATIENCE: Duration = Duration::from_secs(60);

struct Requests;

impl SharedHandler<'_> for Requests {
    fn request_restart(&self) {}
    fn request_process(&self) {}
    fn request_callback(&self) {}
}

impl HostGuiImpl for Requests {
    fn resize_hints_changed(&self) {}
    fn request_resize(&self, _size: GuiSize) -> Result<(), HostError> {
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

struct Handlers;

impl HostHandlers for Handlers {
    type Shared<'a> = Requests;
    type MainThread<'a> = ();
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, _shared: &Self::Shared<'_>) {
        builder.register::<HostGui>();
    }
}

/// Opens the plugin's window and closes it again, many times; says what stands in it, and fails if anything of the
/// system's is not given back.
pub fn open_and_close(bundle: &Path, count: usize) -> Result<()> {
    // SAFETY: the plugin is one that this project has built.
    let entry = unsafe { PluginEntry::load(bundle) }.context("the bundle does not load")?;
    let factory = entry.get_plugin_factory().context("the library has no plugins")?;
    let descriptor = factory.plugin_descriptors().next().context("the library has no plugin")?;
    let id = descriptor.id().context("the plugin has no id")?.to_owned();
    let host = HostInfo::new("Wavecraft tests", "Wavecraft", "", env!("CARGO_PKG_VERSION"))?;
    let mut instance = PluginInstance::<Handlers>::new(|()| Requests, |_| (), &entry, &id, &host)?;

    let mut text = String::new();
    let mut before = None;
    // One for all openings: Wine takes two seconds to take a window off a screen without a window manager.
    let mut parent = None;
    for opening in 0..count {
        text = open_once(&mut instance, &mut parent)?;
        // The first ones fill the system's caches.
        if opening == count / 10 {
            before = Some(Handles::now());
        }
    }
    let before = before.context("too few openings")?;
    ensure!(before.windows > 0, "the window around the plugin's, which stays, is not counted");
    ensure_none_leaked(before)?;
    println!("{text}");
    Ok(())
}

/// Opens the window, waits until it says something, and closes it.
fn open_once(instance: &mut PluginInstance<Handlers>, parent: &mut Option<Parent>) -> Result<String> {
    let plugin = instance.plugin_handle();
    let gui: PluginGui = plugin.get_extension().context("the plugin has no window")?;
    let configuration = GuiConfiguration { api_type: GuiApiType::WIN32, is_floating: false };
    ensure!(gui.is_api_supported(&plugin, configuration), "the plugin knows no windows of this system");
    gui.create(&plugin, configuration).context("the window cannot be made")?;
    let size = gui.get_size(&plugin).context("the window has no size")?;
    let parent = match parent {
        Some(parent) => parent,
        None => parent.insert(Parent::new(size)?),
    };
    // SAFETY: the parent is kept until the window is closed.
    unsafe { gui.set_parent(&plugin, Window::from_win32_hwnd(parent.0)) }
        .context("the window cannot be embedded")?;
    gui.show(&plugin).context("the window cannot be shown")?;
    let started = Instant::now();
    let text = loop {
        run_pending_messages();
        let text = parent.text_inside();
        if !text.is_empty() {
            break text;
        }
        ensure!(started.elapsed() < PATIENCE, "the window stays empty");
        std::thread::sleep(Duration::from_millis(1));
    };
    // Painted as well.
    run_pending_messages();
    gui.destroy(&plugin);
    ensure!(parent.text_inside().is_empty(), "something stays in the host's window");
    Ok(text)
}

/// A window of the host's.
struct Parent(HWND);

impl Parent {
    fn new(size: GuiSize) -> Result<Self> {
        // SAFETY: the class is the system's.
        let window = unsafe {
            CreateWindowExW(
                0,
                w!("STATIC"),
                w!("host"),
                WS_OVERLAPPEDWINDOW | WS_VISIBLE,
                0,
                0,
                size.width as i32,
                size.height as i32,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                std::ptr::null(),
            )
        };
        ensure!(!window.is_null(), "the system gives no window: {}", std::io::Error::last_os_error());
        Ok(Self(window))
    }

    /// What the windows inside are called.
    fn text_inside(&self) -> String {
        let mut text = String::new();
        // SAFETY: the callback gets the address of the text, which lives throughout the call.
        unsafe { EnumChildWindows(self.0, Some(add_text), (&raw mut text) as LPARAM) };
        text
    }
}

impl Drop for Parent {
    fn drop(&mut self) {
        // SAFETY: the window is this thread's.
        unsafe { DestroyWindow(self.0) };
    }
}

unsafe extern "system" fn add_text(window: HWND, text: LPARAM) -> BOOL {
    let mut buffer = [0_u16; 1_024];
    // SAFETY: the buffer is as long as is said, and the address that of the text.
    unsafe {
        let length = GetWindowTextW(window, buffer.as_mut_ptr(), buffer.len() as i32);
        (*(text as *mut String)).push_str(&String::from_utf16_lossy(&buffer[..length.max(0) as usize]));
    }
    1
}

fn run_pending_messages() {
    // SAFETY: all zero is a value of this type, and a place to write to.
    unsafe {
        let mut message: MSG = std::mem::zeroed();
        while PeekMessageW(&raw mut message, std::ptr::null_mut(), 0, 0, PM_REMOVE) != 0 {
            TranslateMessage(&raw const message);
            DispatchMessageW(&raw const message);
        }
    }
}
