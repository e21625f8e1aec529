//! The own meters of an instance, read while another thread has the instance.
#![allow(unsafe_code, reason = "calls the library's functions")]

use std::ffi::c_void;
use std::fmt;
use std::ptr::NonNull;
use std::sync::Arc;

use crate::functions::MeterFunctions;
use crate::library::PluginLibrary;
use crate::vtable::STATUS_OK;

/// Reads the own meters of an instance. It keeps the library loaded, and may outlive the instance.
///
/// One thread at a time owns it (it is `Send`, not `Sync`), while another may own the instance. Not for the audio thread.
pub struct FfiMeterReader {
    reader: NonNull<c_void>,
    functions: MeterFunctions,
    _library: Arc<PluginLibrary>,
}

// SAFETY: the contract lets calls on a reader come from different threads, one at a time, whoever uses the instance. Not
// being `Sync`, it is used by one thread at a time, and nobody else knows the reader.
unsafe impl Send for FfiMeterReader {}

impl FfiMeterReader {
    /// Opens a reader; `None` if the instance has no meters.
    ///
    /// # Safety
    ///
    /// The functions must be those of the library, and the instance be one of its own that is alive and not in use by
    /// another thread.
    pub(crate) unsafe fn open(
        instance: NonNull<c_void>,
        functions: MeterFunctions,
        library: &Arc<PluginLibrary>,
    ) -> Option<Self> {
        // SAFETY: passed on to the caller.
        let reader = NonNull::new(unsafe { (functions.open)(instance.as_ptr()) })?;
        Some(Self { reader, functions, _library: Arc::clone(library) })
    }

    /// Reads what was measured since the last call: one value for each channel of each meter, in the order of the
    /// [`PluginDescription`](crate::PluginDescription). False if nothing was, or if the plugin has another number of values;
    /// `values` are as they were then.
    pub fn read(&mut self, values: &mut [f32]) -> bool {
        let Ok(count) = u32::try_from(values.len()) else { return false };
        // SAFETY: the reader is open, and there is room for `count` values.
        unsafe { (self.functions.read)(self.reader.as_ptr(), values.as_mut_ptr(), count) == STATUS_OK }
    }
}

impl fmt::Debug for FfiMeterReader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FfiMeterReader").finish_non_exhaustive()
    }
}

impl Drop for FfiMeterReader {
    fn drop(&mut self) {
        // SAFETY: the reader is open until now, and nobody else knows it. The library is still loaded: it is dropped
        // after this.
        unsafe { (self.functions.close)(self.reader.as_ptr()) };
    }
}
