//! Hot reload as it is used: sources of the plugin are edited while a tone plays through it.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use wavecraft_tests::dev_server::{BUILD_PATIENCE, DevServer, Page};
use wavecraft_tests::workspace_copy::WorkspaceCopy;

/// Samples in a period of the tone.
const PERIOD: usize = 48;

/// The sources of the plugin, to be edited.
fn workspace() -> WorkspaceCopy {
    WorkspaceCopy::new(env!("CARGO_TARGET_TMPDIR"))
}

/// Waits until a build has come to its end, and returns its status and what else the page was told meanwhile.
fn build_end(page: &mut Page) -> (Value, Vec<String>) {
    let started = Instant::now();
    let mut told = Vec::new();
    loop {
        assert!(started.elapsed() < BUILD_PATIENCE, "no build ends; told: {told:?}");
        let mut message = page.receive();
        let method = message["method"].as_str().expect("nothing was asked").to_owned();
        if method == "buildStatusChanged" && message["params"]["state"] != "building" {
            return (message["params"].take(), told);
        }
        if method != "meterUpdate" {
            told.push(method);
        }
    }
}

fn recorded(path: &Path) -> Vec<f32> {
    let mut reader = hound::WavReader::open(path).expect("the recording is whole");
    reader.samples::<f32>().step_by(2).map(|sample| sample.expect("it is whole")).collect()
}

/// The tone's level before the plugin, in dB: a sine of amplitude 1/4.
fn tone_db() -> f64 {
    20.0 * (0.25 / 2.0_f64.sqrt()).log10()
}

/// A page that has lowered the tone by 6 dB, once that is heard.
fn lowered_page(server: &DevServer) -> Page {
    let mut page = server.page();
    page.set("output_gain", "-6 dB");
    page.wait_for_level(tone_db() - 6.0);
    page
}

#[test]
fn a_saved_change_is_heard_without_a_gap_or_a_step() {
    let workspace = workspace();
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let recording = folder.path().join("heard.wav");
    let server = workspace.serve_tone(folder.path(), &recording);
    let mut page = lowered_page(&server);

    // Each dB at the control counts twice from now on. The value itself is kept.
    workspace.edit("src/dsp/linear_smoother.rs", "LOG2_10 / 20.0", "LOG2_10 / 10.0");
    let saved = Instant::now();
    let (status, told) = build_end(&mut page);
    let duration = saved.elapsed();
    assert_eq!(status["state"], "ok", "{status}");
    let parameter_notifications = told.iter().filter(|method| *method == "parametersChanged").count();
    assert_eq!(
        (parameter_notifications, told.first().map(String::as_str)),
        (1, Some("buildStatusChanged")),
        "{told:?}"
    );
    page.wait_for_level(tone_db() - 12.0);
    let value = page.call("getParameter", &json!({"id": "output_gain"}))["value"].as_f64();
    assert!(value.is_some_and(|value| (value - 18.0 / 48.0).abs() < 1e-6), "{value:?}");
    server.wait_until_it_says("Reloaded in");
    println!(
        "from save to sound: {duration:?} as the page sees it, {} ms as the server does",
        status["duration_ms"]
    );

    assert!(server.end_by("TERM").0.success());
    let left = fs::read_dir(folder.path().join("copies")).expect("the server has made it");
    assert!(!left.flatten().any(|entry| entry.path().is_dir()), "copies of the library are left");
    assert_steady(&recorded(&recording));
}

/// From -6 dB on, the recording is a tone whose level only ever falls, to -12 dB, and without a step.
fn assert_steady(samples: &[f32]) {
    let amplitudes: Vec<f64> = samples
        .chunks_exact(PERIOD)
        .map(|period| {
            let power = period.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / PERIOD as f64;
            (2.0 * power).sqrt()
        })
        .collect();
    let before = 0.25 * 10.0_f64.powf(-6.0 / 20.0);
    let is_before = |amplitude: &f64| (amplitude / before - 1.0).abs() < 0.001;
    let settled = amplitudes.windows(20).position(|run| run.iter().all(is_before)).expect("it was -6 dB");
    let amplitudes = &amplitudes[settled..];
    for (period, pair) in amplitudes.windows(2).enumerate() {
        assert!(pair[1] < pair[0] * 1.001, "the level rises in period {period}: {pair:?}");
        assert!(pair[1] > pair[0] * 0.9, "the level drops in period {period}: {pair:?}");
    }
    let after = 0.25 * 10.0_f64.powf(-12.0 / 20.0);
    let last = amplitudes[amplitudes.len() - 2];
    assert!((last / after - 1.0).abs() < 0.001, "{last} at the end");
    let change =
        amplitudes.iter().filter(|amplitude| **amplitude < before * 0.99 && **amplitude > after * 1.01);
    println!("the change took {} ms", change.count());

    // A sine bends by its amplitude times the square of its angular frequency from sample to sample, and no more.
    let step = std::f64::consts::TAU / PERIOD as f64;
    let bend = before * (2.0 - 2.0 * step.cos());
    let samples = &samples[settled * PERIOD..];
    let largest = samples
        .windows(3)
        .map(|run| (f64::from(run[0]) - 2.0 * f64::from(run[1]) + f64::from(run[2])).abs())
        .fold(0.0, f64::max);
    println!("largest bend {:.4} of the steady tone's", largest / bend);
    assert!(largest < bend * 1.1, "there is a step: {largest} and not {bend}");
}

#[test]
fn a_build_waits_for_no_editor_and_says_so_when_it_waits_for_another_run_of_cargo() {
    let workspace = workspace();
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let server = workspace.serve_tone(folder.path(), &folder.path().join("heard.wav"));
    let mut page = server.page();
    // As `cargo check` of an editor's language server has it.
    let _editor = workspace.hold_cargo_lock("debug");
    workspace.edit("src/dsp/linear_smoother.rs", "LOG2_10 / 20.0", "LOG2_10 / 10.0");
    let (status, _) = build_end(&mut page);
    assert_eq!(status["state"], "ok", "{status}");

    let other = workspace.hold_cargo_lock("live");
    workspace.edit("src/dsp/linear_smoother.rs", "LOG2_10 / 10.0", "LOG2_10 / 20.0");
    let mut next_status = || page.next_notification("buildStatusChanged");
    assert_eq!(next_status(), json!({"state": "building"}));
    let status = next_status();
    let reason = status["message"].as_str().unwrap_or_default();
    assert!(status["state"] == "building" && reason.contains("another run of cargo"), "{status}");
    server.wait_until_it_says(&format!("The build {reason}"));
    other.unlock().expect("it is locked");
    assert_eq!(next_status(), json!({"state": "building"}));
    let (status, _) = build_end(&mut page);
    assert_eq!(status["state"], "ok", "{status}");
}

#[test]
fn what_is_saved_again_and_again_is_built_without_cargo_and_heard() {
    /// Cargo builds the first, and the second if the library was built within two seconds before.
    const SAVES: usize = 4;
    let states = [("LOG2_10 / 20.0", -6.0), ("LOG2_10 / 10.0", -12.0)];

    let workspace = workspace();
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let server = workspace.serve_tone(folder.path(), &folder.path().join("heard.wav"));
    let mut page = lowered_page(&server);
    let is_built_without_cargo = || {
        let copies = fs::read_dir(folder.path().join("copies")).expect("the server has made it");
        let mut built = copies.flatten().map(|entry| entry.path().join("built"));
        built.any(|built| built.read_dir().is_ok_and(|mut files| files.next().is_some()))
    };
    for save in 0..SAVES {
        let ((from, _), (to, level_db)) = (states[save % 2], states[(save + 1) % 2]);
        std::thread::sleep(Duration::from_secs(2));
        workspace.edit("src/dsp/linear_smoother.rs", from, to);
        let (status, _) = build_end(&mut page);
        assert_eq!(status["state"], "ok", "{status}");
        page.wait_for_level(tone_db() + level_db);
        assert!(save > 0 || !is_built_without_cargo(), "nothing was recorded yet");
    }
    assert!(is_built_without_cargo());
}

#[test]
fn a_build_that_fails_leaves_the_sound_alone_until_the_next_good_one() {
    let workspace = workspace();
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let server = workspace.serve_tone(folder.path(), &folder.path().join("heard.wav"));
    let mut page = lowered_page(&server);

    workspace.edit("src/dsp/linear_smoother.rs", "LOG2_10 / 20.0", "LOG2_10 / / 20.0");
    let (status, told) = build_end(&mut page);
    assert_eq!(status["state"], "failed", "{status}");
    let message = status["message"].as_str().expect("it says why");
    assert!(
        message.starts_with("error: expected expression") && message.contains("linear_smoother.rs"),
        "{message}"
    );
    assert!(!told.iter().any(|method| method == "parametersChanged"), "{told:?}");
    server.wait_until_it_says("Build failed; the sound goes on as it was");
    assert!(server.said().contains("error: expected expression"), "{}", server.said());
    page.wait_for_level(tone_db() - 6.0);
    // A page that comes now learns of it.
    let late = server.page().next_notification("buildStatusChanged");
    assert_eq!(late, status);

    workspace.edit("src/dsp/linear_smoother.rs", "LOG2_10 / / 20.0", "LOG2_10 / 10.0");
    assert_eq!(build_end(&mut page).0["state"], "ok");
    page.wait_for_level(tone_db() - 12.0);
}

#[test]
fn a_new_parameter_appears_and_the_others_keep_their_values() {
    let workspace = workspace();
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let server = workspace.serve_tone(folder.path(), &folder.path().join("heard.wav"));
    let mut page = lowered_page(&server);

    workspace.edit(
        "src/dsp.rs",
        "    pub output_gain_db: f32,\n",
        "    pub output_gain_db: f32,\n    /// In dB.\n    pub trim_db: f32,\n",
    );
    workspace.edit("src/dsp.rs", "output_gain_db: 0.0,\n", "output_gain_db: 0.0,\n trim_db: 0.0,\n");
    workspace.edit(
        "src/params.rs",
        "    #[parameter(id = \"output_gain\"",
        "    #[parameter(id = \"trim\", decibels(\"Trim\", -12.0..=12.0, 0.0))]\n    trim_db: Decibels,\n    \
         #[parameter(id = \"output_gain\"",
    );
    let (status, _) = build_end(&mut page);
    assert_eq!(status["state"], "ok", "{status}");
    let parameters = page.call("getAllParameters", &json!({}))["parameters"].take();
    let text_of = |id: &str| {
        let mut parameters = parameters.as_array().expect("a list").iter();
        parameters.find(|parameter| parameter["id"] == id).map(|parameter| parameter["text"].clone())
    };
    assert_eq!(text_of("trim"), Some(json!("0.0 dB")), "{parameters}");
    assert_eq!(text_of("output_gain"), Some(json!("-6.0 dB")), "{parameters}");
    page.wait_for_level(tone_db() - 6.0);
    // Behind the new one in the plugin's order, and still heard.
    page.set("output_gain", "-12 dB");
    page.wait_for_level(tone_db() - 12.0);
}
