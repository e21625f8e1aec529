//! The development server under JACK, where every frame is accounted for: latency, steadiness, the sound itself.
#![cfg(target_os = "linux")]

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use wavecraft_tests::dev_server::DevServer;
use wavecraft_tests::endurance;
use wavecraft_tests::jack_wire::JackWire;
use wavecraft_tests::quadrature::{self, level_db};
use wavecraft_tests::render::recording_with;
use wavecraft_tests::sound_servers::{Jack, RATE_HZ};
use wavecraft_tests::stalls::StallWatch;
use wavecraft_tests::{knob, recording, steadiness};

plugin_test_support::needs!(TestSound);

/// A musician's block.
const BLOCK_FRAMES: u32 = 128;

/// A block that is longer than most stalls of a machine, for what is not about speed.
const LONG_BLOCK_FRAMES: u32 = 1_024;

fn start(jack: &Jack, block_frames: u32) -> DevServer {
    let server = DevServer::start(&jack.environment(), &["--backend", "jack"]);
    let status = server.page().wait_for_phase("runningFullDuplex");
    assert_eq!(status["sample_rate"], f64::from(RATE_HZ), "{status}");
    assert_eq!(status["buffer_size"], block_frames, "{status}");
    server
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
    jack.connect("jack_delay:out", &jack.port("wavecraft:input_1"));
    jack.connect(&jack.port("wavecraft:output_1"), "jack_delay:in");
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

fn milliseconds(frames: f64) -> f64 {
    frames * 1_000.0 / f64::from(RATE_HZ)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn the_server_adds_less_than_20_ms_at_128_frames() {
    let jack = Jack::start(BLOCK_FRAMES);
    let server = start(&jack, BLOCK_FRAMES);
    // A plugin without latency: what is measured is the server's own.
    server.page().set("oversampling", "Off");
    let round_trips = measure(&jack, Duration::from_secs(8));
    assert!(round_trips.len() > 4, "{} measurements", round_trips.len());
    let (count, frames) = (round_trips.len(), median(round_trips));
    println!("median of {count} round trips: {frames:.1} frames, {:.2} ms", milliseconds(frames));
    assert!(milliseconds(frames) < 20.0, "{frames} frames");
}

#[test]
fn playing_at_128_frames_passes_without_an_underrun() {
    let duration = endurance::short_or_full(Duration::from_secs(15), Duration::from_mins(1));
    let jack = Jack::start(BLOCK_FRAMES);
    let server = start(&jack, BLOCK_FRAMES);
    let heard = steadiness::listen(&jack, &server, BLOCK_FRAMES, duration);
    println!("news of underruns: {:?}; {}", heard.news, heard.stalls.description());
    let (sounding, frames) = (heard.delays_frames().len(), heard.count());
    println!("{sounding} of {frames} frames at their level; through a bare client {}", heard.beside_frames);
    // How often JACK calls is the machine's doing. Behind the server there are more who may be late, and so a little fewer
    // calls arrive; which of the missing ones are the server's own is told below.
    assert!(frames as f64 > duration.as_secs_f64() / 6.0 * f64::from(RATE_HZ), "{frames} frames");
    assert!(frames as f64 > 0.9 * heard.beside_frames as f64, "{frames} of {}", heard.beside_frames);
    assert!(sounding as f64 > 0.99 * frames as f64, "{sounding} of {frames} frames");
    // The recording tells when the sound broke; the counts, which come later, only that it did.
    println!("{} breaks in the sound", heard.breaks.len());
    heard.stalls.assert_explain_breaks(&heard.breaks);
    heard.stalls.assert_explain(&heard.news);
}

#[test]
fn a_knob_is_heard_within_50_ms() {
    let jack = Jack::start(BLOCK_FRAMES);
    let server = start(&jack, BLOCK_FRAMES);
    let mut page = server.page();
    page.set("oversampling", "Off");
    let turns = [-12.0, 0.0].map(|db| (db, page.parse("output_gain", &format!("{db} dB"))));
    let wire = JackWire::start(&jack, 30, quadrature::frame);
    wire.wait_for(RATE_HZ as usize);
    let mut commands = Vec::new();
    for (db, value) in turns.into_iter().cycle().take(20) {
        commands.push((db, wire.frame_time()));
        page.set_normalized("output_gain", value);
        thread::sleep(Duration::from_millis(250));
    }
    let recording = wire.finish();

    let mut took_ms = Vec::new();
    for (number, (db, sent)) in commands.iter().enumerate() {
        let start = recording.frame_at(*sent);
        let end = commands.get(number + 1).map_or(recording.frames.len(), |next| recording.frame_at(next.1));
        let levels: Vec<f64> = recording.frames[start..end].iter().map(|frame| level_db(*frame)).collect();
        // The whole change: the first frame at the new level.
        let arrived = levels.iter().position(|level| (level - db).abs() < 0.1);
        let arrived = arrived.unwrap_or_else(|| panic!("{db} dB are never heard: {:?}", levels.last()));
        took_ms.push(milliseconds(f64::from(recording.time_of(start + arrived).wrapping_sub(*sent))));
        let settled = median(levels[levels.len() / 2..].to_vec());
        assert!((settled - db).abs() < 0.01, "{settled} dB instead of {db} dB");
    }
    let slowest = took_ms.iter().copied().fold(0.0, f64::max);
    let usual = median(took_ms);
    println!("from the command to the whole change: {usual:.1} ms in the median, {slowest:.1} ms at most");
    assert!(usual < 50.0, "{usual} ms");
}

#[test]
fn a_knob_is_heard_by_the_next_block() {
    let jack = Jack::start(BLOCK_FRAMES);
    let server = start(&jack, BLOCK_FRAMES);
    let turns = knob::turns(&jack, &server, 100);
    assert!(turns.len() > 50, "gaps in all but {} of 100 turns", turns.len());
    let late: Vec<_> = turns.iter().filter(|turn| turn.blocks_after_answer > 1).collect();
    assert!(late.is_empty(), "{} of {} turns: {late:?}", late.len(), turns.len());
}

#[test]
fn what_is_heard_is_what_render_writes() {
    let settings = [
        ("drive", "18 dB"),
        ("character", "Tape"),
        ("low_cut_slope", "24 dB/oct"),
        ("low_cut_freq", "90 Hz"),
    ];
    let rendered = recording_with(&settings);
    let voice = recording::samples();
    assert_eq!(rendered.len(), voice.len());
    assert!(rendered.iter().any(|sample| sample.abs() > 0.1), "silence would prove nothing");
    // Between two passes there is silence, until the filters have forgotten the voice.
    let pass = voice.len() + RATE_HZ as usize;
    let passes = 3;

    let jack = Jack::start(LONG_BLOCK_FRAMES);
    let server = start(&jack, LONG_BLOCK_FRAMES);
    let mut page = server.page();
    for (id, text) in settings {
        page.set(id, text);
    }
    let seconds = (passes + 2) * pass / RATE_HZ as usize + 1;
    let watch = StallWatch::start(Duration::from_secs(1) * LONG_BLOCK_FRAMES / RATE_HZ / 2);
    let wire = JackWire::start(&jack, seconds, {
        let voice = voice.clone();
        move |frame| [voice.get(frame % pass).copied().unwrap_or(0.0); 2]
    });
    let mut times = vec![Instant::now()];
    for number in 2..=passes + 2 {
        wire.wait_for(number * pass);
        times.push(Instant::now());
    }
    let heard = wire.finish().frames;
    let stalls = watch.finish();

    // The first pass may have begun before the wire was connected. A stall may spoil a pass, and nothing else may.
    let mut is_matched = false;
    for number in 1..=passes {
        let heard = &heard[number * pass..];
        assert!(heard.iter().all(|[left, right]| left.to_bits() == right.to_bits()));
        let left: Vec<f32> = heard[..pass + pass / 2].iter().map(|frame| frame[0]).collect();
        let (latency, difference) = best_match(&left, &rendered);
        let was_undisturbed = !stalls.is_any_during(times[number - 1], times[number]);
        println!(
            "pass {number}: {latency} frames later, {difference:e} apart, undisturbed: {was_undisturbed}"
        );
        let is_same = difference < 1e-6;
        assert!(is_same || !was_undisturbed, "pass {number} is {difference} apart");
        is_matched |= is_same;
    }
    assert!(is_matched, "the machine spoiled every pass: {}", stalls.description());
}

/// How many frames later a signal comes than `wanted`, and by how much it then differs at most.
fn best_match(signal: &[f32], wanted: &[f32]) -> (usize, f32) {
    let difference = |latency: usize, frames: std::ops::Range<usize>| {
        frames.fold(0.0_f32, |most, frame| most.max((signal[latency + frame] - wanted[frame]).abs()))
    };
    let loudest = (0..wanted.len()).max_by(|a, b| wanted[*a].abs().total_cmp(&wanted[*b].abs())).unwrap_or(0);
    let around = loudest.saturating_sub(100)..(loudest + 100).min(wanted.len());
    let latencies = 0..signal.len() - wanted.len();
    let nearest =
        |a: &usize, b: &usize| difference(*a, around.clone()).total_cmp(&difference(*b, around.clone()));
    let latency = latencies.min_by(nearest).expect("the signal is longer");
    (latency, difference(latency, 0..wanted.len()))
}

#[test]
fn a_server_that_goes_and_returns_is_found_again() {
    let mut jack = Jack::start(BLOCK_FRAMES);
    let server = start(&jack, BLOCK_FRAMES);
    jack.stop();
    server.page().wait_for_phase("failed");
    jack.start_again();
    server.page().wait_for_phase("runningFullDuplex");
}
