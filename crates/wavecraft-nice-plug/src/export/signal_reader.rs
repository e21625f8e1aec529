//! Readers of an instance's signals. They share the signals' memory with the audio thread, which any thread may read while
//! another has the instance.

#![allow(unsafe_code, reason = "makes a reference of C's pointer to a reader")]

use std::ffi::c_void;

use wavecraft_metering::SignalSet;
use wavecraft_metering::analysis::{SignalRead, SignalReaders, SignalSource};

use super::instance_guard::InstanceError;
use super::vtable::SignalPosition;
use crate::panics;

/// A new reader, for C to hold. Null if there are no signals.
pub(super) fn open(signals: SignalSet) -> *mut c_void {
    if signals.is_empty() {
        return std::ptr::null_mut();
    }
    Box::into_raw(Box::new(SignalReaders::new(signals))).cast()
}

/// Begins or ends to listen to a signal.
///
/// # Safety
///
/// `reader` must be null or come from [`open`], and not have been closed; nothing else may use it meanwhile.
pub(super) unsafe fn listen(reader: *mut c_void, index: u32, is_listening: bool) {
    // SAFETY: null is checked; the caller answers for the rest.
    let Some(reader) = (unsafe { reader.cast::<SignalReaders>().as_mut() }) else { return };
    if let Err(message) = panics::catch(|| reader.set_listening(index as usize, is_listening)) {
        panics::keep_stray(message);
    }
}

/// Writes the newest frames of a signal, and where it stands.
///
/// # Safety
///
/// As for [`listen`].
pub(super) unsafe fn read(
    reader: *mut c_void,
    index: u32,
    left: &mut [f32],
    right: &mut [f32],
    position: &mut SignalPosition,
) -> Result<Option<()>, InstanceError> {
    // SAFETY: null is checked; the caller answers for the rest.
    let reader = unsafe { reader.cast::<SignalReaders>().as_mut() }.ok_or(InstanceError::Null)?;
    let read = panics::catch(|| reader.read(index as usize, left, right)).map_err(|message| {
        panics::keep_stray(message);
        InstanceError::Panicked
    })?;
    let Some(SignalRead { position: reached, has_frames }) = read else {
        *position = SignalPosition::default();
        return Ok(None);
    };
    *position = SignalPosition { end_frame: reached.end_frame, sample_rate_hz: reached.sample_rate_hz };
    Ok(has_frames.then_some(()))
}

/// Ends a reader.
///
/// # Safety
///
/// As for [`listen`]; the reader must not be used any more.
pub(super) unsafe fn close(reader: *mut c_void) {
    if !reader.is_null() {
        // SAFETY: not null; the caller answers for the rest.
        drop(unsafe { Box::from_raw(reader.cast::<SignalReaders>()) });
    }
}
