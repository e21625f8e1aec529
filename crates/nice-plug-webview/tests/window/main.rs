//! The editor in real X11 windows.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails where it fails")]

mod display;
mod endurance;
mod failure;
mod host;
mod keyboard;
mod measure;
mod opening;
mod processes;
mod resizing;
mod security;
