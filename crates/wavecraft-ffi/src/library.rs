//! A plugin's library, loaded and checked.
#![allow(unsafe_code, reason = "loading a library runs its code")]

use std::error::Error as _;
use std::ffi::CStr;
use std::fmt;
use std::mem::MaybeUninit;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use libloading::Library;

use crate::capability::{Capability, TableProblem};
use crate::error::LoadError;
use crate::functions::ProcessorFunctions;
use crate::image;
use crate::sink;
use crate::vtable::{
    DEV_CREATE_PROCESSOR_SYMBOL, DEV_PROCESSOR_V1_VERSION, DEV_PROCESSOR_V2_SYMBOL, DevProcessorV2,
    DevProcessorVTable, FREE_STRING_SYMBOL, GET_PARAMS_JSON_SYMBOL, PluginSymbols,
};

/// A plugin's library in this process. Any thread.
///
/// It stays loaded for as long as somebody holds it; each [`FfiProcessor`](crate::FfiProcessor) does.
///
/// # Unloading
///
/// Dropping the last `Arc` gives the library back to the system, but on Linux it stays mapped until the
/// process ends. A thread that has run a Rust library's code destroys its thread-local values when it ends,
/// with that library's code; were the library unmapped by then, the process would crash, and nobody can know
/// which threads that concerns. A server that reloads a library for hours therefore grows by the library's
/// size each time. Most of that is the file itself, which the system drops from memory as it pleases; its
/// space on disk is not free until the end, even if it was deleted.
///
/// # Trust
///
/// Loading a library runs its code, with all that this program may do, and nothing contains a library that
/// breaks the contract of [`vtable`](crate::vtable). What can be checked is checked: the file's kind,
/// architecture and length before it is loaded, then pointers, sizes, versions and counts. Load only what its
/// author has built.
pub struct PluginLibrary {
    path: PathBuf,
    symbols: PluginSymbols,
    functions: Option<ProcessorFunctions>,
    capability: Capability,
    /// Where the functions are; none if they are part of this program.
    _image: Option<Library>,
}

impl PluginLibrary {
    /// Loads the library at `path`. Not for the audio thread: it waits for the disk and runs the library's
    /// initializers.
    ///
    /// The system loads a file only once. To load what was built anew, give it a file with a name that was
    /// not loaded before: a copy.
    ///
    /// # Errors
    ///
    /// Any [`LoadError`]. A library that exports only a part of what the server knows is none: see
    /// [`capability`](Self::capability).
    pub fn load(path: &Path) -> Result<Arc<Self>, LoadError> {
        image::check(path)?;
        let library = open(path)?;
        // SAFETY: the symbols are declared to have these types in the contract, which whoever exports
        // functions of these names agrees to.
        let (symbols, create_v1) = unsafe {
            let create_v1 = symbol::<DevCreateRoomyTable>(&library, DEV_CREATE_PROCESSOR_SYMBOL);
            let symbols = PluginSymbols {
                get_params_json: symbol(&library, GET_PARAMS_JSON_SYMBOL),
                free_string: symbol(&library, FREE_STRING_SYMBOL),
                dev_create_processor: symbol(&library, DEV_CREATE_PROCESSOR_SYMBOL),
                dev_processor_v2: symbol(&library, DEV_PROCESSOR_V2_SYMBOL),
            };
            (symbols, create_v1)
        };
        if symbols.is_empty() {
            return Err(LoadError::NotAPlugin { path: path.to_owned() });
        }
        // SAFETY: the library is loaded, and the function its own.
        let read_v1 = || unsafe { read_roomy_table(create_v1.ok_or(TableProblem::Missing)?) };
        // SAFETY: as above.
        let version_2 = unsafe { read_v2(symbols.dev_processor_v2) };
        let (functions, capability) = ProcessorFunctions::choose(version_2, read_v1);
        Ok(Arc::new(Self { path: path.to_owned(), symbols, functions, capability, _image: Some(library) }))
    }

    /// Takes functions that are part of this program for a library, under a name for messages. For tests, and
    /// for plugins that are linked statically.
    ///
    /// # Safety
    ///
    /// The functions must keep to the contract of [`vtable`](crate::vtable), for as long as the result lives.
    pub unsafe fn linked(name: &str, symbols: PluginSymbols) -> Arc<Self> {
        let read_v1 = || {
            let create_v1 = symbols.dev_create_processor.ok_or(TableProblem::Missing)?;
            // SAFETY: the caller answers for the function; being part of this program, its table has exactly
            // this type.
            ProcessorFunctions::from_v1(&unsafe { create_v1() })
        };
        // SAFETY: the caller answers for the function.
        let version_2 = unsafe { read_v2(symbols.dev_processor_v2) };
        let (functions, capability) = ProcessorFunctions::choose(version_2, read_v1);
        Arc::new(Self { path: name.into(), symbols, functions, capability, _image: None })
    }

    /// Where the library was loaded from, as it was given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the library can do, and if not everything, why.
    pub fn capability(&self) -> &Capability {
        &self.capability
    }

    pub(crate) fn symbols(&self) -> &PluginSymbols {
        &self.symbols
    }

    pub(crate) fn functions(&self) -> Option<&ProcessorFunctions> {
        self.functions.as_ref()
    }

    /// What the library says of its plugin, and whether it says it; `None` with version 1.
    pub(crate) fn describe(&self) -> Option<(i32, Vec<u8>)> {
        let describe = self.functions?.live?.describe;
        // SAFETY: the library is loaded, the contract allows the call at any time on any thread but the audio thread, and the
        // sink is valid during the call.
        Some(sink::collect(|description| unsafe { describe(description) }))
    }

    /// What the last panic outside of any instance said, if the library can tell and was not asked before.
    pub(crate) fn take_stray_panic(&self) -> Option<String> {
        let take_panic = self.functions?.live?.take_panic;
        // SAFETY: the library is loaded, and the contract allows a null instance here, on any thread.
        let (is_told, message) =
            sink::collect_text(|message| unsafe { take_panic(std::ptr::null_mut(), message) });
        (is_told != 0).then_some(message)
    }
}

impl fmt::Debug for PluginLibrary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PluginLibrary")
            .field("path", &self.path)
            .field("capability", &self.capability)
            .finish_non_exhaustive()
    }
}

/// Loads the file into the process.
fn open(path: &Path) -> Result<Library, LoadError> {
    let refused = |reason: String| LoadError::Refused { path: path.to_owned(), reason };
    // A bare file name would be looked for among the system's libraries.
    let absolute = std::path::absolute(path).map_err(|error| refused(error.to_string()))?;
    // SAFETY: the library's initializers run. That they do no harm is for whoever names the library to know;
    // the documentation of `PluginLibrary` says so.
    let library = unsafe { open_image(&absolute) };
    // The error itself only says which call failed; the system's words are behind it.
    library.map_err(|error| refused(error.source().map_or_else(|| error.to_string(), ToString::to_string)))
}

/// All symbols are bound now, since binding one when it is first called takes a lock, perhaps on the audio
/// thread; and a symbol that is missing is an error now, not the end of the process then.
#[cfg(unix)]
unsafe fn open_image(path: &Path) -> Result<Library, libloading::Error> {
    use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};

    #[cfg(target_os = "linux")]
    const STAY_MAPPED: std::ffi::c_int = libc::RTLD_NODELETE;
    #[cfg(not(target_os = "linux"))]
    const STAY_MAPPED: std::ffi::c_int = 0;

    // SAFETY: passed on to the caller.
    unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL | STAY_MAPPED) }.map(Into::into)
}

#[cfg(not(unix))]
unsafe fn open_image(path: &Path) -> Result<Library, libloading::Error> {
    // SAFETY: passed on to the caller.
    unsafe { Library::new(path) }
}

/// The function of this name, if the library exports it.
///
/// # Safety
///
/// `F` must be the type of the function, and not be used when the library is gone.
unsafe fn symbol<F: Copy>(library: &Library, name: &CStr) -> Option<F> {
    // SAFETY: passed on to the caller; a symbol at address 0 becomes `None`.
    unsafe { library.get::<Option<F>>(name) }.ok().and_then(|symbol| *symbol)
}

/// # Safety
///
/// The function must be null or keep to the contract, and its library be loaded.
unsafe fn read_v2(get_table: Option<DevProcessorV2>) -> Result<ProcessorFunctions, TableProblem> {
    let get_table = get_table.ok_or(TableProblem::Missing)?;
    // SAFETY: the caller answers for the function, and what it returns is what `from_v2` asks for.
    unsafe { ProcessorFunctions::from_v2(get_table()) }
}

/// Where a library writes its table of version 1: the table, and room for what one of another make may write
/// after it.
#[derive(Clone, Copy)]
#[repr(C)]
struct RoomyTable {
    table: DevProcessorVTable,
    _room: [usize; 122],
}

/// [`DevCreateProcessor`](crate::vtable::DevCreateProcessor), as it is called.
///
/// A structure of this size is returned through memory that the caller provides: its address goes in a hidden
/// argument (System V on x86-64 beyond 16 bytes, Windows on x86-64 beyond 8, Arm's 64-bit convention beyond
/// 16, and the 32-bit ones sooner). The address alone is passed, never the size, so to the machine this is
/// the same call as the one that is declared in C, only that there is more room at the address. Nothing says
/// which of it was written.
type DevCreateRoomyTable = unsafe extern "C" fn() -> MaybeUninit<RoomyTable>;

/// Below this, some calling conventions return a structure in registers.
const _: () = assert!(size_of::<DevProcessorVTable>() > 16);

/// # Safety
///
/// The function must keep to the contract, at least as far as the table's version, and its library be loaded.
unsafe fn read_roomy_table(create: DevCreateRoomyTable) -> Result<ProcessorFunctions, TableProblem> {
    // SAFETY: passed on to the caller.
    let slot = unsafe { create() };
    let table = slot.as_ptr().cast::<DevProcessorVTable>();
    // SAFETY: every table begins with its version.
    let version = unsafe { (*table).version };
    if version != DEV_PROCESSOR_V1_VERSION {
        return Err(TableProblem::wrong_v1(version));
    }
    // SAFETY: a table of version 1 is written whole, and null is a valid value of each of its functions.
    ProcessorFunctions::from_v1(unsafe { &*table })
}
