//! How long a musician waits for the page in the host's window, and what it costs, beside an empty page that the same
//! crate shows in a window of the same size.
//!
//! Prints one figure on each line, for `cargo xtask bench` to read. By hand: `cargo xtask bundle && cargo bench --package
//! wavecraft-tests --features editor-bench --bench editor`
#![allow(clippy::unwrap_used, missing_docs, reason = "a bench fails where something is missing")]
#![cfg_attr(not(target_os = "linux"), allow(unused))]

#[cfg(target_os = "linux")]
mod windows;

// Where the window's tests have it.
#[cfg(target_os = "linux")]
use wavecraft_tests::display;

fn main() {
    #[cfg(target_os = "linux")]
    windows::measure();
}
