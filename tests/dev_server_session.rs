//! What is heard while slots are switched, presets loaded, and steps taken back, on real sound through the server.
#![cfg(unix)]

use std::path::Path;
use std::thread;
use std::time::Duration;

use serde_json::json;
use wavecraft_tests::dev_server::{DevServer, Page};
use wavecraft_tests::sound_servers::silent_environment;

const RATE_HZ: usize = 48_000;

/// How long each state sounds, far longer than a change takes.
const STATE: Duration = Duration::from_millis(300);

/// Frames of which the sharpest bend is looked at.
const WINDOW_FRAMES: usize = 480;

/// Writes a second of a tone that begins again without a break.
fn write_tone(path: &Path) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE_HZ as u32,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(path, spec).expect("the folder is ours");
    for frame in 0..RATE_HZ {
        let phase = std::f64::consts::TAU * 440.0 * frame as f64 / RATE_HZ as f64;
        writer.write_sample((0.178 * phase.sin()) as f32).expect("the folder is ours");
    }
    writer.finalize().expect("the folder is ours");
}

/// How sharply each window bends at most: its largest second difference. A sudden step is far sharper than any sound.
fn bends(samples: &[f32]) -> Vec<f32> {
    let bend = |at: &[f32]| (at[2] - 2.0 * at[1] + at[0]).abs();
    let window = |window: &[f32]| window.windows(3).map(bend).fold(0.0, f32::max);
    samples.windows(WINDOW_FRAMES + 2).step_by(WINDOW_FRAMES).map(window).collect()
}

/// Does something, and lets it sound.
fn call(page: &mut Page, method: &str, params: &serde_json::Value) {
    page.call(method, params);
    thread::sleep(STATE);
}

#[test]
fn slots_presets_undo_and_redo_are_heard_as_smooth_changes() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let (input, output) = (folder.path().join("tone.wav"), folder.path().join("heard.wav"));
    write_tone(&input);
    let presets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../presets");
    let [input, output_text, presets] = [&input, &output, &presets].map(|path| path.display().to_string());
    let options = ["--input", &input, "--output", &output_text, "--presets-dir", &presets];
    let server = DevServer::start(&silent_environment(folder.path()), &options);
    let mut page = server.page();
    // Nothing is alike in the two slots: gains, cuts, slopes, drive, character, mix.
    call(&mut page, "loadPreset", &json!({"id": "factory/voice-warm"}));
    page.set("input_gain", "3 dB");
    call(&mut page, "selectSlot", &json!({"slot": "b"}));
    call(&mut page, "loadPreset", &json!({"id": "factory/voice-backing"}));
    for _ in 0..3 {
        for (method, params) in [
            ("selectSlot", json!({"slot": "a"})),
            ("undo", json!({})),
            ("undo", json!({})),
            ("redo", json!({})),
            ("redo", json!({})),
            ("selectSlot", json!({"slot": "b"})),
            ("undo", json!({})),
            ("redo", json!({})),
        ] {
            call(&mut page, method, &params);
        }
    }
    server.signal("TERM");
    server.wait_until_it_says(&format!("Written {}, ", output.display()));
    assert!(server.wait_for_end().0.success());

    let mut reader = hound::WavReader::open(&output).expect("the recording is whole");
    let samples: Vec<f32> = reader.samples::<f32>().map(|sample| sample.expect("it is whole")).collect();
    let left: Vec<f32> = samples.iter().step_by(2).copied().collect();
    // The sound fades in at first.
    let heard = &left[RATE_HZ / 4..];
    let bends = bends(heard);
    let mut sorted = bends.clone();
    sorted.sort_by(f32::total_cmp);
    // A change takes a tenth of the time at most: most windows are at rest, those of the sharpest state among them.
    let at_rest = sorted[sorted.len() * 8 / 10];
    let sharpest = sorted[sorted.len() - 1];
    println!("{} s heard; at rest {at_rest:.5}, at most {sharpest:.5}", heard.len() / RATE_HZ);
    assert!(heard.len() > 7 * RATE_HZ, "{} frames", heard.len());
    assert!(sharpest < 1.8 * at_rest, "{sharpest} is a step, with {at_rest} at rest");
    // The measure sees a step of a fiftieth of the tone.
    let mut stepped = heard.to_vec();
    stepped[RATE_HZ..].iter_mut().for_each(|sample| *sample += 0.004);
    let seen = self::bends(&stepped).into_iter().fold(0.0, f32::max);
    assert!(seen > 1.8 * at_rest, "{seen}");
}
