//! The program's `render` command.

use std::path::Path;
use std::process::Command;

use crate::{bundles, recording};

/// Renders the recording with some parameters set as text, and returns the result.
pub fn recording_with(settings: &[(&str, &str)]) -> Vec<f32> {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let output = folder.path().join("rendered.wav");
    render(&recording::path(), &output, settings);
    let mut reader = hound::WavReader::open(&output).expect("render writes a WAV file");
    reader.samples::<f32>().map(|sample| sample.expect("the file is whole")).collect()
}

fn render(input: &Path, output: &Path, settings: &[(&str, &str)]) {
    let mut command = Command::new(bundles::program());
    command.arg("render").arg(input).arg(output).args(["--format", "f32"]);
    for (id, value) in settings {
        command.arg("--set").arg(format!("{id}={value}"));
    }
    let result = command.output().expect("the program starts");
    assert!(result.status.success(), "{}", String::from_utf8_lossy(&result.stderr));
}
