//! A musician loads the VST3 in a DAW; here, in pedalboard, which is a JUCE host with a Python face.
#![allow(clippy::unwrap_used, reason = "a test")]

use plugin_test_support::python::python;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use wavecraft::Wavecraft;
use wavecraft_nice_plug::parameters::ParameterTable;
use wavecraft_tests::bundles;
use wavecraft_tests::recording::{self, largest_difference, rms_db};
use wavecraft_tests::render::recording_with;

plugin_test_support::needs!(HostTests, TestSound);

const SAME: f32 = 1e-6;

/// What came out of the host.
struct Outcome {
    report: Value,
    output: Vec<f32>,
    state: PathBuf,
}

/// A folder for files that go to and fro.
struct Host {
    folder: tempfile::TempDir,
}

impl Host {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Loads the plugin anew, sets parameters as text, and runs the recording through it.
    fn process(&self, block_frames: usize, settings: &[(&str, &str)], state: Option<&Path>) -> Outcome {
        let file = |name: &str| self.folder.path().join(name);
        let bytes: Vec<u8> = recording::samples().iter().flat_map(|sample| sample.to_le_bytes()).collect();
        std::fs::write(file("input"), bytes).unwrap();
        let parameters = ParameterTable::of_plugin::<Wavecraft>();
        let values: BTreeMap<String, f32> = settings
            .iter()
            .map(|(id, text)| {
                let index = parameters.index_of(id).unwrap();
                (parameters.get(index).unwrap().name.clone(), parameters.parse(index, text).unwrap())
            })
            .collect();
        let mut job = json!({
            "input": file("input"), "output": file("output"), "state_output": file("state"),
            "block_frames": block_frames, "values": values,
        });
        if let Some(state) = state {
            job["state"] = json!(state);
        }
        std::fs::write(file("job"), job.to_string()).unwrap();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/vst3_host.py");
        let result =
            Command::new(python()).arg(script).arg(bundles::vst3()).arg(file("job")).output().unwrap();
        assert!(result.status.success(), "{}", String::from_utf8_lossy(&result.stderr));
        let output = std::fs::read(file("output")).unwrap();
        Outcome {
            report: serde_json::from_slice(&result.stdout).unwrap(),
            output: output
                .chunks_exact(4)
                .map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()))
                .collect(),
            state: file("state"),
        }
    }
}

#[test]
fn a_neutral_instance_changes_nothing_that_the_host_does_not_compensate() {
    let outcome = Host::new().process(512, &[], None);
    assert_eq!(outcome.report["name"], "Wavecraft");
    assert_eq!(outcome.report["channels_alike"], true);
    assert!(largest_difference(&outcome.output, &recording::samples()) < SAME);
}

#[test]
fn every_parameter_is_shown_as_on_the_page() {
    /// What JUCE says of a parameter without steps.
    const CONTINUOUS: usize = 0x7fff_ffff;
    let report = Host::new().process(512, &[], None).report;
    let parameters = ParameterTable::of_plugin::<Wavecraft>();
    for (index, parameter) in parameters.iter().enumerate() {
        let seen = &report["parameters"][&parameter.name];
        let shown: Vec<_> = (0..=8_u8).map(|step| parameters.format(index, f32::from(step) / 8.0)).collect();
        assert_eq!(seen["shown"], json!(shown), "{}", parameter.id);
        assert_eq!(
            seen["values"],
            json!(parameter.steps.map_or(CONTINUOUS, |steps| steps + 1)),
            "{}",
            parameter.id
        );
        assert!((seen["default"].as_f64().unwrap() - f64::from(parameter.default)).abs() < 1e-6);
        assert_eq!(seen["is_automatable"], parameter.is_automatable, "{}", parameter.id);
    }
}

#[test]
fn a_gain_is_as_many_decibels_as_it_says() {
    let outcome = Host::new().process(512, &[("output_gain", "-9.5")], None);
    let change = rms_db(&outcome.output[4_800..]) - rms_db(&recording::samples()[4_800..]);
    assert!((change - -9.5).abs() < 0.01, "{change} dB");
}

#[test]
fn the_first_pass_is_the_same_as_every_other() {
    let settings = [
        ("output_gain", "-12"),
        ("low_cut_freq", "900"),
        ("low_cut_slope", "48"),
        ("drive", "18"),
        ("mix", "70%"),
    ];
    let outcome = Host::new().process(512, &settings, None);
    let difference = outcome.report["passes_differ_by"].as_f64().unwrap();
    assert!(difference < f64::from(SAME), "{difference}");
}

#[test]
fn sounds_exactly_like_render() {
    let settings = [
        ("input_gain", "6"),
        ("low_cut_freq", "150"),
        ("low_cut_slope", "24"),
        ("drive", "18"),
        ("character", "Tape"),
        ("mix", "80%"),
    ];
    let rendered = recording_with(&settings);
    for block_frames in [64, 512, 4_096] {
        let outcome = Host::new().process(block_frames, &settings, None);
        let difference = largest_difference(&outcome.output, &rendered);
        assert!(difference < SAME, "blocks of {block_frames}: {difference}");
    }
}

#[test]
fn state_comes_back_in_another_instance() {
    let host = Host::new();
    let before = host.process(
        512,
        &[("drive", "20"), ("character", "Tube"), ("low_cut_slope", "48"), ("mix", "70")],
        None,
    );
    let saved = host.folder.path().join("saved");
    std::fs::copy(&before.state, &saved).unwrap();
    let after = host.process(512, &[], Some(&saved));
    assert_eq!(before.report["values"], after.report["values"]);
    assert!(largest_difference(&before.output, &after.output) < SAME);
}
