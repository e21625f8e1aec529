//! What the window says on Windows when there is no page to say it.
//!
//! A label of the system's, which paints itself by a procedure of ours. No class of windows is registered: one would have
//! to be taken back before the library is unloaded.
#![allow(unsafe_code, reason = "windows and painting are the system's")]

use std::num::NonZeroIsize;

use nice_plug_core::editor::ParentWindowHandle;
use nice_plug_core::editor::dpi::NativeSize;
use windows_sys::Win32::Foundation::{HWND, LPARAM, LRESULT, RECT, WPARAM};
use windows_sys::Win32::Graphics::Gdi::{
    BeginPaint, CLEARTYPE_QUALITY, CLIP_DEFAULT_PRECIS, CreateFontW, CreateSolidBrush, DEFAULT_CHARSET,
    DEFAULT_PITCH, DT_NOPREFIX, DT_WORDBREAK, DeleteObject, DrawTextW, EndPaint, FW_NORMAL, FillRect, HDC,
    InvalidateRect, OUT_DEFAULT_PRECIS, PAINTSTRUCT, SelectObject, SetBkMode, SetTextColor, TRANSPARENT,
};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CallWindowProcW, CreateWindowExW, DestroyWindow, GWLP_USERDATA, GWLP_WNDPROC, GetClientRect,
    GetWindowLongPtrW, SW_HIDE, SW_SHOWNA, SWP_NOACTIVATE, SWP_NOMOVE, SWP_NOZORDER, SetWindowLongPtrW,
    SetWindowPos, ShowWindow, WM_ERASEBKGND, WM_PAINT, WNDPROC, WS_CHILD, WS_VISIBLE,
};
use windows_sys::w;
use wry::raw_window_handle::{HasWindowHandle, RawWindowHandle};

use crate::config::contrasting;

const MARGIN_PX: f64 = 20.0;
const FONT_PX: f64 = 15.0;

/// Says what is missing and where it comes from.
pub fn runtime_missing() -> String {
    "This window shows a web page, and the system lacks Microsoft's WebView2 Runtime to do so. Install it and open the \
     window again.\n\n\
     It is free and comes from Microsoft, as \"Evergreen Bootstrapper\", at\n\
     https://developer.microsoft.com/microsoft-edge/webview2\n\n\
     The sound is not affected."
        .to_owned()
}

/// Says that the page does not even start.
pub fn cannot_start(error: &wry::Error) -> String {
    format!("The web page of this window cannot be shown: {error}. The sound is not affected.")
}

/// A notice that fills the host's window. It is gone when dropped, on the thread that made it.
pub struct Notice {
    window: HWND,
    // The window points to it, so it stays where it is.
    _painting: Box<Painting>,
}

/// What the window is painted by.
struct Painting {
    text: Vec<u16>,
    background: [u8; 3],
    scale: f64,
    /// What a label does with everything else.
    usual: WNDPROC,
}

impl Notice {
    /// Shows a text in the host's window, or nothing where the system refuses.
    pub fn show(
        parent: ParentWindowHandle,
        size: NativeSize<u32>,
        scale: f64,
        background: [u8; 3],
        text: String,
    ) -> Option<Self> {
        let parent = hwnd(&parent)?.get() as HWND;
        let wide: Vec<u16> = text.encode_utf16().chain([0]).collect();
        // SAFETY: the class is the system's, the text ends in a zero, and the host's window is there while the editor is.
        let window = unsafe {
            CreateWindowExW(
                0,
                w!("STATIC"),
                wide.as_ptr(),
                WS_CHILD | WS_VISIBLE,
                0,
                0,
                size.width as i32,
                size.height as i32,
                parent,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                std::ptr::null(),
            )
        };
        if window.is_null() {
            tracing::warn!("no notice can be shown: {}", std::io::Error::last_os_error());
            return None;
        }
        let mut painting = Box::new(Painting { text: wide, background, scale, usual: None });
        // SAFETY: the window is ours, the painting lives as long as it, and the procedure that stood before is one of the
        // system's or null.
        unsafe {
            let usual = GetWindowLongPtrW(window, GWLP_WNDPROC);
            painting.usual = std::mem::transmute::<isize, WNDPROC>(usual);
            SetWindowLongPtrW(window, GWLP_USERDATA, (&raw const *painting) as isize);
            SetWindowLongPtrW(window, GWLP_WNDPROC, procedure as *const () as isize);
            InvalidateRect(window, std::ptr::null(), 1);
        }
        Some(Self { window, _painting: painting })
    }

    /// Fills a window of another size.
    pub fn resize(&self, size: NativeSize<u32>) {
        let flags = SWP_NOMOVE | SWP_NOZORDER | SWP_NOACTIVATE;
        // SAFETY: plain system calls, which refuse a window that is gone.
        unsafe {
            SetWindowPos(
                self.window,
                std::ptr::null_mut(),
                0,
                0,
                size.width as i32,
                size.height as i32,
                flags,
            );
            InvalidateRect(self.window, std::ptr::null(), 1);
        }
    }

    /// Shows or hides it.
    pub fn set_visible(&self, is_visible: bool) {
        // SAFETY: a plain system call, which refuses a window that is gone.
        unsafe { ShowWindow(self.window, if is_visible { SW_SHOWNA } else { SW_HIDE }) };
    }
}

impl Drop for Notice {
    fn drop(&mut self) {
        // SAFETY: a plain system call, which refuses a window that has gone with the host's.
        unsafe { DestroyWindow(self.window) };
    }
}

fn hwnd(parent: &ParentWindowHandle) -> Option<NonZeroIsize> {
    match parent.window_handle().ok()?.as_raw() {
        RawWindowHandle::Win32(handle) => Some(handle.hwnd),
        _ => None,
    }
}

unsafe extern "system" fn procedure(window: HWND, message: u32, wparam: WPARAM, lparam: LPARAM) -> LRESULT {
    // SAFETY: the window's own word is the address of its painting, which is there until the window is gone, and both are
    // this thread's.
    unsafe {
        let painting = &*(GetWindowLongPtrW(window, GWLP_USERDATA) as *const Painting);
        match message {
            WM_ERASEBKGND => 1,
            WM_PAINT => {
                painting.paint(window);
                0
            }
            _ => CallWindowProcW(painting.usual, window, message, wparam, lparam),
        }
    }
}

impl Painting {
    /// Paints the window, in answer to its message.
    fn paint(&self, window: HWND) {
        // SAFETY: all zero is a value of this type.
        let mut state: PAINTSTRUCT = unsafe { std::mem::zeroed() };
        // SAFETY: a place to write to, and a window of this thread in its message.
        let context = unsafe { BeginPaint(window, &raw mut state) };
        if context.is_null() {
            return;
        }
        let mut area = RECT::default();
        // SAFETY: a place to write to.
        unsafe { GetClientRect(window, &raw mut area) };
        self.write(context, area);
        // SAFETY: begun above.
        unsafe { EndPaint(window, &raw const state) };
    }

    fn write(&self, context: HDC, area: RECT) {
        let margin = (MARGIN_PX * self.scale) as i32;
        let mut inner = RECT {
            left: area.left + margin,
            top: area.top + margin,
            right: area.right - margin,
            bottom: area.bottom - margin,
        };
        // SAFETY: the context is that of the window that is being painted, the text ends in a zero, and the brush and the
        // font are deleted when nothing uses them any more.
        unsafe {
            let brush = CreateSolidBrush(colour(self.background));
            FillRect(context, &raw const area, brush);
            DeleteObject(brush);
            let font = CreateFontW(
                -(FONT_PX * self.scale) as i32,
                0,
                0,
                0,
                FW_NORMAL as i32,
                0,
                0,
                0,
                u32::from(DEFAULT_CHARSET),
                u32::from(OUT_DEFAULT_PRECIS),
                u32::from(CLIP_DEFAULT_PRECIS),
                u32::from(CLEARTYPE_QUALITY),
                u32::from(DEFAULT_PITCH),
                w!("Segoe UI"),
            );
            let before = SelectObject(context, font);
            SetBkMode(context, TRANSPARENT as i32);
            SetTextColor(context, colour(contrasting(self.background)));
            DrawTextW(context, self.text.as_ptr(), -1, &raw mut inner, DT_WORDBREAK | DT_NOPREFIX);
            SelectObject(context, before);
            DeleteObject(font);
        }
    }
}

/// A colour as Windows has it: red in the lowest byte.
fn colour([red, green, blue]: [u8; 3]) -> u32 {
    u32::from_le_bytes([red, green, blue, 0])
}
