//! WebView2's loader, for libraries that MinGW links.
//!
//! The crate that declares the loader's five functions would have them imported from WebView2Loader.dll, which no Windows
//! has: a host could not load the plugin. They are defined here under the same names, so that the linker takes these and
//! imports nothing. The first call writes the DLL, which the library carries, to a folder of the user's and loads it from
//! there. Microsoft's own linker has a static library of the same functions, and needs none of this.
#![allow(unsafe_code, reason = "functions of C, called with what C functions were called with")]

use std::ffi::{CStr, c_void};
use std::fs::{self, File, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Write};
use std::os::windows::ffi::OsStrExt;
use std::os::windows::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use windows_sys::Win32::Foundation::{ERROR_MOD_NOT_FOUND, ERROR_PROC_NOT_FOUND, FARPROC};
use windows_sys::Win32::System::LibraryLoader::{
    GetProcAddress, LOAD_LIBRARY_SEARCH_SYSTEM32, LoadLibraryExW,
};
use windows_sys::core::{HRESULT, PCWSTR, PWSTR};

use super::webview::data_folder;

/// The DLL, as Microsoft has signed it.
const DLL: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/WebView2Loader.dll"));

const FILE_NAME: &str = "WebView2Loader.dll";

/// Others may read a file that is open, and neither write nor delete it.
const FILE_SHARE_READ: u32 = 1;

/// The functions of the loaded DLL.
struct Loader {
    compare_browser_versions: unsafe extern "system" fn(PCWSTR, PCWSTR, *mut i32) -> HRESULT,
    create_environment: unsafe extern "system" fn(*mut c_void) -> HRESULT,
    create_environment_with_options:
        unsafe extern "system" fn(PCWSTR, PCWSTR, *mut c_void, *mut c_void) -> HRESULT,
    available_version: unsafe extern "system" fn(PCWSTR, *mut PWSTR) -> HRESULT,
    available_version_with_options: unsafe extern "system" fn(PCWSTR, *mut c_void, *mut PWSTR) -> HRESULT,
}

/// The DLL's functions, or the code of the error that its callers are given. Loaded once, and never unloaded: WebView2
/// has threads of its own in it.
fn loader() -> Result<&'static Loader, HRESULT> {
    static LOADER: OnceLock<Result<Loader, HRESULT>> = OnceLock::new();
    LOADER
        .get_or_init(|| {
            load(&data_folder()).map_err(|error| {
                tracing::error!("WebView2's loader cannot be loaded: {error}");
                of_error(error.raw_os_error().map_or(ERROR_MOD_NOT_FOUND, i32::cast_unsigned))
            })
        })
        .as_ref()
        .map_err(|code| *code)
}

/// The code of COM for an error of the system.
fn of_error(code: u32) -> HRESULT {
    (0x8007_0000 | (code & 0xFFFF)).cast_signed()
}

fn load(folder: &Path) -> io::Result<Loader> {
    let path = path_below(folder);
    let file = written(&path)?;
    let wide: Vec<u16> = path.as_os_str().encode_wide().chain([0]).collect();
    // SAFETY: the path ends in a zero, and the file is the one that this library carries.
    let module = unsafe { LoadLibraryExW(wide.as_ptr(), std::ptr::null_mut(), LOAD_LIBRARY_SEARCH_SYSTEM32) };
    // Held open until here, so that nobody has changed it in between.
    let error = io::Error::last_os_error();
    drop(file);
    if module.is_null() {
        return Err(error);
    }
    let function = |name: &CStr| -> io::Result<FARPROC> {
        // SAFETY: the module is loaded and stays, and the name ends in a zero.
        let function = unsafe { GetProcAddress(module, name.as_ptr().cast()) };
        let missing = || io::Error::from_raw_os_error(ERROR_PROC_NOT_FOUND.cast_signed());
        if function.is_some() { Ok(function) } else { Err(missing()) }
    };
    // SAFETY: these are the functions of those names in Microsoft's header WebView2.h, none of them null.
    unsafe {
        Ok(Loader {
            compare_browser_versions: std::mem::transmute::<FARPROC, _>(function(c"CompareBrowserVersions")?),
            create_environment: std::mem::transmute::<FARPROC, _>(function(
                c"CreateCoreWebView2Environment",
            )?),
            create_environment_with_options: std::mem::transmute::<FARPROC, _>(function(
                c"CreateCoreWebView2EnvironmentWithOptions",
            )?),
            available_version: std::mem::transmute::<FARPROC, _>(function(
                c"GetAvailableCoreWebView2BrowserVersionString",
            )?),
            available_version_with_options: std::mem::transmute::<FARPROC, _>(function(
                c"GetAvailableCoreWebView2BrowserVersionStringWithOptions",
            )?),
        })
    }
}

/// Where the DLL is kept: a folder for each content, since another plugin may carry another version.
fn path_below(folder: &Path) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    DLL.hash(&mut hasher);
    folder.join("loader").join(format!("{:016x}", hasher.finish())).join(FILE_NAME)
}

/// The file with the DLL, open and checked byte by byte, so that it can be loaded. Writes it where it is not there or is
/// not what it must be.
fn written(path: &Path) -> io::Result<File> {
    if let Ok(file) = opened_unchanged(path) {
        return Ok(file);
    }
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    // Another process may be about the same: whoever comes last leaves the same file.
    let own = folder.join(format!("{FILE_NAME} {}", std::process::id()));
    let renamed = File::create(&own)
        .and_then(|mut file| file.write_all(DLL).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&own, path));
    if renamed.is_err() {
        // One that is loaded cannot be replaced, and need not be if it is the right one.
        let _ = fs::remove_file(&own);
    }
    opened_unchanged(path).map_err(|error| renamed.err().unwrap_or(error))
}

fn opened_unchanged(path: &Path) -> io::Result<File> {
    let mut file = OpenOptions::new().read(true).share_mode(FILE_SHARE_READ).open(path)?;
    let mut content = Vec::with_capacity(DLL.len());
    file.read_to_end(&mut content)?;
    if content == DLL {
        Ok(file)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidData, format!("{} was changed", path.display())))
    }
}

/// Forwards to the DLL.
///
/// # Safety
///
/// As Microsoft's function of this name has it; so for those below.
#[unsafe(no_mangle)]
unsafe extern "system" fn CompareBrowserVersions(one: PCWSTR, other: PCWSTR, result: *mut i32) -> HRESULT {
    // SAFETY: the caller's, for the same function.
    loader()
        .map_or_else(|code| code, |loader| unsafe { (loader.compare_browser_versions)(one, other, result) })
}

#[unsafe(no_mangle)]
unsafe extern "system" fn CreateCoreWebView2Environment(handler: *mut c_void) -> HRESULT {
    // SAFETY: the caller's, for the same function.
    loader().map_or_else(|code| code, |loader| unsafe { (loader.create_environment)(handler) })
}

#[unsafe(no_mangle)]
unsafe extern "system" fn CreateCoreWebView2EnvironmentWithOptions(
    browser_folder: PCWSTR,
    data_folder: PCWSTR,
    options: *mut c_void,
    handler: *mut c_void,
) -> HRESULT {
    loader().map_or_else(
        |code| code,
        // SAFETY: the caller's, for the same function.
        |loader| unsafe {
            (loader.create_environment_with_options)(browser_folder, data_folder, options, handler)
        },
    )
}

#[unsafe(no_mangle)]
unsafe extern "system" fn GetAvailableCoreWebView2BrowserVersionString(
    browser_folder: PCWSTR,
    version: *mut PWSTR,
) -> HRESULT {
    // SAFETY: the caller's, for the same function.
    loader().map_or_else(|code| code, |loader| unsafe { (loader.available_version)(browser_folder, version) })
}

#[unsafe(no_mangle)]
unsafe extern "system" fn GetAvailableCoreWebView2BrowserVersionStringWithOptions(
    browser_folder: PCWSTR,
    options: *mut c_void,
    version: *mut PWSTR,
) -> HRESULT {
    loader().map_or_else(
        |code| code,
        // SAFETY: the caller's, for the same function.
        |loader| unsafe { (loader.available_version_with_options)(browser_folder, options, version) },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dll_is_written_once_and_loads() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("Größe 音");
        let path = path_below(&folder);
        drop(written(&path).unwrap());
        let first = fs::metadata(&path).unwrap().modified().unwrap();
        drop(written(&path).unwrap());
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), first);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_changed_dll_is_written_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = path_below(folder.path());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "something else").unwrap();
        drop(written(&path).unwrap());
        assert_eq!(fs::read(&path).unwrap(), DLL);
    }

    #[test]
    fn what_cannot_be_written_is_not_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a file where a folder is to be");
        fs::write(&file, "").unwrap();
        assert!(load(&file).is_err());
    }

    /// The loader looks for no runtime to do this.
    #[test]
    fn calls_reach_the_dll() {
        let wide = |text: &str| -> Vec<u16> { text.encode_utf16().chain([0]).collect() };
        let (old, new) = (wide("1.0.0"), wide("1.0.1"));
        let mut result = 0;
        // SAFETY: both texts end in a zero, and the result is a place to write to.
        let code = unsafe { CompareBrowserVersions(old.as_ptr(), new.as_ptr(), &raw mut result) };
        assert_eq!((code, result), (0, -1));
    }
}
