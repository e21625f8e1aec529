//! The Python of the project's environment, with pedalboard.

use std::path::PathBuf;

use crate::needs::{Need, assert_declared};

/// The interpreter that a test starts.
pub fn python() -> PathBuf {
    assert_declared(Need::HostTests);
    interpreter()
}

/// Where the interpreter is, or would be: `cargo xtask test` says so by `WAVECRAFT_PYTHON`.
pub(crate) fn interpreter() -> PathBuf {
    std::env::var_os("WAVECRAFT_PYTHON").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.venv/bin/python")),
        PathBuf::from,
    )
}
