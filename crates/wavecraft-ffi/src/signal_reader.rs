//! The signals of an instance, read while another thread has the instance.
#![allow(unsafe_code, reason = "calls the library's functions")]

use std::ffi::c_void;
use std::fmt;
use std::ptr::NonNull;
use std::sync::Arc;

use crate::functions::SignalFunctions;
use crate::library::PluginLibrary;
use crate::vtable::{STATUS_OK, SignalPosition};

/// Reads the signals of an instance, by their place in the order of the [`PluginDescription`](crate::PluginDescription). It keeps
/// the library loaded, and may outlive the instance.
///
/// One thread at a time owns it (it is `Send`, not `Sync`), while another may own the instance. Not for the audio thread.
pub struct FfiSignalReader {
    reader: NonNull<c_void>,
    functions: SignalFunctions,
    _library: Arc<PluginLibrary>,
}

// SAFETY: the contract lets calls on a reader come from different threads, one at a time, whoever uses the instance. Not
// being `Sync`, it is used by one thread at a time, and nobody else knows the reader.
unsafe impl Send for FfiSignalReader {}

impl FfiSignalReader {
    /// Opens a reader; `None` if the instance has no signals.
    ///
    /// # Safety
    ///
    /// The functions must be those of the library, and the instance be one of its own that is alive and not in use by
    /// another thread.
    pub(crate) unsafe fn open(
        instance: NonNull<c_void>,
        functions: SignalFunctions,
        library: &Arc<PluginLibrary>,
    ) -> Option<Self> {
        // SAFETY: passed on to the caller.
        let reader = NonNull::new(unsafe { (functions.open)(instance.as_ptr()) })?;
        Some(Self { reader, functions, _library: Arc::clone(library) })
    }

    /// Begins or ends to listen to a signal. Only what is listened to is kept by the instance, and can be read.
    pub fn set_listening(&mut self, index: usize, is_listening: bool) {
        let Ok(index) = u32::try_from(index) else { return };
        // SAFETY: the reader is open.
        unsafe { (self.functions.listen)(self.reader.as_ptr(), index, is_listening.into()) };
    }

    /// Reads the newest frames of a signal, as many as there is room for in both. Returns where it stands, and whether there
    /// are so many frames; without them there is nothing sensible in `left` and `right`. `None` if the library does not tell.
    pub fn read(
        &mut self,
        index: usize,
        left: &mut [f32],
        right: &mut [f32],
    ) -> Option<(SignalPosition, bool)> {
        let index = u32::try_from(index).ok()?;
        let count = u32::try_from(left.len().min(right.len())).ok()?;
        let mut position = SignalPosition::default();
        // SAFETY: the reader is open, and there is room for `count` frames and a position.
        let status = unsafe {
            (self.functions.read)(
                self.reader.as_ptr(),
                index,
                left.as_mut_ptr(),
                right.as_mut_ptr(),
                count,
                &raw mut position,
            )
        };
        let is_known = position.sample_rate_hz.is_finite() && position.sample_rate_hz > 0.0;
        is_known.then_some((position, status == STATUS_OK))
    }
}

impl fmt::Debug for FfiSignalReader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FfiSignalReader").finish_non_exhaustive()
    }
}

impl Drop for FfiSignalReader {
    fn drop(&mut self) {
        // SAFETY: the reader is open until now, and nobody else knows it. The library is still loaded: it is dropped
        // after this.
        unsafe { (self.functions.close)(self.reader.as_ptr()) };
    }
}
