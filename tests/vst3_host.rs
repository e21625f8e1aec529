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
        let more = state.map(|state| ("state", json!(state)));
        self.process_with(block_frames, settings, more.as_slice())
    }

    /// The same with more in the job.
    fn process_with(
        &self,
        block_frames: usize,
        settings: &[(&str, &str)],
        more: &[(&str, Value)],
    ) -> Outcome {
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
        for (key, value) in more {
            job[*key] = value.clone();
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

/// Runs the standalone program's command `presets`, and returns what it prints.
fn presets(arguments: &[&std::ffi::OsStr]) -> Result<String, String> {
    let output = Command::new(bundles::program()).arg("presets").args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

const PRESET: &str = r#"
name = "Warm"
plugin = "Wavecraft"
[values]
drive = "18 dB"
character = "Tape"
low_cut_freq = { text = "123 Hz", normalized = 0.37 }
low_cut_slope = "24 dB/oct"
mix = "70 %"
output_gain = -3
"#;

#[test]
fn a_preset_as_a_vst3_file_gives_the_same_parameters_in_the_host() {
    let host = Host::new();
    let file = |name: &str| host.folder.path().join(name);
    std::fs::write(file("warm.toml"), PRESET).unwrap();
    let (toml, vst) = (file("warm.toml"), file("warm.vstpreset"));
    presets(&["convert".as_ref(), toml.as_ref(), vst.as_ref()]).unwrap();
    let more = [("preset", json!(vst)), ("preset_output", json!(file("host.vstpreset")))];
    // What a preset does not say goes to its default; what is no part of presets stays.
    let before = [("input_gain", "6"), ("high_cut_freq", "5k"), ("oversampling", "2x")];
    let state = host.process(512, &before, None).state;
    let saved = file("saved");
    std::fs::copy(state, &saved).unwrap();
    let mut job = more.to_vec();
    job.push(("state", json!(saved)));
    let texts = host.process_with(512, &[], &job).report["texts"].clone();
    let expected = [
        ("Drive", "18.0 dB"),
        ("Character", "Tape"),
        ("Low cut slope", "24 dB/oct"),
        ("Mix", "70 %"),
        ("Output", "-3.0 dB"),
        ("Input", "0.0 dB"),
        ("High cut", "20.0 kHz"),
        ("Oversampling", "2x"),
    ];
    for (name, text) in expected {
        assert_eq!(texts[name], text, "{name}");
    }

    // The host's own file, as it writes it, back to a text, and the text to the host once more.
    let again = file("again.toml");
    presets(&["convert".as_ref(), file("host.vstpreset").as_ref(), again.as_ref()]).unwrap();
    let shown = presets(&["show".as_ref(), again.as_ref()]).unwrap();
    for text in ["18.0 dB", "Tape", "24 dB/oct", "70 %", "-3.0 dB"] {
        assert!(shown.contains(text), "{shown}");
    }
    assert!(!shown.contains("oversampling"), "{shown}");
    let vst_again = file("again.vstpreset");
    presets(&["convert".as_ref(), again.as_ref(), vst_again.as_ref()]).unwrap();
    let first = host.process_with(512, &[], &[("preset", json!(vst))]);
    let second = host.process_with(512, &[], &[("preset", json!(vst_again))]);
    assert_eq!(first.report["values"], second.report["values"], "to the bit");
    assert!(largest_difference(&first.output, &second.output) < SAME);
}

#[test]
fn a_rendering_with_a_preset_sounds_like_the_plugin_with_it() {
    let host = Host::new();
    let file = |name: &str| host.folder.path().join(name);
    std::fs::write(file("warm.toml"), PRESET).unwrap();
    let (toml, vst) = (file("warm.toml"), file("warm.vstpreset"));
    presets(&["convert".as_ref(), toml.as_ref(), vst.as_ref()]).unwrap();
    let rendered =
        wavecraft_tests::render::recording_with_arguments([std::ffi::OsStr::new("--preset"), toml.as_ref()]);
    let outcome = host.process_with(512, &[], &[("preset", json!(vst))]);
    let difference = largest_difference(&outcome.output, &rendered);
    assert!(difference < SAME, "{difference}");
}

#[test]
fn a_preset_of_another_plugin_or_a_broken_one_is_refused_in_words() {
    let host = Host::new();
    let file = |name: &str| host.folder.path().join(name);
    std::fs::write(file("warm.toml"), PRESET).unwrap();
    let (toml, vst) = (file("warm.toml"), file("warm.vstpreset"));
    presets(&["convert".as_ref(), toml.as_ref(), vst.as_ref()]).unwrap();
    let exists = presets(&["convert".as_ref(), toml.as_ref(), vst.as_ref()]).unwrap_err();
    assert!(exists.contains("--replace"), "{exists}");
    presets(&["convert".as_ref(), toml.as_ref(), vst.as_ref(), "--replace".as_ref()]).unwrap();
    let whole = std::fs::read(&vst).unwrap();
    let refused = |name: &str, bytes: &[u8]| {
        std::fs::write(file(name), bytes).unwrap();
        presets(&["show".as_ref(), file(name).as_ref()]).unwrap_err()
    };
    let mut other = whole.clone();
    other[8..40].copy_from_slice(b"0123456789ABCDEF0123456789ABCDEF");
    let message = refused("other.vstpreset", &other);
    assert!(message.contains("class id 0123456789ABCDEF0123456789ABCDEF; Wavecraft has"), "{message}");
    let message = refused("short.vstpreset", &whole[..whole.len() - 1]);
    assert!(message.contains("cut short or damaged: the list of chunks is to be at bytes"), "{message}");
    let message = refused("text.vstpreset", PRESET.as_bytes());
    assert!(message.contains("it is no .vstpreset"), "{message}");
    let message = refused("warm.txt", PRESET.as_bytes());
    assert!(message.contains("a preset's file ends in .toml or .vstpreset"), "{message}");
    let message = presets(&["show".as_ref(), "nothing of the kind".as_ref()]).unwrap_err();
    assert!(message.contains("there is no preset and no file `nothing of the kind`"), "{message}");
    let version: &[u8] = b"{\"version\":\"";
    let place = whole.windows(version.len()).position(|bytes| bytes == version).unwrap() + version.len();
    let mut newer = whole.clone();
    newer[place..place + 5].copy_from_slice(b"9.9.9");
    let message = refused("newer.vstpreset", &newer);
    assert!(message.contains("newer than this one"), "{message}");
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
