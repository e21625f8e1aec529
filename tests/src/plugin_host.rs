//! The host of `tests/plugin-host` on this system and under Wine, as the stage of the tests for Windows has built it for both.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::recording;
use crate::wine::Wine;

/// The largest difference between samples of the same sound, as far as single precision goes.
pub const SAME: f32 = 1e-6;

/// What a host made of the recording.
pub struct Played {
    /// The left channel.
    pub output: Vec<f32>,
    /// The plugin's state at the end, as CLAP's hosts keep it.
    pub state: Vec<u8>,
}

/// The host of this system.
pub fn host_here() -> Command {
    Command::new(host("WAVECRAFT_PLUGIN_HOST"))
}

/// The host for Windows.
pub fn host_on_windows(wine: &Wine) -> Command {
    wine.program(host("WAVECRAFT_WINDOWS_PLUGIN_HOST"))
}

fn host(variable: &str) -> PathBuf {
    PathBuf::from(
        std::env::var_os(variable).expect("`cargo xtask test --stage windows` says where the host is"),
    )
}

/// Has a host play the recording through a plugin, in a state if one is given.
pub fn play(mut host: Command, format: &str, bundle: &Path, state: Option<&[u8]>) -> Played {
    let folder = tempfile::tempdir().expect("there is room for files");
    host.arg(format).arg(bundle).arg(recording::path()).arg(folder.path());
    if let Some(state) = state {
        let file = folder.path().join("state before");
        fs::write(&file, state).expect("the folder is ours");
        host.arg(file);
    }
    let result = host.output().expect("the host is there");
    let said = String::from_utf8_lossy(&result.stderr);
    assert!(result.status.success(), "{host:?} ended with {}:\n{said}", result.status);
    let read = |name| fs::read(folder.path().join(name)).expect("the host has written it");
    let output = read("output").as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    Played { output, state: read("state") }
}
