//! Errors of the X server.
//!
//! A host may destroy its window, and ours within it, at any moment. GDK ends the process at the first request about a window
//! that is gone, and with it the pages of all other editors.

use std::ffi::c_int;

use x11::xlib::{Display, XErrorEvent, XSetErrorHandler};

/// Has errors said and nothing more. Call after GTK has opened its display.
#[allow(unsafe_code)]
pub fn survive() {
    // SAFETY: the handler is a function of the type that Xlib wants, and lives as long as the process.
    unsafe { XSetErrorHandler(Some(say)) };
}

/// Called by Xlib, on GTK's thread.
#[allow(unsafe_code)]
unsafe extern "C" fn say(_: *mut Display, error: *mut XErrorEvent) -> c_int {
    // SAFETY: Xlib hands over an error that is valid during the call.
    let error = unsafe { &*error };
    eprintln!("the X server refuses request {} with error {}", error.request_code, error.error_code);
    0
}
