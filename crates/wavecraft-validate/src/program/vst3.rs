//! The plugins in a VST3 bundle: the classes of its factory. Of VST3's interfaces these few functions are all that is
//! needed, and their layout is fixed for ever.
#![allow(unsafe_code, reason = "VST3's interfaces are tables of functions")]

use std::ffi::c_void;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use libloading::Library;
use wavecraft_validate::Identity;

/// The category of classes that are plugins; others are their windows.
const AUDIO_MODULE: &str = "Audio Module Class";

/// `IPluginFactory`.
#[repr(C)]
struct Factory {
    functions: *const FactoryFunctions,
}

#[repr(C)]
struct FactoryFunctions {
    query_interface: unsafe extern "system" fn(*mut Factory, *const u8, *mut *mut c_void) -> i32,
    add_ref: unsafe extern "system" fn(*mut Factory) -> u32,
    release: unsafe extern "system" fn(*mut Factory) -> u32,
    get_factory_info: unsafe extern "system" fn(*mut Factory, *mut FactoryInfo) -> i32,
    count_classes: unsafe extern "system" fn(*mut Factory) -> i32,
    get_class_info: unsafe extern "system" fn(*mut Factory, i32, *mut ClassInfo) -> i32,
}

/// `PFactoryInfo`.
#[repr(C)]
struct FactoryInfo {
    vendor: [u8; 64],
    url: [u8; 256],
    email: [u8; 128],
    flags: i32,
}

/// `PClassInfo`.
#[repr(C)]
struct ClassInfo {
    class_id: [u8; 16],
    cardinality: i32,
    category: [u8; 32],
    name: [u8; 64],
}

/// The plugins in a bundle. Their ids are the class ids, in hexadecimal; this interface knows no version.
pub fn plugins(bundle: &Path) -> Result<Vec<Identity>, String> {
    let path = library(bundle).ok_or("it has no library for this system")?;
    // SAFETY: whoever names a file wants it loaded.
    let library = unsafe { Library::new(path) }.map_err(|error| format!("it cannot be loaded: {error}"))?;
    enter(&library);
    // SAFETY: the symbol's type is VST3's.
    let get_factory =
        unsafe { library.get::<unsafe extern "system" fn() -> *mut Factory>(b"GetPluginFactory\0") }
            .map_err(|_| "it has no VST3 factory")?;
    // SAFETY: the library was entered.
    let factory = unsafe { get_factory() };
    if factory.is_null() {
        return Err("it has no VST3 factory".to_owned());
    }
    // SAFETY: the factory lives until it is released, and its table has these functions.
    let identities = unsafe { classes(factory) };
    // The library stays: this process ends next, and some plugins' threads outlive them.
    std::mem::forget(library);
    if identities.is_empty() { Err("its factory has no plugin".to_owned()) } else { Ok(identities) }
}

/// # Safety
///
/// The factory must be one of VST3's.
unsafe fn classes(factory: *mut Factory) -> Vec<Identity> {
    let mut factory_info = FactoryInfo { vendor: [0; 64], url: [0; 256], email: [0; 128], flags: 0 };
    // SAFETY: the caller's promise; what is written to has VST3's layout.
    let (functions, count) = unsafe {
        let functions = &*(*factory).functions;
        (functions.get_factory_info)(factory, &raw mut factory_info);
        (functions, (functions.count_classes)(factory))
    };
    let mut identities = Vec::new();
    for index in 0..count {
        let mut class = ClassInfo { class_id: [0; 16], cardinality: 0, category: [0; 32], name: [0; 64] };
        // SAFETY: as above, and the index is below the count.
        let result = unsafe { (functions.get_class_info)(factory, index, &raw mut class) };
        if result == 0 && text(&class.category) == AUDIO_MODULE {
            let id = class.class_id.iter().fold(String::new(), |mut id, byte| {
                let _ = write!(id, "{byte:02X}");
                id
            });
            let vendor = text(&factory_info.vendor);
            identities.push(Identity { id, name: text(&class.name), vendor, version: String::new() });
        }
    }
    // SAFETY: the factory was ours, and is not used any more.
    unsafe { (functions.release)(factory) };
    identities
}

fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

/// Tells the library that it was loaded.
#[cfg(all(unix, not(target_os = "macos")))]
fn enter(library: &Library) {
    // SAFETY: the symbol's type is VST3's. The library's own handle is of no use to plugins, which look for their files by it
    // at most.
    unsafe {
        if let Ok(enter) = library.get::<unsafe extern "C" fn(*mut c_void) -> bool>(b"ModuleEntry\0") {
            enter(std::ptr::null_mut());
        }
    }
}

#[cfg(windows)]
fn enter(library: &Library) {
    // SAFETY: the symbol's type is VST3's.
    unsafe {
        if let Ok(enter) = library.get::<unsafe extern "system" fn() -> bool>(b"InitDll\0") {
            enter();
        }
    }
}

/// On macOS it takes the bundle as Core Foundation knows it; plugins give their factory without.
#[cfg(target_os = "macos")]
fn enter(_library: &Library) {}

/// The library inside of a bundle; a bundle may also be the library itself.
fn library(bundle: &Path) -> Option<PathBuf> {
    if bundle.is_file() {
        return Some(bundle.to_owned());
    }
    let folder = if cfg!(target_os = "macos") {
        "MacOS".to_owned()
    } else {
        let system = if cfg!(windows) { "win" } else { "linux" };
        format!("{}-{system}", std::env::consts::ARCH)
    };
    let entries = std::fs::read_dir(bundle.join("Contents").join(folder)).ok()?;
    entries.filter_map(Result::ok).map(|entry| entry.path()).find(|path| path.is_file())
}
