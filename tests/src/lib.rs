//! What the tests that span crates share: the bundles under test, real recordings, and a small CLAP host.
#![allow(clippy::missing_panics_doc, reason = "a test's support panics where the test fails")]

pub use plugin_test_support::{c_compiler, children, clap_host, endurance, priority, sound_servers};
#[cfg(target_os = "linux")]
pub use plugin_test_support::{display, processes, wine};

#[cfg(target_os = "linux")]
pub mod bare_client;
#[cfg(target_os = "linux")]
pub mod breaks;
pub mod bundles;
pub mod c_library;
#[cfg(target_os = "linux")]
pub mod chromium;
pub mod clap_state;
pub mod dev_server;
#[cfg(target_os = "linux")]
pub mod editor_host;
pub mod factory_presets;
#[cfg(target_os = "linux")]
pub mod jack_wire;
#[cfg(target_os = "linux")]
pub mod kept_pictures;
#[cfg(target_os = "linux")]
pub mod knob;
pub mod listening;
#[cfg(target_os = "linux")]
pub mod midi_keyboard;
#[cfg(target_os = "linux")]
pub mod plugin_host;
#[cfg(unix)]
pub mod plugin_project;
#[cfg(target_os = "linux")]
pub mod pointer;
pub mod quadrature;
pub mod recording;
pub mod render;
#[cfg(target_os = "linux")]
pub mod scheduling_monitor;
pub mod sound_file;
#[cfg(target_os = "linux")]
pub mod stalls;
#[cfg(target_os = "linux")]
pub mod steadiness;
#[cfg(target_os = "linux")]
pub mod strip_page;
pub mod workspace_copy;
