//! The program's `render` command.

use std::ffi::OsStr;
use std::process::Command;

use crate::{bundles, recording};

/// Renders the recording with some parameters set as text, and returns the result.
pub fn recording_with(settings: &[(&str, &str)]) -> Vec<f32> {
    let settings = settings.iter().flat_map(|(id, value)| ["--set".to_owned(), format!("{id}={value}")]);
    recording_with_arguments(settings)
}

/// Renders the recording with more arguments, and returns the result.
pub fn recording_with_arguments(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Vec<f32> {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let output = folder.path().join("rendered.wav");
    let mut command = Command::new(bundles::program());
    command.arg("render").arg(recording::path()).arg(&output).args(["--format", "f32"]).args(arguments);
    let result = command.output().expect("the program starts");
    assert!(result.status.success(), "{}", String::from_utf8_lossy(&result.stderr));
    let mut reader = hound::WavReader::open(&output).expect("render writes a WAV file");
    reader.samples::<f32>().map(|sample| sample.expect("the file is whole")).collect()
}
