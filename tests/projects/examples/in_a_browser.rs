//! The examples as `cargo xtask dev` plays them, with their pages in Chromium.

use std::path::Path;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use wavecraft_tests::chromium::{BrowserPage, Chromium};
use wavecraft_tests::dev_server::{BUILD_PATIENCE, DevServer, PATIENCE};
use wavecraft_tests::jack_wire::{JackWire, Recording};
use wavecraft_tests::plugin_project::turn;
use wavecraft_tests::sound_file::write_stereo;
use wavecraft_tests::sound_servers::{Jack, RATE_HZ, silent_environment};

use super::SECOND;

const BLOCK_FRAMES: u32 = 256;

/// What is less loud is silence.
const SILENCE: f32 = 1e-6;

/// How often a key is pressed: the machine may be late at some.
const PRESSES: usize = 15;

/// Longer than a note at the settings of the test, from letting go to silence.
const REST: Duration = Duration::from_millis(150);

fn open(chromium: &Chromium, server: &DevServer, part: &str) -> BrowserPage {
    let mut page = chromium.open(&server.page_url());
    // The page's own server brings the sources into shape at the first visit.
    page.wait_until(&format!("document.querySelector({part:?}) !== null"), BUILD_PATIENCE);
    page
}

/// The first frame from `from` on that is heard.
fn heard_from(recording: &Recording, from: usize) -> usize {
    let found = recording.frames[from..].iter().position(|frame| frame[0].abs() > SILENCE);
    from + found.unwrap_or_else(|| panic!("nothing is heard from frame {from} on"))
}

fn is_silent(recording: &Recording, frames: std::ops::Range<usize>) -> bool {
    recording.frames[frames].iter().all(|frame| frame[0].abs() <= SILENCE)
}

#[test]
fn a_key_of_the_computer_is_heard_within_two_blocks_and_its_note_ends_with_the_page() {
    let turn = turn();
    let jack = Jack::start(BLOCK_FRAMES);
    let server =
        turn.example("Wavecraft Synth").serve(&["--backend", "jack", "--no-reload"], jack.environment());
    let mut knobs = server.page();
    knobs.wait_for_phase("runningFullDuplex");
    // As soon as can be, and soon over.
    knobs.set_normalized("attack", 0.0);
    knobs.set("release", "5 ms");
    let chromium = Chromium::start();
    let mut page = open(&chromium, &server, ".wc-keyboard[aria-disabled=false]");
    let wire = JackWire::listen(&jack, 60);
    wire.wait_for(SECOND);
    let mut sent = Vec::new();
    for _ in 0..PRESSES {
        let before_us = wire.time_us() as f64;
        page.press('a');
        let message = page.next_sent("\"noteOn\"");
        let after_us = wire.time_us() as f64;
        let sent_us = message.sent_us - wire.clock_lead_us();
        assert!((before_us..after_us).contains(&sent_us), "{before_us} {sent_us} {message:?} {after_us}");
        sent.push(wire.frame_time_at(sent_us as u64));
        thread::sleep(REST);
        page.release('a');
        page.next_sent("\"noteOff\"");
        thread::sleep(REST);
    }
    page.press('a');
    let held = page.next_sent("\"noteOn\"");
    assert_eq!(held.message["params"]["note"], 60);
    thread::sleep(Duration::from_secs(1));
    let closed = wire.recorded_frames();
    page.close();
    wire.wait_for(closed + 2 * SECOND);
    let recording = wire.finish();

    let blocks: Vec<f64> = sent
        .iter()
        .filter_map(|sent| {
            let at = recording.frame_at(*sent);
            // A note before that still sounds would be taken for this one.
            is_silent(&recording, at - 200..at).then(|| {
                let heard = recording.time_of(heard_from(&recording, at));
                f64::from(heard.wrapping_sub(*sent)) / f64::from(BLOCK_FRAMES)
            })
        })
        .collect();
    println!("blocks from the page's message to the note: {blocks:.2?}");
    assert!(blocks.len() > PRESSES / 2, "most notes have not ended: {}", blocks.len());
    let mut sorted = blocks.clone();
    sorted.sort_by(f64::total_cmp);
    assert!(sorted[sorted.len() / 2] <= 2.0, "{blocks:?}");
    assert!(!is_silent(&recording, closed - SECOND / 10..closed), "it is not heard until the page is closed");
    let end = recording.frames.len();
    assert!(is_silent(&recording, end - SECOND / 2..end), "the note hangs");
}

/// A loud tone for three seconds, then three seconds of silence.
fn write_passages(path: &Path) {
    let tone = |frame: usize| {
        let turns = 1_000.0 * frame as f32 / RATE_HZ as f32;
        LOUD_PEAK * (std::f32::consts::TAU * turns).sin()
    };
    let mut samples: Vec<f32> = (0..3 * SECOND).map(tone).collect();
    samples.resize(6 * SECOND, 0.0);
    write_stereo(path, samples.into_iter().map(|sample| [sample; 2]));
}

const LOUD_PEAK: f32 = 0.9;

/// The threshold, the ratio and half the knee of the compressor's defaults, which the tone is well above.
const THRESHOLD_DB: f64 = -18.0;
const RATIO: f64 = 4.0;

/// What the page says of the gain reduction, in dB.
const REDUCTION: &str = "Number(document.querySelector('[role=meter][aria-label=Reduction]').ariaValueNow)";

/// How far from the top, from 0 to 1, what is drawn of the spectrum at 1 kHz reaches; 1 if nothing is drawn.
const PEAK_OF_SPECTRUM: &str = "(() => {
    const canvas = document.querySelector('.wc-spectrum canvas');
    const { width, height } = canvas;
    const x = Math.round(Math.log(1_000 / 20) / Math.log(20_000 / 20) * width);
    const pixels = canvas.getContext('2d').getImageData(x - 4, 0, 9, height).data;
    const first = pixels.findIndex((value, index) => index % 4 === 3 && value > 0);
    return first < 0 ? 1 : Math.floor(first / 4 / 9) / height;
})()";

#[test]
fn the_compressor_s_reduction_and_spectrum_follow_the_sound() {
    let turn = turn();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    write_passages(Path::new(&file("passages.wav")));
    let options = ["--no-reload", "--input", &file("passages.wav"), "--output", &file("heard.wav")];
    let server = turn.example("Wavecraft Compressor").serve(&options, silent_environment(folder.path()));
    let chromium = Chromium::start();
    let mut page = open(&chromium, &server, "[role=meter][aria-label=Reduction]");

    let above_db = f64::from(20.0 * LOUD_PEAK.log10()) - THRESHOLD_DB;
    let reduction_db = above_db * (1.0 - 1.0 / RATIO);
    // The spectrum is of what is heard, from 0 to -90 dB.
    let place = (f64::from(20.0 * LOUD_PEAK.log10()) - reduction_db) / -90.0;
    let is_loud = format!(
        "Math.abs({REDUCTION} + {reduction_db}) < 0.3 && Math.abs({PEAK_OF_SPECTRUM} - {place}) < 0.02"
    );
    let is_silent = format!("{REDUCTION} > -0.1 && {PEAK_OF_SPECTRUM} > 0.95");
    for _ in 0..2 {
        page.wait_until(&is_loud, PATIENCE);
        page.wait_until(&is_silent, PATIENCE);
    }
    let spoken = page.evaluate("document.querySelector('[role=meter][aria-label=Reduction]').ariaValueText");
    assert_ne!(spoken, Value::from("nothing measured"));
}
