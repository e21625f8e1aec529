//! What tests need of the machine, for any crate: a private X server, private sound servers, a Python with its packages,
//! and the check that all of it is there before the first test runs. Besides, the commands that
//! the documentation shows, and a small CLAP host.
//!
//! A test program says what it needs by [`needs!`]. Whatever it has not named there it cannot use, and neither can it use
//! what the stage of `cargo xtask test` that runs it has not named.
#![allow(clippy::missing_panics_doc, reason = "a test's support panics where the test fails")]

pub mod c_compiler;
pub mod children;
#[cfg(feature = "clap-host")]
pub mod clap_host;
#[cfg(target_os = "linux")]
#[allow(missing_docs, clippy::unwrap_used, reason = "a test fails where the X server does")]
pub mod display;
pub mod documented_commands;
pub mod endurance;
pub mod harness;
pub mod needs;
pub mod priority;
#[cfg(target_os = "linux")]
pub mod processes;
pub mod python;
pub mod sound_servers;
#[cfg(target_os = "linux")]
pub mod wine;

#[doc(hidden)]
pub use ctor;
pub use needs::Need;

/// Whether this program is one for Windows that runs under Wine, which lacks some of what Windows has. It is told by the
/// variable that Wine's starters set.
pub fn is_under_wine() -> bool {
    cfg!(windows) && std::env::var_os("WINEPREFIX").is_some()
}
