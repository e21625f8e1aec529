//! The editor in real X11 windows.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails where it fails")]

use plugin_test_support::{display, processes};

mod browser_behaviour;
mod endurance;
mod failure;
mod host;
mod keyboard;
mod measure;
mod opening;
mod page_error;
mod resizing;
mod security;
mod sharing;
mod texts;
mod visibility;

plugin_test_support::needs!(WindowTests);
