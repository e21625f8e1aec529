//! Counting what a thread allocates and frees while it is watched.
//!
//! Whatever allocates tells of it: [`CountingAllocator`] for Rust code in this program, and the program
//! `wavecraft-validate` for all code in its process, plugins' libraries included, where the system lets it take the place of
//! `malloc`.
#![allow(unsafe_code, reason = "an allocator is unsafe to implement")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// What a thread has asked of the allocator while it was watched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Memory taken, or given another size.
    pub allocations: u32,
    /// Memory given back.
    pub frees: u32,
}

impl Counts {
    /// Whether it has asked for nothing.
    pub fn are_zero(self) -> bool {
        self == Self::default()
    }
}

thread_local! {
    // Without destructor and without lazy start: an allocator may look at these at any time.
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    static COUNTS: Cell<Counts> = const { Cell::new(Counts { allocations: 0, frees: 0 }) };
}

/// Calls a function, and returns what it asked of the allocator on this thread.
pub fn watch<T>(function: impl FnOnce() -> T) -> (T, Counts) {
    COUNTS.set(Counts::default());
    WATCHED.set(true);
    let value = function();
    WATCHED.set(false);
    (value, COUNTS.get())
}

/// An allocator tells that this thread takes memory.
///
/// # Realtime safety
///
/// Two thread-local cells; nothing else.
pub fn note_allocation() {
    note(|counts| counts.allocations += 1);
}

/// An allocator tells that this thread gives memory back.
///
/// # Realtime safety
///
/// Two thread-local cells; nothing else.
pub fn note_free() {
    note(|counts| counts.frees += 1);
}

fn note(count: impl FnOnce(&mut Counts)) {
    if WATCHED.get() {
        let mut counts = COUNTS.get();
        count(&mut counts);
        COUNTS.set(counts);
    }
}

/// Whether what Rust code in this program allocates is seen.
pub fn sees_this_program() -> bool {
    !watch(|| drop(std::hint::black_box(Box::new(1_u8)))).1.are_zero()
}

/// Whether what libraries allocate is seen: the C library is asked to, as one of them.
#[cfg(unix)]
pub fn sees_libraries() -> bool {
    use std::ffi::{c_char, c_void};

    unsafe extern "C" {
        fn strdup(text: *const c_char) -> *mut c_char;
        fn free(memory: *mut c_void);
    }
    let copy_and_free = || {
        // Unseen, the compiler leaves both calls out.
        // SAFETY: the text ends with NUL, and what `strdup` returns is freed once.
        unsafe { free(std::hint::black_box(strdup(c"x".as_ptr())).cast()) }
    };
    watch(copy_and_free).1.allocations > 0
}

/// Whether what libraries allocate is seen.
#[cfg(not(unix))]
pub fn sees_libraries() -> bool {
    false
}

/// The system's allocator, which tells what it is asked for.
pub struct CountingAllocator;

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note_allocation();
        // SAFETY: the caller's promises are handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        note_free();
        // SAFETY: the caller's promises are handed on.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note_allocation();
        // SAFETY: the caller's promises are handed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note_allocation();
        // SAFETY: the caller's promises are handed on.
        unsafe { System.realloc(memory, layout, size) }
    }
}
