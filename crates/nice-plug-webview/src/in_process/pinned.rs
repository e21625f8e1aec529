//! Keeping this library loaded.
//!
//! wry registers a class of windows whose procedure is in this library, under the host program's name, and never takes it
//! back. Were the library unloaded and loaded at another place, the class's next window would call what is there no more.
#![allow(unsafe_code, reason = "the system's list of loaded libraries")]

use windows_sys::Win32::System::LibraryLoader::{
    GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN, GetModuleHandleExW,
};

/// Keeps this library, or the program that it is linked into, until the process ends.
pub fn keep_this_library() {
    let mut module = std::ptr::null_mut();
    let inside: fn() = keep_this_library;
    // SAFETY: the address is one inside the library, and the handle a place to write to.
    let is_kept = unsafe {
        GetModuleHandleExW(
            GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
            inside as *const u16,
            &raw mut module,
        )
    };
    if is_kept == 0 {
        tracing::warn!("the plugin may be unloaded: {}", std::io::Error::last_os_error());
    }
}
