//! What a process holds of the system's things on Windows.
#![allow(unsafe_code, reason = "the system's handles")]

use std::os::windows::ffi::OsStrExt;
use std::path::Path;

use anyhow::{Result, ensure};
use windows_sys::Win32::Foundation::{CloseHandle, HWND, LPARAM};
use windows_sys::Win32::Graphics::Gdi::{CreateSolidBrush, DeleteObject};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::System::Threading::{CreateEventW, GetCurrentProcessId, TlsAlloc, TlsFree};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    EnumChildWindows, FindWindowExW, GetDesktopWindow, GetWindowThreadProcessId, HWND_MESSAGE,
};
use windows_sys::core::BOOL;

/// How many things were made once and may stay, such as those of the system's own caches.
const SLACK: usize = 8;

/// How many indexes for thread-local values are looked at. A process has 1,088.
const THREAD_LOCAL_INDEXES: usize = 16;

/// The handles that a process would get next: the system gives the lowest that are free, so that whatever is never given back
/// shows here. Those of windows it gives to all programs in turn, so that one's own are counted.
#[derive(Clone, Copy, Debug)]
pub struct Handles {
    event: usize,
    /// How many windows the process has.
    pub windows: usize,
    brush: usize,
    /// The index for thread-local values that would be the last of the next [`THREAD_LOCAL_INDEXES`].
    thread_local_index: usize,
}

impl Handles {
    /// Those that are next now, and the windows that there are.
    pub fn now() -> Self {
        // SAFETY: each is made, looked at and given back, and an index that was refused is no index.
        unsafe {
            let event = CreateEventW(std::ptr::null(), 0, 0, std::ptr::null());
            CloseHandle(event);
            let brush = CreateSolidBrush(0);
            DeleteObject(brush);
            // Several at once: a library that gives some back and others not leaves gaps below those.
            let indexes: [u32; THREAD_LOCAL_INDEXES] = std::array::from_fn(|_| TlsAlloc());
            for index in indexes {
                TlsFree(index);
            }
            // A kernel handle counts in fours, and the upper half of a brush's counts reuses.
            Self {
                event: event as usize / 4,
                windows: own_windows(),
                brush: brush as usize & 0xffff,
                thread_local_index: indexes[THREAD_LOCAL_INDEXES - 1] as usize,
            }
        }
    }
}

/// How many windows this process has: on the desktop, in others, and those that only take messages.
fn own_windows() -> usize {
    unsafe extern "system" fn count(window: HWND, counted: LPARAM) -> BOOL {
        if is_own(window) {
            // SAFETY: it is the counter of the call below, which waits for this one.
            unsafe { *(counted as *mut usize) += 1 };
        }
        1
    }
    let mut counted = 0_usize;
    // SAFETY: the counter lives until the end of the call.
    unsafe { EnumChildWindows(GetDesktopWindow(), Some(count), &raw mut counted as LPARAM) };
    let mut window = std::ptr::null_mut();
    loop {
        // SAFETY: no name asks for windows of any, and one that is gone meanwhile ends the search.
        window = unsafe { FindWindowExW(HWND_MESSAGE, window, std::ptr::null(), std::ptr::null()) };
        if window.is_null() {
            return counted;
        }
        counted += usize::from(is_own(window));
    }
}

fn is_own(window: HWND) -> bool {
    let mut process = 0;
    // SAFETY: any handle may be asked for, and the answer has a place.
    unsafe { GetWindowThreadProcessId(window, &raw mut process) };
    // SAFETY: it takes nothing.
    process == unsafe { GetCurrentProcessId() }
}

/// Fails if the process holds more than it did.
pub fn ensure_none_leaked(before: Handles) -> Result<()> {
    let now = Handles::now();
    ensure!(
        now.event <= before.event + SLACK
            && now.windows <= before.windows + SLACK
            && now.brush <= before.brush + SLACK
            && now.thread_local_index <= before.thread_local_index + SLACK,
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
