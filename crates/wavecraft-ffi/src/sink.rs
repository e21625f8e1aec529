//! Receives what the library writes into a [`ByteSink`].
#![allow(unsafe_code, reason = "is handed bytes by the library")]

use std::ffi::c_void;
use std::slice;

use crate::vtable::ByteSink;

/// Makes a call that takes a sink; returns what the call returned, and what it wrote.
pub(crate) fn collect<R>(call: impl FnOnce(*const ByteSink) -> R) -> (R, Vec<u8>) {
    let mut bytes: Vec<u8> = Vec::new();
    let sink = ByteSink { write: Some(append), context: (&raw mut bytes).cast() };
    let result = call(&raw const sink);
    (result, bytes)
}

/// Like [`collect`], for text. What is not UTF-8 in it becomes replacement characters.
pub(crate) fn collect_text<R>(call: impl FnOnce(*const ByteSink) -> R) -> (R, String) {
    let (result, bytes) = collect(call);
    (result, String::from_utf8_lossy(&bytes).into_owned())
}

/// # Safety
///
/// `context` must be that of a sink made by [`collect`] during its call, and there must be `count` bytes at
/// `bytes`.
unsafe extern "C" fn append(context: *mut c_void, bytes: *const u8, count: usize) {
    if context.is_null() || bytes.is_null() || count == 0 {
        return;
    }
    // SAFETY: the context of `collect`'s sink is its vector, which nothing else touches during the call; the
    // bytes are there by the contract.
    unsafe { (*context.cast::<Vec<u8>>()).extend_from_slice(slice::from_raw_parts(bytes, count)) };
}
