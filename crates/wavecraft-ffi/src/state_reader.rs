//! What an instance keeps beyond its parameters, read while another thread has the instance.
#![allow(unsafe_code, reason = "calls the library's functions")]

use std::ffi::c_void;
use std::fmt;
use std::ptr::NonNull;
use std::sync::Arc;

use crate::error::FfiStateError;
use crate::functions::StateFunctions;
use crate::library::PluginLibrary;
use crate::sink;
use crate::vtable::{STATUS_OK, STATUS_PANICKED};

/// Reads what an instance keeps beyond its parameters. It keeps the library loaded, and may outlive the instance.
///
/// One thread at a time owns it (it is `Send`, not `Sync`), while another may own the instance. Not for the audio thread.
pub struct StateReader {
    reader: NonNull<c_void>,
    functions: StateFunctions,
    _library: Arc<PluginLibrary>,
}

// SAFETY: the contract lets calls on a reader come from different threads, one at a time, whoever uses the instance. Not
// being `Sync`, it is used by one thread at a time, and nobody else knows the reader.
unsafe impl Send for StateReader {}

impl StateReader {
    /// Opens a reader; `None` if the library gives none.
    ///
    /// # Safety
    ///
    /// The functions must be those of the library, and the instance be one of its own that is alive and not in use by
    /// another thread.
    pub(crate) unsafe fn open(
        instance: NonNull<c_void>,
        functions: StateFunctions,
        library: &Arc<PluginLibrary>,
    ) -> Option<Self> {
        // SAFETY: passed on to the caller.
        let reader = NonNull::new(unsafe { (functions.open)(instance.as_ptr()) })?;
        Some(Self { reader, functions, _library: Arc::clone(library) })
    }

    /// What the instance keeps now, in the form that [`FfiProcessor::load_state`](crate::FfiProcessor::load_state)
    /// takes and that leaves the parameters alone. Empty if it keeps nothing.
    ///
    /// # Errors
    ///
    /// [`FfiStateError::Refused`] or [`FfiStateError::Panicked`].
    pub fn read(&mut self) -> Result<Vec<u8>, FfiStateError> {
        // SAFETY: the reader is open, and the sink is valid during the call.
        let (status, state) =
            sink::collect(|state| unsafe { (self.functions.read)(self.reader.as_ptr(), state) });
        match status {
            STATUS_OK => Ok(state),
            STATUS_PANICKED => Err(FfiStateError::Panicked),
            _ => Err(FfiStateError::Refused { reason: "it gives no reason".to_owned() }),
        }
    }
}

impl fmt::Debug for StateReader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("StateReader").finish_non_exhaustive()
    }
}

impl Drop for StateReader {
    fn drop(&mut self) {
        // SAFETY: the reader is open until now, and nobody else knows it. The library is still loaded: it is dropped
        // after this.
        unsafe { (self.functions.close)(self.reader.as_ptr()) };
    }
}
