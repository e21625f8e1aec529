//! Readers of what an instance keeps beyond its parameters. They hold the parameters' table, which any thread may read
//! while another has the instance, as nice-plug's wrappers do.

#![allow(unsafe_code, reason = "makes a reference of C's pointer to a reader")]

use std::ffi::c_void;
use std::sync::Arc;

use nice_plug::prelude::Plugin;

use super::instance_guard::InstanceError;
use crate::panics;
use crate::parameters::ParameterTable;
use crate::state;

/// What C's pointer to a reader points to.
struct Reader(Arc<ParameterTable>);

/// A new reader, for C to hold.
pub(super) fn open(parameters: &Arc<ParameterTable>) -> *mut c_void {
    const fn may_be_read_by_any_thread<T: Send + Sync>() {}
    const { may_be_read_by_any_thread::<ParameterTable>() };
    Box::into_raw(Box::new(Reader(Arc::clone(parameters)))).cast()
}

/// What there is now; empty if there is nothing.
///
/// # Safety
///
/// `reader` must be null or come from [`open`], and not have been closed.
pub(super) unsafe fn read<P: Plugin>(reader: *mut c_void) -> Result<Vec<u8>, InstanceError> {
    // SAFETY: null is checked; the caller answers for the rest.
    let Reader(parameters) = unsafe { reader.cast::<Reader>().as_ref() }.ok_or(InstanceError::Null)?;
    panics::catch(|| state::save_beyond_parameters::<P>(parameters).unwrap_or_default()).map_err(|message| {
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
    if reader.is_null() {
        return;
    }
    // SAFETY: not null; the caller answers for the rest.
    let reader = unsafe { Box::from_raw(reader.cast::<Reader>()) };
    if let Err(message) = panics::catch(|| drop(reader)) {
        panics::keep_stray(message);
    }
}
