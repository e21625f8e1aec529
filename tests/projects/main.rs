//! What a plugin's author does with a project that `cargo xtask new` made outside of this repository: its own commands, its
//! plugin in hosts, its page, and its sound while it is changed.
//!
//! `checks`, `sound`, `page` and `development` must hold wherever a project takes Wavecraft from: the stage `packaged` runs
//! them on packaged crates. `together` and `commands` are about more than one plugin, and about the commands themselves;
//! `registry` is for that stage alone. `examples` has the projects of this repository, which have a stage of their own.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

mod checks;
mod commands;
mod development;
mod examples;
mod page;
mod registry;
mod sound;
mod together;

plugin_test_support::needs!(HostTests, TestSound, WindowTests, BrowserTests);

/// The largest absolute sample.
fn peak(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |peak, sample| peak.max(sample.abs()))
}
