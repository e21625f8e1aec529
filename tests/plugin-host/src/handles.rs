//! What a process holds of the system's things on Windows.
#![allow(unsafe_code, reason = "the system's handles")]

use std::os::windows::ffi::OsStrExt;
use std::path::Path;

use anyhow::{Result, ensure};
use windows_sys::Win32::Foundation::CloseHandle;
use windows_sys::Win32::Graphics::Gdi::{CreateSolidBrush, DeleteObject};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::System::Threading::CreateEventW;
use windows_sys::Win32::UI::WindowsAndMessaging::{CreateWindowExW, DestroyWindow};
use windows_sys::w;

/// How many things were made once and may stay, such as those of the system's own caches.
const SLACK: usize = 8;

/// The handles that a process would get next. The system gives the lowest that are free, so that whatever is never given
/// back shows here.
#[derive(Clone, Copy, Debug)]
pub struct Handles {
    event: usize,
    window: usize,
    brush: usize,
}

impl Handles {
    /// Those that are next now.
    pub fn now() -> Self {
        // SAFETY: each is made, looked at and given back.
        unsafe {
            let event = CreateEventW(std::ptr::null(), 0, 0, std::ptr::null());
            CloseHandle(event);
            let window = CreateWindowExW(
                0,
                w!("STATIC"),
                std::ptr::null(),
                0,
                0,
                0,
                1,
                1,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                std::ptr::null(),
            );
            DestroyWindow(window);
            let brush = CreateSolidBrush(0);
            DeleteObject(brush);
            // A kernel handle counts in fours, a window's by twos, and their upper halves count reuses.
            Self {
                event: event as usize / 4,
                window: (window as usize & 0xffff) / 2,
                brush: brush as usize & 0xffff,
            }
        }
    }
}

/// Fails if the process holds more than it did.
pub fn ensure_none_leaked(before: Handles) -> Result<()> {
    let now = Handles::now();
    ensure!(
        now.event <= before.event + SLACK
            && now.window <= before.window + SLACK
            && now.brush <= before.brush + SLACK,
        "things of the system are not given back: {before:?} before, {now:?} now"
    );
    Ok(())
}

/// Whether a library is loaded into this process.
pub fn is_loaded(path: &Path) -> bool {
    let wide: Vec<u16> = path.as_os_str().encode_wide().chain([0]).collect();
    // SAFETY: the path ends in a zero.
    !unsafe { GetModuleHandleW(wide.as_ptr()) }.is_null()
}
