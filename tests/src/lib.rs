//! What the tests that span crates share: the bundles under test, real recordings, and a small CLAP host.
#![allow(clippy::missing_panics_doc, reason = "a test's support panics where the test fails")]

pub mod bundles;
pub mod clap_host;
pub mod dev_server;
pub mod recording;
pub mod render;
pub mod sound_servers;
