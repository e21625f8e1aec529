//! What a musician does through a `SessionHost`.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

mod controllers;
mod history;
mod presets;
mod slots;
mod studio;
mod two_instances;
