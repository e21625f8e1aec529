//! What the tests that span crates share: the bundles under test, real recordings, and a small CLAP host.
#![allow(clippy::missing_panics_doc, reason = "a test's support panics where the test fails")]

#[cfg(target_os = "linux")]
pub mod bare_client;
#[cfg(target_os = "linux")]
pub mod breaks;
pub mod bundles;
pub mod c_library;
pub mod children;
pub mod clap_host;
pub mod dev_server;
/// The X server of the tests of windows, which crate nice-plug-webview has as well.
#[cfg(target_os = "linux")]
#[path = "../../crates/nice-plug-webview/tests/window/display.rs"]
#[allow(missing_docs, clippy::unwrap_used, reason = "it is a part of that crate's tests")]
pub mod display;
#[cfg(target_os = "linux")]
pub mod editor_host;
#[cfg(target_os = "linux")]
pub mod jack_wire;
#[cfg(target_os = "linux")]
pub mod knob;
#[cfg(target_os = "linux")]
pub mod pointer;
pub mod priority;
/// The processes that show pages, which crate nice-plug-webview has as well.
#[cfg(target_os = "linux")]
#[path = "../../crates/nice-plug-webview/tests/window/processes.rs"]
#[allow(missing_docs, reason = "it is a part of that crate's tests")]
pub mod processes;
pub mod quadrature;
pub mod recording;
pub mod render;
pub mod sound_servers;
#[cfg(target_os = "linux")]
pub mod stalls;
#[cfg(target_os = "linux")]
pub mod steadiness;
#[cfg(target_os = "linux")]
pub mod strip_page;
#[cfg(target_os = "linux")]
pub mod witness;
pub mod workspace_copy;
