//! The development server as a program: its fallbacks, its ends, and sound through files.
#![cfg(unix)]

use std::fs;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, UdpSocket};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use wavecraft_tests::bundles;
use wavecraft_tests::c_library::CLibrary;
use wavecraft_tests::dev_server::{DevServer, PATIENCE, Page, program};
use wavecraft_tests::recording::{self, rms_db};
use wavecraft_tests::sound_servers::silent_environment;

plugin_test_support::needs!(TestSound);

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
    let levels = page.next_notification("meterUpdate");
    assert!((levels["left_peak"].as_f64().expect("a number") - 0.25).abs() < 0.01, "{levels}");
    assert!(server.said().contains("input only"), "{}", server.said());
    assert!(server.said().contains("test signal"), "{}", server.said());
}

#[test]
fn the_plugins_own_meters_come_with_the_levels() {
    let (server, _folder) = in_silence(TIMED);
    let mut page = server.page();
    let info = page.call("getInfo", &json!({}));
    let expected = json!({
        "id": "drive_input", "name": "Drive input", "kind": "level", "channels": 2,
        "unit": "dB", "min": -60.0, "max": 6.0
    });
    assert_eq!(info["meters"][0], expected);
    let ids: Vec<_> = info["meters"].as_array().into_iter().flatten().map(|meter| &meter["id"]).collect();
    assert_eq!(ids, ["drive_input", "drive_gain", "input_loudness", "output_loudness", "auto_gain_db"]);
    // The output does not tell what arrives at the drive: only the plugin does.
    for (id, text) in [("input_gain", "-12 dB"), ("output_gain", "12 dB")] {
        page.set(id, text);
    }
    let arriving = |levels: &Value| levels["values"]["drive_input"][1].as_f64();
    let expected = 0.25 * 10.0_f64.powf(-12.0 / 20.0);
    loop {
        let levels = page.next_notification("meterUpdate");
        if arriving(&levels).is_some_and(|peak| (peak - expected).abs() < 0.002) {
            break;
        }
    }
}

#[test]
fn the_spectra_before_and_after_are_told_to_the_page_that_asks() {
    let (server, _folder) = in_silence(TIMED);
    let mut page = server.page();
    let info = page.call("getInfo", &json!({}));
    let signal = |id: &str, name: &str| json!({"id": id, "name": name, "kind": "spectrum", "channels": 1, "min_hz": 20.0, "max_hz": 20000.0});
    assert_eq!(info["signals"], json!([signal("before", "Before"), signal("after", "After")]));
    page.set("output_gain", "-12 dB");
    page.call("subscribeSignal", &json!({"id": "before", "resolution": 128}));
    page.call("subscribeSignal", &json!({"id": "after", "resolution": 512}));
    // The tone of 1 kHz at a quarter of full scale; after it has gone through an output gain that has settled.
    let tone_db = 20.0 * 0.25_f64.log10();
    for (id, count, expected_db) in [("before", 128, tone_db), ("after", 512, tone_db - 12.0)] {
        loop {
            let update = page.next_notification("signalUpdate");
            if update["id"] != id {
                continue;
            }
            let values = update["values"].as_array().expect("there are values");
            assert_eq!(values.len(), count);
            let levels_db: Vec<f64> = values.iter().map(|value| value.as_f64().expect("a number")).collect();
            let loudest =
                (0..count).max_by(|a, b| levels_db[*a].total_cmp(&levels_db[*b])).expect("there are columns");
            let expected = (1_000.0_f64 / 20.0).ln() / 1_000.0_f64.ln() * (count - 1) as f64;
            if (loudest as f64 - expected).abs() <= 1.0 && (levels_db[loudest] - expected_db).abs() < 0.5 {
                break;
            }
        }
    }
}

#[test]
fn a_library_without_meters_of_its_own_has_its_levels_alone() {
    let library = CLibrary::of_version_1();
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let server = DevServer::start_with_library(library.path(), &silent_environment(folder.path()), TIMED);
    let mut page = server.page();
    let info = page.call("getInfo", &json!({}));
    assert_eq!((&info["meters"], &info["signals"]), (&json!([]), &json!([])));
    let levels = page.next_notification("meterUpdate");
    assert_eq!(levels["values"], json!({}));
    assert!(levels["left_peak"].as_f64().expect("a number") > 0.1, "{levels}");
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
fn a_library_of_version_1_sounds_at_its_defaults_and_is_reported() {
    let library = CLibrary::of_version_1();
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let (input, output) = (folder.path().join("voice.wav"), folder.path().join("heard.wav"));
    let options = ["--input", &input.display().to_string(), "--output", &output.display().to_string()];
    let server = DevServer::start_with_library(library.path(), &silent_environment(folder.path()), &options);
    // The recording comes only once a page is there, so that the page hears of the change.
    let mut page = server.page();
    page.wait_for_phase("failed");
    fs::copy(recording::path(), folder.path().join("part")).expect("the folder is ours");
    fs::rename(folder.path().join("part"), &input).expect("the folder is ours");
    let status = page.next_notification("audioStatusChanged");
    assert_eq!(status["phase"], "degraded", "{status}");
    assert_eq!(status["diagnostic"]["code"], "vtableMissing", "{status}");
    assert_eq!(page.audio_status()["diagnostic"], status["diagnostic"]);
    server.wait_until_it_says("runs, but not as asked");
    server.wait_until_it_says("Problem parameters stay at their defaults");

    // It halves what it hears, and adds a hundredth.
    let levels = page.next_notification("meterUpdate");
    let [heard, made] = ["input_left_peak", "left_peak"].map(|name| levels[name].as_f64().expect("a number"));
    assert!(made > 0.0 && (made - heard / 2.0).abs() < 0.011, "{levels}");
}

#[test]
fn a_library_that_tells_of_no_parameters_sounds_and_is_reported() {
    let library = CLibrary::of_version_1_without_parameters();
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let server = DevServer::start_with_library(library.path(), &silent_environment(folder.path()), TIMED);
    let mut page = server.page();
    let status = page.wait_for_phase("runningInputOnly");
    assert_eq!(status["diagnostic"]["code"], "loaderUnavailable", "{status}");
    server.wait_until_it_says("it plays without parameters");
    assert_eq!(page.call("getAllParameters", &json!({})), json!({"parameters": []}));

    let levels = page.next_notification("meterUpdate");
    let made = levels["left_peak"].as_f64().expect("a number");
    assert!((made - 0.25 / 2.0 - 0.01).abs() < 0.001, "{levels}");
}

#[test]
fn a_library_without_a_processor_is_reported_and_metered_never() {
    let library = CLibrary::without_processor();
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let server = DevServer::start_with_library(library.path(), &silent_environment(folder.path()), TIMED);
    let mut page = server.page();
    let status = page.wait_for_phase("failed");
    assert_eq!(status["diagnostic"]["code"], "vtableMissing", "{status}");
    server.wait_until_it_says("none; meters stay empty");
    server.wait_until_it_says("processor table is missing");
    assert_eq!(page.call("getMeterFrame", &json!({}))["frame"], Value::Null);
}

#[test]
fn a_server_open_to_the_network_warns_and_lets_in_its_own_names_alone() {
    let (server, _folder) = in_silence(&["--no-audio", "--host", "0.0.0.0"]);
    server.wait_until_it_says("--host 0.0.0.0: everyone on the network can turn the knobs");
    let port = server.address().rsplit_once(':').and_then(|(_, port)| port.parse().ok()).expect("a port");
    let own = SocketAddr::new(address_of_this_machine(), port);
    let page = format!("http://{own}");
    for origin in [None, Some(page.as_str())] {
        assert_eq!(handshake(own, &own.to_string(), origin), 101, "{origin:?}");
    }
    for origin in ["http://evil.example", "http://192.0.2.1", "null"] {
        assert_eq!(handshake(own, &own.to_string(), Some(origin)), 403, "{origin}");
    }
    let foreign = format!("evil.example:{port}");
    assert_eq!(handshake(own, &foreign, None), 403, "a name that was made to lead here");
    assert_eq!(handshake(own, &foreign, Some(&format!("http://{foreign}"))), 403);
}

#[test]
fn a_server_on_loopback_is_not_there_for_the_network() {
    let (server, _folder) = in_silence(&["--no-audio"]);
    assert!(!server.said().contains("everyone on the network"), "{}", server.said());
    let port = server.address().rsplit_once(':').and_then(|(_, port)| port.parse().ok()).expect("a port");
    assert!(TcpStream::connect((address_of_this_machine(), port)).is_err());
}

/// An address that is not 127.0.0.1: that by which others reach this machine, if it has one.
fn address_of_this_machine() -> IpAddr {
    // Nothing is sent: the system only says from which address it would be.
    let socket = UdpSocket::bind("0.0.0.0:0").expect("the system has sockets");
    let outward = socket.connect("192.0.2.1:9").and_then(|()| socket.local_addr());
    outward.map_or(IpAddr::from([127, 0, 0, 2]), |address| address.ip())
}

/// Asks for a WebSocket under a name, as a page of some origin or as a program, and returns the answer's status.
fn handshake(server: SocketAddr, host: &str, origin: Option<&str>) -> u16 {
    let origin = origin.map(|origin| format!("Origin: {origin}\r\n")).unwrap_or_default();
    let mut stream = TcpStream::connect(server).expect("the server listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket can do that");
    let request = format!(
        "GET / HTTP/1.1\r\nHost: {host}\r\n{origin}Upgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("the connection is open");
    let mut line = [0; 12];
    stream.read_exact(&mut line).expect("the server answers");
    let line = String::from_utf8_lossy(&line);
    line.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{line}"))
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
        page.next_notification("meterUpdate");
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
    assert_eq!(parameters.as_array().map(Vec::len), Some(15));
}

#[test]
fn it_starts_with_the_parameters_that_are_set() {
    let (server, _folder) =
        in_silence(&[TIMED, &["--set", "output_gain=-6 dB", "--set", "mix=50%"]].concat());
    let mut page = server.page();
    let value = |page: &mut Page, id: &str| page.call("getParameter", &json!({"id": id}))["value"].clone();
    assert_eq!(value(&mut page, "mix"), 0.5);
    let gain = value(&mut page, "output_gain").as_f64().expect("a number");
    assert!((gain - page.parse("output_gain", "-6 dB")).abs() < 1e-6, "{gain}");
    // A sine with a peak of 1/4.
    page.wait_for_level(-12.04 - 3.01 - 6.0);
}

#[test]
fn a_parameter_that_cannot_be_set_is_named_and_nothing_plays() {
    for (assignment, words) in [
        (
            "drvie=3",
            "--set drvie=3: there is no parameter \"drvie\" (did you mean drive?); there are: bypass, ",
        ),
        ("drive=40", "--set drive=40: drive cannot be \"40\"; it is 0.0 dB to 36.0 dB"),
        ("drive=loud", "--set drive=loud: drive cannot be \"loud\"; it is 0.0 dB to 36.0 dB"),
        ("character=tea", "character cannot be \"tea\"; it is one of Soft, Tape, Tube, Hard"),
    ] {
        let mut command = Command::new(program());
        command.arg("--library").arg(bundles::library());
        command.args(["--port", "0", "--no-ui", "--no-audio", "--set", assignment]);
        let output = command.output().expect("the server starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(words), "{assignment}: {said}");
    }
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
    server.signal("TERM");
    server.wait_until_it_says(&format!("Written {}, ", output.display()));
    assert!(server.wait_for_end().0.success());
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
