//! Readers of an instance's own meters. They hold the receiving end of the meters' ring, which any thread may drain while
//! another has the instance: the same that the editor in a DAW's window drains.

#![allow(unsafe_code, reason = "makes a reference of C's pointer to a reader")]

use std::ffi::c_void;

use wavecraft_metering::MeterReader;

use super::instance_guard::InstanceError;
use crate::panics;

/// What C's pointer to a reader points to.
struct Reader {
    meters: MeterReader,
    /// Used again for each frame.
    values: Vec<f32>,
}

/// A new reader, for C to hold. Null if there are no meters.
pub(super) fn open(meters: Option<MeterReader>) -> *mut c_void {
    match meters.filter(|meters| !meters.own_meters().is_empty()) {
        Some(meters) => {
            meters.discard();
            Box::into_raw(Box::new(Reader { meters, values: Vec::new() })).cast()
        }
        None => std::ptr::null_mut(),
    }
}

/// Writes what was measured since the last call to `values`, if anything was and there are so many values.
///
/// # Safety
///
/// `reader` must be null or come from [`open`], and not have been closed; nothing else may use it meanwhile.
pub(super) unsafe fn read(reader: *mut c_void, values: &mut [f32]) -> Result<Option<()>, InstanceError> {
    // SAFETY: null is checked; the caller answers for the rest.
    let reader = unsafe { reader.cast::<Reader>().as_mut() }.ok_or(InstanceError::Null)?;
    if reader.meters.value_count() != values.len() {
        return Ok(None);
    }
    let drained = panics::catch(|| {
        reader.meters.drain_with_values(&mut reader.values)?;
        values.copy_from_slice(&reader.values);
        Some(())
    });
    drained.map_err(|message| {
        panics::keep_stray(message);
        InstanceError::Panicked
    })
}

/// Ends a reader.
///
/// # Safety
///
/// As for [`read`]; the reader must not be used any more.
pub(super) unsafe fn close(reader: *mut c_void) {
    if !reader.is_null() {
        // SAFETY: not null; the caller answers for the rest.
        drop(unsafe { Box::from_raw(reader.cast::<Reader>()) });
    }
}
