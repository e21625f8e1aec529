//! The side chain of the program that runs: a device of its own, and a file.
#![cfg(target_os = "linux")]

use std::f64::consts::TAU;
use std::fs;
use std::path::Path;

use wavecraft_tests::c_library::CLibrary;
use wavecraft_tests::dev_server::{DevServer, Page};
use wavecraft_tests::listening::{amplitude, next_second, wait_until_heard};
use wavecraft_tests::sound_file::{self, write_stereo};
use wavecraft_tests::sound_servers::{PulseAudio, RATE_HZ, silent_environment};

plugin_test_support::needs!(TestSound);

/// Blocks through which a busy machine's stalls are not heard, in frames.
const BLOCK_FRAMES: &str = "4096";

/// What the main input hears, and what the side chain does, in Hz.
const INPUT_HZ: f64 = 1_000.0;
const SIDE_HZ: f64 = 400.0;

/// The places of four channels, of which the server would mix the last two into the first.
const CHANNEL_MAP: &str = "front-left,front-right,rear-left,rear-right";

/// The peak of every tone.
const PEAK: f64 = 0.25;

/// Halves its input, and adds its side chain to it.
fn adder() -> CLibrary {
    let layout = r#"{"main_input_channels":2,"main_output_channels":2,"auxiliary_input_channels":[2]}"#;
    CLibrary::of_version_2(&format!(r#"{{"name":"Adder","audio_layouts":[{layout}]}}"#), &[])
}

fn start(library: &CLibrary, environment: &[(&str, String)], options: &[&str]) -> (DevServer, Page) {
    let options = [&["--backend", "system", "--buffer-size", BLOCK_FRAMES], options].concat();
    let server = DevServer::start_with_library(library.path(), environment, &options);
    let mut page = server.page();
    page.set_normalized("gain", 0.5);
    (server, page)
}

/// A sample of a tone.
fn tone(frame: usize, hz: f64) -> f32 {
    (PEAK * (frame as f64 * hz / f64::from(RATE_HZ) * TAU).sin()) as f32
}

/// Writes the tone that the side chain is to hear, on both channels.
fn write_tone(path: &Path, seconds: usize) {
    write_stereo(path, (0..seconds * RATE_HZ as usize).map(|frame| [tone(frame, SIDE_HZ); 2]));
}

/// Whether a second has the halved input, and the side chain or not. A gap of a busy machine takes something away.
fn assert_heard(signal: &[f32], has_side_chain: bool) {
    let (input, side) = (amplitude(signal, INPUT_HZ), amplitude(signal, SIDE_HZ));
    println!("input {input:.4}, side chain {side:.4}");
    assert!((0.35..0.55).contains(&(input / PEAK)), "the input is at {input}");
    if has_side_chain {
        assert!((0.8..1.1).contains(&(side / PEAK)), "the side chain is at {side}");
    } else {
        assert!(side < 0.002, "the side chain is at {side}");
    }
}

#[test]
fn a_device_of_its_own_is_the_side_chain() {
    let (folder, library) = (tempfile::tempdir().expect("room"), adder());
    let pulse = PulseAudio::start();
    let tone = folder.path().join("tone.wav");
    write_tone(&tone, 60);
    pulse.add_microphone("key");
    let _speaking = pulse.speak_into("key", &tone);
    for (side_chain, is_heard) in [("key.monitor", true), ("none", false)] {
        let options = ["--input", "sine:1000", "--sidechain", side_chain];
        let (server, mut page) = start(&library, &pulse.environment(), &options);
        page.wait_for_phase("runningFullDuplex");
        let listening = pulse.listen();
        wait_until_heard(&listening);
        assert_heard(&next_second(&listening), is_heard);
        assert!(server.end_by("TERM").0.success());
    }
}

#[test]
fn a_side_chain_s_device_that_goes_is_told_and_heard_again_once_it_is_back() {
    let (folder, library) = (tempfile::tempdir().expect("room"), adder());
    let pulse = PulseAudio::start();
    let tone = folder.path().join("tone.wav");
    write_tone(&tone, 60);
    // What the server would put in its place sounds as well.
    let _speaking = pulse.speak(&tone);
    let key = pulse.add_microphone("key");
    let speaking = pulse.speak_into("key", &tone);
    let options = ["--input", "sine:1000", "--sidechain", "key.monitor"];
    let (server, mut page) = start(&library, &pulse.environment(), &options);
    page.wait_for_phase("runningFullDuplex");
    let listening = pulse.listen();
    wait_until_heard(&listening);
    assert_heard(&next_second(&listening), true);

    drop(speaking);
    pulse.remove(&key);
    let status = page.wait_for_phase("degraded");
    let message = status["diagnostic"]["message"].as_str().expect("text");
    assert!(message.starts_with("the side chain is silent"), "{status}");
    assert_heard(&next_second(&listening), false);

    pulse.add_microphone("key");
    let _speaking = pulse.speak_into("key", &tone);
    page.wait_for_phase("runningFullDuplex");
    // The server has silence in store for a device that it has just made.
    while amplitude(&next_second(&listening), SIDE_HZ) < PEAK / 2.0 {}
    assert_heard(&next_second(&listening), true);
    assert!(server.end_by("TERM").0.success());
}

#[test]
fn further_channels_of_the_input_are_the_side_chain_and_are_not_mixed() {
    /// What each of the input's channels plays.
    const CHANNELS_HZ: [f64; 4] = [INPUT_HZ, 1_300.0, SIDE_HZ, 700.0];
    let (folder, library) = (tempfile::tempdir().expect("room"), adder());
    let pulse = PulseAudio::start();
    let tones = folder.path().join("tones.wav");
    sound_file::write(&tones, (0..60 * RATE_HZ as usize).map(|frame| CHANNELS_HZ.map(|hz| tone(frame, hz))));
    pulse.add_microphone_in("four", CHANNEL_MAP);
    let _speaking = pulse.speak_in("four", &tones, CHANNEL_MAP);
    let options = ["--input", "four.monitor", "--sidechain", "3,4"];
    let (server, mut page) = start(&library, &pulse.environment(), &options);
    page.wait_for_phase("runningFullDuplex");
    let listening = pulse.listen();
    wait_until_heard(&listening);
    next_second(&listening);
    let frames = listening.frames();
    let last = &frames[frames.len() - RATE_HZ as usize..];
    for (channel, heard_hz) in [(0, [CHANNELS_HZ[0], CHANNELS_HZ[2]]), (1, [CHANNELS_HZ[1], CHANNELS_HZ[3]])]
    {
        let signal: Vec<f32> = last.iter().map(|frame| frame[channel]).collect();
        let levels = CHANNELS_HZ.map(|hz| (hz, amplitude(&signal, hz) / PEAK));
        println!("channel {channel}: {levels:.3?}");
        for (hz, level) in levels {
            let expected = match heard_hz.iter().position(|heard| (heard - hz).abs() < 1.0) {
                // The library halves its input.
                Some(0) => 0.35..0.55,
                Some(_) => 0.8..1.1,
                None => 0.0..0.01,
            };
            assert!(expected.contains(&level), "channel {channel} has {hz} Hz at {level}");
        }
    }
    assert!(server.end_by("TERM").0.success());
}

#[test]
fn a_side_chain_s_file_is_waited_for_goes_on_after_its_end_and_may_be_deleted() {
    let (folder, library) = (tempfile::tempdir().expect("room"), adder());
    let path = |name: &str| folder.path().join(name).to_str().expect("text").to_owned();
    let environment = silent_environment(folder.path());
    let options = ["--input", "sine:1000", "--sidechain", &path("key.wav"), "--output", &path("heard.wav")];
    let (server, mut page) = start(&library, &environment, &options);
    let status = page.wait_for_phase("degraded");
    let message = status["diagnostic"]["message"].as_str().expect("text");
    assert!(message.contains("the side chain is silent"), "{status}");
    // In one piece, as no program that writes a file for another would leave it half written.
    write_tone(Path::new(&path("whole.wav")), 1);
    fs::rename(path("whole.wav"), path("key.wav")).expect("the folder is ours");
    page.wait_for_phase("runningFullDuplex");
    fs::remove_file(path("key.wav")).expect("it is read, and no longer needed");
    // Some of its lengths later.
    let began = page.next_notification("meterUpdate")["timestamp_us"].as_u64().expect("a number");
    while page.next_notification("meterUpdate")["timestamp_us"].as_u64().expect("a number")
        < began + 4_500_000
    {}
    assert_eq!(page.audio_status()["phase"], "runningFullDuplex");
    assert!(server.end_by("TERM").0.success());
    let mut reader = hound::WavReader::open(path("heard.wav")).expect("it is written");
    let left: Vec<f32> = reader.samples().step_by(2).map(|sample| sample.expect("it is whole")).collect();
    assert!(left.len() > 4 * RATE_HZ as usize);
    assert_heard(&left[left.len() - RATE_HZ as usize..], true);
}
