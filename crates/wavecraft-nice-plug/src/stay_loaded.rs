//! Keeping a library that MinGW has linked in the host's memory until the host ends.
//!
//! For that target Rust's standard library has no thread-local values of the compiler's. Each kind of them that is used takes
//! an index from the system, some five in a plugin's library, and none is given back when the library is unloaded. A process
//! has 1,088 of them, and is aborted where there is no other. A library that stays loaded takes its own once.

/// Has the library stay loaded once it is, where it is one that MinGW has linked: once in a library, at its root.
///
/// It happens when the library is loaded, since a host that only reads what is in it uses thread-local values as well.
#[doc(hidden)]
#[macro_export]
macro_rules! stay_loaded {
    () => {
        #[cfg(all(windows, target_env = "gnu", not(target_abi = "llvm")))]
        #[used]
        #[unsafe(link_section = ".CRT$XCU")]
        static STAY_LOADED: extern "C" fn() = $crate::stay_loaded::stay_loaded;
    };
}

/// Keeps this library, or the program that it is linked into, until the process ends.
#[cfg(all(windows, target_env = "gnu", not(target_abi = "llvm")))]
#[allow(unsafe_code, reason = "the system's list of loaded libraries")]
pub extern "C" fn stay_loaded() {
    use windows_sys::Win32::System::LibraryLoader::{
        GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN, GetModuleHandleExW,
    };

    let mut module = std::ptr::null_mut();
    let inside: extern "C" fn() = stay_loaded;
    // SAFETY: the address is one inside the library, and the handle a place to write to. The system allows the call while it
    // loads a library. Were it refused, the library could be unloaded, which is no fault in itself.
    unsafe {
        GetModuleHandleExW(
            GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
            inside as *const u16,
            &raw mut module,
        )
    };
}
