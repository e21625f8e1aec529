//! Libraries of every make and in every state end up in front of the loader: built in C, years ago, by
//! halves, for somewhere else, or not at all. Each file here is one way to go wrong, and what must become of
//! it.
#![cfg(unix)]
#![allow(clippy::float_cmp, reason = "the libraries' arithmetic is exact, or the same on both sides")]

mod blocks;
mod broken_parameters;
mod failing_instances;
mod libraries;
mod meters;
mod no_processor;
mod not_a_library;
mod ownership;
mod realtime;
mod signals;
// Takes apart the libraries of this system, as its compiler makes them.
#[cfg(target_os = "linux")]
mod state_reader;
mod unfit_libraries;
mod version_1_alone;
mod version_2;
mod version_2_unusable;
