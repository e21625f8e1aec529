//! The development server on `PulseAudio`: sound is spoken into its microphone, and its loudspeaker is heard.
#![cfg(target_os = "linux")]

use std::f64::consts::TAU;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use wavecraft_tests::c_library::CLibrary;
use wavecraft_tests::dev_server::{DevServer, PATIENCE, Page};
use wavecraft_tests::listening::{amplitude, next_second, wait_until_heard};
use wavecraft_tests::recording::{self, rms_db};
use wavecraft_tests::sound_file::write_stereo;
use wavecraft_tests::sound_servers::{PulseAudio, RATE_HZ};

plugin_test_support::needs!(TestSound);

/// Frames in 10 ms.
const WINDOW: usize = RATE_HZ as usize / 100;

/// Blocks through which a busy machine's stalls are not heard, in frames: how soon and how steadily it sounds is for the
/// tests under JACK to say.
const BLOCK_FRAMES: &str = "4096";

/// The tone's frequency, in Hz.
const TONE_HZ: f64 = 1_000.0;

struct Studio {
    pulse: PulseAudio,
    server: DevServer,
}

impl Studio {
    fn open() -> Self {
        let pulse = PulseAudio::start();
        let server = DevServer::start_ahead(
            &pulse.environment(),
            &["--backend", "system", "--buffer-size", BLOCK_FRAMES],
        );
        server.page().wait_for_phase("runningFullDuplex");
        Self { pulse, server }
    }

    fn page(&self) -> Page {
        let mut page = self.server.page();
        page.set("oversampling", "Off");
        page
    }
}

/// Writes a minute of a signal as a file.
fn write_signal(folder: &Path, name: &str, mut signal: impl FnMut(usize) -> f32) -> PathBuf {
    let path = folder.join(name);
    write_stereo(&path, (0..60 * RATE_HZ as usize).map(|frame| [signal(frame); 2]));
    path
}

fn tone(folder: &Path) -> PathBuf {
    write_signal(folder, "tone.wav", |frame| {
        (frame as f64 * TONE_HZ / f64::from(RATE_HZ) * TAU).sin() as f32 * 0.25
    })
}

/// The level of one frequency, in dB.
fn level_at(signal: &[f32], hz: f64) -> f64 {
    20.0 * amplitude(signal, hz).max(1e-12).log10()
}

#[test]
fn the_gain_knob_changes_what_is_heard_by_its_decibels_and_quickly() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let studio = Studio::open();
    let mut page = studio.page();
    let _speaking = studio.pulse.speak(&tone(folder.path()));
    let listening = studio.pulse.listen();
    wait_until_heard(&listening);
    let start = listening.left().len();
    page.set("output_gain", "-12 dB");
    next_second(&listening);
    let heard = listening.left();
    let heard = &heard[start - RATE_HZ as usize / 2..];

    let levels: Vec<f64> = heard.chunks_exact(WINDOW).map(rms_db).collect();
    let (before, after) = (levels[10], levels[levels.len() - 10]);
    assert!((after - before + 12.0).abs() < 0.1, "{before} dB, then {after} dB");
    let between = |level: &&f64| (**level - before).abs() > 0.5 && (**level - after).abs() > 0.5;
    let transition_ms = 10 * levels.iter().filter(between).count();
    println!("by {:.2} dB, in {transition_ms} ms", after - before);
    assert!(transition_ms <= 50, "{transition_ms} ms");
}

#[test]
fn meters_agree_with_what_is_heard() {
    let studio = Studio::open();
    let mut page = studio.page();
    let listening = studio.pulse.listen();
    thread::sleep(Duration::from_millis(500));
    let _speaking = studio.pulse.speak(&recording::path());
    let mut metered = 0.0_f64;
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(4) {
        metered = metered.max(page.next_notification("meterUpdate")["left_peak"].as_f64().expect("a number"));
    }
    let heard = listening.left().iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    let difference_db = 20.0 * (metered / f64::from(heard)).log10();
    println!("peak of the voice: metered {metered:.4}, heard {heard:.4}, {difference_db:.3} dB apart");
    assert!(heard > 0.1, "{heard}");
    assert!(difference_db.abs() < 0.5, "{difference_db} dB");
}

#[test]
fn steady_levels_agree_with_what_is_heard() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let studio = Studio::open();
    let mut page = studio.page();
    let _speaking = studio.pulse.speak(&tone(folder.path()));
    let listening = studio.pulse.listen();
    wait_until_heard(&listening);
    page.set("output_gain", "6 dB");
    let heard_db = rms_db(&next_second(&listening));
    let mut fresh = studio.page();
    let metered_db =
        20.0 * fresh.next_notification("meterUpdate")["left_rms"].as_f64().expect("a number").log10();
    println!("metered {metered_db:.2} dB, heard {heard_db:.2} dB");
    assert!((metered_db - heard_db).abs() < 0.5);
}

#[test]
fn filters_and_drive_change_the_spectrum() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let studio = Studio::open();
    let mut page = studio.page();
    let two_tones = write_signal(folder.path(), "two.wav", |frame| {
        let at = |hz: f64| (frame as f64 * hz / f64::from(RATE_HZ) * TAU).sin() as f32 * 0.2;
        at(100.0) + at(4_000.0)
    });
    let speaking = studio.pulse.speak(&two_tones);
    let listening = studio.pulse.listen();
    wait_until_heard(&listening);
    let open = next_second(&listening);
    page.set("low_cut_slope", "48 dB/oct");
    page.set("low_cut_freq", "400 Hz");
    let cut = next_second(&listening);
    let (low, high) =
        (level_at(&cut, 100.0) - level_at(&open, 100.0), level_at(&cut, 4_000.0) - level_at(&open, 4_000.0));
    println!("low cut: {low:.1} dB at 100 Hz, {high:.2} dB at 4 kHz");
    assert!(low < -60.0 && high.abs() < 0.5, "{low} dB, {high} dB");

    let clean = level_at(&cut, 12_000.0) - level_at(&cut, 4_000.0);
    page.set("drive", "24 dB");
    let driven = next_second(&listening);
    let third = level_at(&driven, 12_000.0) - level_at(&driven, 4_000.0);
    println!("third harmonic: {clean:.1} dB, driven {third:.1} dB");
    assert!(clean < -70.0 && third > -30.0, "{clean} dB, {third} dB");
    drop(speaking);
}

#[test]
fn a_sound_server_that_crashes_is_reported_and_heard_again_when_it_returns() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let mut studio = Studio::open();
    let tone = tone(folder.path());
    let mut page = studio.page();
    studio.pulse.kill();
    let status = page.wait_for_phase("failed");
    assert_eq!(status["diagnostic"]["code"], "noInputDevice", "{status}");
    studio.server.wait_until_it_says("Problem there is no input device");
    assert_eq!(page.call("getMeterFrame", &json!({}))["frame"], Value::Null);

    studio.pulse.start_again();
    let _speaking = studio.pulse.speak(&tone);
    let listening = studio.pulse.listen();
    page.wait_for_phase("runningFullDuplex");
    wait_until_heard(&listening);
    let heard_db = rms_db(&next_second(&listening));
    let spoken_db = 20.0 * (0.25 / 2.0_f64.sqrt()).log10();
    assert!((heard_db - spoken_db).abs() < 0.1, "{heard_db} dB");
}

#[test]
fn a_test_signal_is_heard_again_when_a_sound_server_that_crashed_returns() {
    let mut pulse = PulseAudio::start();
    let mut environment = pulse.environment().clone();
    // Without ALSA's way to the sound server, which would show that it is back.
    environment.push(("ALSA_CONFIG_PATH", "/dev/null".to_owned()));
    let server = DevServer::start(&environment, &["--input", "sine:1000"]);
    let mut page = server.page();
    page.wait_for_phase("runningFullDuplex");
    pulse.kill();
    page.wait_for_phase("runningInputOnly");

    pulse.start_again();
    page.wait_for_phase("runningFullDuplex");
    let listening = pulse.listen();
    wait_until_heard(&listening);
}

#[test]
fn a_loudspeaker_is_not_taken_for_a_microphone() {
    let pulse = PulseAudio::start();
    assert!(pulse.control(&["set-default-source", "loudspeaker.monitor"]));
    let server = DevServer::start(&pulse.environment(), &["--backend", "system"]);
    let status = server.page().wait_for_phase("failed");
    assert_eq!(status["diagnostic"]["code"], "noInputDevice", "{status}");
    server.wait_until_it_says("Problem there is no input device but the sound of");

    assert!(pulse.control(&["set-default-source", "microphone.monitor"]));
    server.page().wait_for_phase("runningFullDuplex");
}

#[test]
fn an_output_that_comes_later_is_picked_up_and_waiting_for_it_opens_no_more_connections() {
    let pulse = PulseAudio::start();
    let server = DevServer::start(&pulse.environment(), &["--output", "headphones"]);
    let mut page = server.page();
    let status = page.wait_for_phase("runningInputOnly");
    assert_eq!(status["diagnostic"]["code"], "noOutputDevice", "{status}");
    let connections = pulse.connections();
    // It looks for the device once a second.
    thread::sleep(Duration::from_millis(3_500));
    assert_eq!(pulse.connections(), connections);

    assert!(pulse.control(&["load-module", "module-null-sink", "sink_name=headphones"]));
    page.wait_for_phase("runningFullDuplex");
    assert_eq!(pulse.connections(), connections);
}

#[test]
fn alsas_devices_are_there_by_name_beside_the_sound_servers() {
    let pulse = PulseAudio::start();
    let server =
        DevServer::start(&pulse.environment(), &["--input", "sine:1000", "--output", "device:pulse"]);
    server.page().wait_for_phase("runningFullDuplex");
    assert!(server.said().contains("ALSA"), "{}", server.said());
    wait_until_heard(&pulse.listen());
}

#[test]
fn gaps_that_the_sound_server_hears_are_counted() {
    let pulse = PulseAudio::start();
    let library = CLibrary::that_stalls();
    let options = ["--input", "sine:1000", "--backend", "system"];
    let server = DevServer::start_with_library(library.path(), &pulse.environment(), &options);
    let mut page = server.page();
    let started = Instant::now();
    while page.audio_status()["underruns"].as_u64().expect("a number") == 0 {
        assert!(started.elapsed() < PATIENCE, "a third of a second without sound was not counted");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_sound_server_that_hangs_does_not_keep_the_server_from_ending() {
    let pulse = PulseAudio::start();
    let server = DevServer::start(&pulse.environment(), &["--backend", "system"]);
    server.page().wait_for_phase("runningFullDuplex");
    pulse.freeze();
    let (status, time) = server.end_by("INT");
    println!("ended after {time:?}");
    assert!(status.success(), "{status}");
}
