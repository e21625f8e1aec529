//! A project's plugin in hosts, without its window.

use std::fs;
use std::process::Command;

use plugin_test_support::python::python;
use serde_json::{Value, json};
use wavecraft_tests::clap_host::ClapHost;
use wavecraft_tests::plugin_project::{PluginProject, turn};

use super::peak;

#[test]
fn the_effect_changes_the_sound_in_a_clap_host() {
    let turn = turn();
    let mut host = ClapHost::load(&turn.effect().clap());
    let names: Vec<String> = host.parameters().into_iter().map(|parameter| parameter.name).collect();
    assert_eq!(names, ["Bypass", "Rate", "Depth", "Level"]);
    let depth = host.typed("Depth", "100 %").unwrap();
    let ones = vec![0.5; 48_000];
    let [output, _] = host.process([&ones, &ones], 512, &[(0, "Depth", depth)]);
    let lowest = output[24_000..].iter().fold(1.0_f32, |lowest, sample| lowest.min(*sample));
    assert!(lowest < 0.01 && peak(&output[24_000..]) > 0.49, "{lowest} to {}", peak(&output[24_000..]));
}

#[test]
fn the_instrument_plays_a_note_in_a_clap_host() {
    let turn = turn();
    let mut host = ClapHost::load(&turn.instrument().clap());
    let [output, _] = host.hold_key(69, 48_000);
    assert_plays_a(&output);
}

/// A note of 440 Hz: so many times a second the wave crosses zero upwards.
fn assert_plays_a(second: &[f32]) {
    assert!(peak(second) > 0.05, "{}", peak(second));
    let crossings = second.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count();
    assert!((435..=440).contains(&crossings), "{crossings} turns in a second");
}

/// Has pedalboard do a job with the VST3, and returns its report and the sound.
pub fn in_pedalboard(project: &PluginProject, input: Option<&[f32]>, values: &Value) -> (Value, Vec<f32>) {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let mut job = json!({
        "output": file("output"), "state_output": file("state"), "block_frames": 512, "values": values,
    });
    if let Some(input) = input {
        let bytes: Vec<u8> = input.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        fs::write(file("input"), bytes).unwrap();
        job["input"] = json!(file("input"));
    } else {
        job["key"] = json!(69);
    }
    fs::write(file("job"), job.to_string()).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/vst3_host.py");
    let result = Command::new(python()).arg(script).arg(project.vst3()).arg(file("job")).output().unwrap();
    assert!(result.status.success(), "{}", String::from_utf8_lossy(&result.stderr));
    let output = fs::read(file("output")).unwrap();
    let samples = output.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()));
    (serde_json::from_slice(&result.stdout).unwrap(), samples.collect())
}

/// Every text that a VST3 host shows is a number or a word, then at most a unit behind one blank.
fn assert_texts_are_whole(report: &Value) {
    let parameters = report["parameters"].as_object().unwrap();
    assert!(!parameters.is_empty());
    for (name, parameter) in parameters {
        for shown in parameter["shown"].as_array().unwrap() {
            let shown = shown.as_str().unwrap();
            assert_eq!(shown.split_whitespace().collect::<Vec<_>>().join(" "), shown, "{name}");
            assert!(!["k", "k Hz"].iter().any(|end| shown.ends_with(end)), "{name}: {shown}");
        }
    }
}

#[test]
fn the_effect_changes_the_sound_in_a_vst3_host() {
    let turn = turn();
    // The middle of the level's travel is 0 dB; half of what is above is 12 dB.
    let (report, output) =
        in_pedalboard(turn.effect(), Some(&vec![0.1; 48_000]), &json!({"Depth": 0.0, "Level": 0.75}));
    assert_eq!(report["name"], "My Tremolo");
    assert_texts_are_whole(&report);
    let gain_db = 20.0 * (peak(&output[24_000..]) / 0.1).log10();
    assert!((gain_db - 12.0).abs() < 0.01, "{gain_db} dB");
}

#[test]
fn the_instrument_plays_a_note_in_a_vst3_host() {
    let turn = turn();
    let (report, output) = in_pedalboard(turn.instrument(), None, &json!({}));
    assert_eq!(report["name"], "My Synth");
    assert_texts_are_whole(&report);
    assert_plays_a(&output);
}
