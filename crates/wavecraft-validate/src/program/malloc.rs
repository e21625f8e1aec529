//! `malloc` and its kin, for this process and whatever it loads: what an executable exports comes before the C library's.
//! Each tells the watch of allocations, and hands on to glibc.
#![allow(unsafe_code, reason = "these are the C library's functions")]
#![allow(clippy::missing_safety_doc, reason = "their contracts are the C standard's and POSIX's")]

use std::ffi::{c_int, c_void};

use wavecraft_validate::allocations::{note_allocation, note_free};

unsafe extern "C" {
    fn __libc_malloc(size: usize) -> *mut c_void;
    fn __libc_calloc(count: usize, size: usize) -> *mut c_void;
    fn __libc_realloc(memory: *mut c_void, size: usize) -> *mut c_void;
    fn __libc_memalign(alignment: usize, size: usize) -> *mut c_void;
    fn __libc_free(memory: *mut c_void);
}

const EINVAL: c_int = 22;
const ENOMEM: c_int = 12;

#[unsafe(no_mangle)]
unsafe extern "C" fn malloc(size: usize) -> *mut c_void {
    note_allocation();
    // SAFETY: the caller's promises are handed on.
    unsafe { __libc_malloc(size) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn calloc(count: usize, size: usize) -> *mut c_void {
    note_allocation();
    // SAFETY: the caller's promises are handed on.
    unsafe { __libc_calloc(count, size) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn realloc(memory: *mut c_void, size: usize) -> *mut c_void {
    note_allocation();
    // SAFETY: the caller's promises are handed on.
    unsafe { __libc_realloc(memory, size) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn free(memory: *mut c_void) {
    if !memory.is_null() {
        note_free();
    }
    // SAFETY: the caller's promises are handed on.
    unsafe { __libc_free(memory) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn memalign(alignment: usize, size: usize) -> *mut c_void {
    note_allocation();
    // SAFETY: the caller's promises are handed on.
    unsafe { __libc_memalign(alignment, size) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn aligned_alloc(alignment: usize, size: usize) -> *mut c_void {
    note_allocation();
    // SAFETY: the caller's promises are handed on.
    unsafe { __libc_memalign(alignment, size) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn posix_memalign(to: *mut *mut c_void, alignment: usize, size: usize) -> c_int {
    note_allocation();
    if !alignment.is_power_of_two() || !alignment.is_multiple_of(size_of::<*mut c_void>()) {
        return EINVAL;
    }
    // SAFETY: the alignment was checked.
    let memory = unsafe { __libc_memalign(alignment, size) };
    if memory.is_null() {
        return ENOMEM;
    }
    // SAFETY: the caller promises that `to` may be written.
    unsafe { *to = memory };
    0
}

#[cfg(test)]
mod tests {
    use wavecraft_validate::allocations;

    #[test]
    fn what_libraries_allocate_is_seen() {
        assert!(allocations::sees_libraries());
        let ((), counts) = allocations::watch(|| drop(std::hint::black_box(vec![1_u8; 100])));
        assert_eq!((counts.allocations, counts.frees), (1, 1));
    }
}
