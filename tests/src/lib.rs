//! What the tests that span crates share: the bundles under test, real recordings, and a small CLAP host.

pub mod bundles;
pub mod clap_host;
pub mod recording;
pub mod render;
