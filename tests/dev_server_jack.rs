//! The development server under JACK: latency and steadiness.
#![cfg(target_os = "linux")]

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use wavecraft_tests::dev_server::DevServer;
use wavecraft_tests::sound_servers::{Jack, RATE_HZ};

const BLOCK_FRAMES: u32 = 128;

fn start(jack: &Jack) -> DevServer {
    let server = DevServer::start(&jack.environment(), &["--backend", "jack"]);
    let status = server.page().wait_for_phase("runningFullDuplex");
    assert_eq!(status["sample_rate"], f64::from(RATE_HZ), "{status}");
    assert_eq!(status["buffer_size"], BLOCK_FRAMES, "{status}");
    server
}

/// The port of the server's clients that ends like this.
fn port(jack: &Jack, end: &str) -> String {
    let ports = jack.ports();
    let port = ports.lines().find(|port| port.ends_with(end) && !port.starts_with("system:"));
    port.unwrap_or_else(|| panic!("no port {end} in\n{ports}")).to_owned()
}

/// Round trips through the server, in frames, as JACK's own meter measures them, for some time.
fn measure(jack: &Jack, duration: Duration) -> Vec<f64> {
    let mut meter = jack
        .command("stdbuf")
        .args(["-oL", "jack_iodelay"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it is there");
    let started = Instant::now();
    while !jack.ports().contains("jack_delay:out") {
        assert!(started.elapsed() < Duration::from_secs(10), "jack_iodelay does not start");
        thread::sleep(Duration::from_millis(50));
    }
    jack.connect("jack_delay:out", &port(jack, "_in:in_0"));
    jack.connect(&port(jack, "_out:out_0"), "jack_delay:in");
    let output = BufReader::new(meter.stdout.take().expect("it is piped"));
    let reader = thread::spawn(move || {
        // What the meter itself doubts it marks: it has met a gap, or not settled yet.
        let lines = output.lines().map_while(Result::ok).filter(|line| !line.contains("??"));
        let frames =
            lines.filter_map(|line| line.split_whitespace().next().and_then(|word| word.parse().ok()));
        frames.collect::<Vec<f64>>()
    });
    thread::sleep(duration);
    let _ = meter.kill();
    let _ = meter.wait();
    reader.join().expect("it only reads")
}

#[test]
#[ignore = "in real time: for a machine with nothing else to do, with `cargo xtask test -- --ignored`"]
fn the_server_adds_less_than_20_ms_at_128_frames() {
    let jack = Jack::start(BLOCK_FRAMES);
    let server = start(&jack);
    // A plugin without latency: what is measured is the server's own.
    server.page().set("oversampling", "Off");
    let mut round_trips = measure(&jack, Duration::from_secs(10));
    assert!(round_trips.len() > 5, "{} measurements", round_trips.len());
    round_trips.sort_by(f64::total_cmp);
    let frames = round_trips[round_trips.len() / 2];
    let milliseconds = frames * 1_000.0 / f64::from(RATE_HZ);
    println!("median of {} round trips: {frames:.1} frames, {milliseconds:.2} ms", round_trips.len());
    assert!(milliseconds < 20.0, "{milliseconds} ms");
}

#[test]
#[ignore = "in real time: for a machine with nothing else to do, with `cargo xtask test -- --ignored`"]
fn a_minute_at_128_frames_passes_without_an_underrun() {
    let jack = Jack::start(BLOCK_FRAMES);
    let server = start(&jack);
    let before = server.page().audio_status();
    let round_trips = measure(&jack, Duration::from_secs(62));
    let after = server.page().audio_status();
    println!(
        "{} round trips; underruns {} to {}",
        round_trips.len(),
        before["underruns"],
        after["underruns"]
    );
    assert_eq!(before["underruns"], after["underruns"], "{after}");
}

#[test]
#[ignore = "in real time: for a machine with nothing else to do, with `cargo xtask test -- --ignored`"]
fn a_server_that_goes_and_returns_is_found_again() {
    let mut jack = Jack::start(BLOCK_FRAMES);
    let server = start(&jack);
    jack.stop();
    server.page().wait_for_phase("failed");
    jack.start_again();
    server.page().wait_for_phase("runningFullDuplex");
}
