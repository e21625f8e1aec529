//! The development server as a program: its fallbacks, its ends, and sound through files.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use wavecraft_tests::dev_server::DevServer;
use wavecraft_tests::recording::{self, rms_db};
use wavecraft_tests::sound_servers::silent_environment;

const TIMED: &[&str] = &["--input", "sine:1000", "--output", "none"];

fn in_silence(options: &[&str]) -> (DevServer, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    (DevServer::start(&silent_environment(folder.path()), options), folder)
}

#[test]
fn without_input_device_there_is_no_sound_and_no_meter() {
    let (server, _folder) = in_silence(&[]);
    let mut page = server.page();
    let status = page.wait_for_phase("failed");
    assert_eq!(status["diagnostic"]["code"], "noInputDevice", "{status}");
    assert_eq!(page.call("getMeterFrame", &json!({}))["frame"], Value::Null);
    assert!(server.said().contains("Problem there is no input device"), "{}", server.said());
    assert!(server.said().contains("Hint"), "{}", server.said());
    // The parameters are there all the same.
    page.set("output_gain", "-6 dB");
}

#[test]
fn without_output_device_the_input_is_metered() {
    let (server, _folder) = in_silence(&["--input", "sine:1000"]);
    let mut page = server.page();
    let status = page.wait_for_phase("runningInputOnly");
    assert_eq!(status["diagnostic"]["code"], "noOutputDevice", "{status}");
    let levels = page.next_news("meterUpdate");
    assert!((levels["left_peak"].as_f64().expect("a number") - 0.25).abs() < 0.01, "{levels}");
    assert!(server.said().contains("input only"), "{}", server.said());
    assert!(server.said().contains("test signal"), "{}", server.said());
}

#[test]
fn without_a_processor_there_is_no_sound_and_no_meter() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let environment = silent_environment(folder.path());
    let broken = folder.path().join("broken.so");
    fs::write(&broken, "not a library").expect("the folder is ours");
    for library in [broken.as_path(), Path::new("/nowhere/library.so")] {
        let server = DevServer::start_with_library(library, &environment, TIMED);
        let mut page = server.page();
        let status = page.wait_for_phase("failed");
        assert_eq!(status["diagnostic"]["code"], "loaderUnavailable", "{status}");
        assert_eq!(page.call("getMeterFrame", &json!({}))["frame"], Value::Null);
        assert!(server.said().contains("Problem"), "{}", server.said());
    }
}

#[test]
fn no_audio_means_none() {
    let (server, _folder) = in_silence(&["--no-audio"]);
    let mut page = server.page();
    assert_eq!(page.audio_status()["phase"], "disabled");
    assert_eq!(page.call("getMeterFrame", &json!({}))["frame"], Value::Null);
}

#[test]
fn stop_signals_end_everything_within_a_second() {
    for signal in ["INT", "TERM", "HUP"] {
        let (server, _folder) = in_silence(TIMED);
        let mut page = server.page();
        page.next_news("meterUpdate");
        let (status, duration) = server.end_by(signal);
        assert!(status.success(), "{signal}: {status}");
        assert!(duration < Duration::from_secs(1), "{signal}: {duration:?}");
    }
}

#[test]
fn the_plugin_s_own_texts_are_shown() {
    let (server, _folder) = in_silence(TIMED);
    let mut page = server.page();
    let text = page.call("formatParameter", &json!({"id": "low_cut_freq", "value": 1.0}))["text"].clone();
    assert_eq!(text, "1.00 kHz");
    let parameters = page.call("getAllParameters", &json!({}))["parameters"].clone();
    assert_eq!(parameters.as_array().map(Vec::len), Some(11));
}

#[test]
fn a_recording_comes_out_as_the_parameters_say() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let output = folder.path().join("heard.wav");
    let input = recording::path().display().to_string();
    let options = ["--input", &input, "--output", &output.display().to_string()];
    let server = DevServer::start(&silent_environment(folder.path()), &options);
    let mut page = server.page();
    page.set("output_gain", "-12 dB");
    page.set("oversampling", "Off");
    // The recording's first pass began at another gain: the later ones are compared.
    let original = recording::samples();
    let pass = original.len();
    thread::sleep(Duration::from_secs_f64(3.5 * pass as f64 / 48_000.0));
    let (status, _) = server.end_by("TERM");
    assert!(status.success());
    let mut reader = hound::WavReader::open(&output).expect("the recording is whole");
    let samples: Vec<f32> = reader.samples::<f32>().map(|sample| sample.expect("it is whole")).collect();
    let left: Vec<f32> = samples.iter().step_by(2).copied().collect();
    assert!(left.len() > 2 * pass, "{} frames", left.len());
    let heard = &left[pass..2 * pass];
    let gain = rms_db(heard) - rms_db(&original);
    assert!((gain + 12.0).abs() < 0.05, "{gain} dB");
    let factor = 10.0_f32.powf(-12.0 / 20.0);
    let expected: Vec<f32> = original.iter().map(|sample| sample * factor).collect();
    assert!(recording::largest_difference(heard, &expected) < 1e-4);
}
