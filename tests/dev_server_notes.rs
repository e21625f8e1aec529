//! Notes through the development server, from a page and from a MIDI port, in what is played on JACK.
#![cfg(target_os = "linux")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use jack::{AsyncClient, Client, ClientOptions, Control, MidiIn, Port, ProcessScope};
use serde_json::json;
use wavecraft_tests::c_library::CLibrary;
use wavecraft_tests::dev_server::{DevServer, PATIENCE};
use wavecraft_tests::jack_wire::{JackWire, Recording};
use wavecraft_tests::midi_keyboard::Keyboard;
use wavecraft_tests::sound_servers::{Jack, RATE_HZ};

plugin_test_support::needs!(TestSound);

const BLOCK_FRAMES: u32 = 256;

/// What the instrument plays for each key that is held.
const LEVEL: f32 = 0.25;

/// An instrument that puts out [`LEVEL`] for each key that is held, to the sample, and plays each message to others one channel
/// up.
fn instrument() -> CLibrary {
    keys("notes")
}

/// The same, saying that it takes and plays what `midi` is.
fn keys(midi: &str) -> CLibrary {
    let layout = r#"{"main_input_channels":0,"main_output_channels":2}"#;
    let said = format!(
        r#"{{"name":"Keys","midi_input":"{midi}","midi_output":"{midi}","audio_layouts":[{layout}]}}"#
    );
    CLibrary::of_version_2(&said, &[&format!("-DHELD={LEVEL}f")])
}

struct Rig {
    jack: Jack,
    server: DevServer,
    _library: CLibrary,
}

fn start(options: &[&str]) -> Rig {
    let library = instrument();
    let jack = Jack::start(BLOCK_FRAMES);
    let options = [&["--backend", "jack"], options].concat();
    let server = DevServer::start_with_library(library.path(), &jack.environment(), &options);
    server.page().wait_for_phase("runningFullDuplex");
    Rig { jack, server, _library: library }
}

fn listen(jack: &Jack) -> JackWire {
    let wire = JackWire::start(jack, 30, |_| [0.0; 2]);
    // The sound has come up by then.
    wire.wait_for(RATE_HZ as usize / 2);
    wire
}

/// The first frame from `from` on at this level.
fn level_from(recording: &Recording, from: usize, level: f32) -> usize {
    let found = recording.frames[from..].iter().position(|frame| (frame[0] - level).abs() < 1e-3);
    from + found.unwrap_or_else(|| panic!("{level} is not heard from frame {from} on"))
}

#[test]
fn a_note_of_a_page_is_heard_within_two_blocks_and_ends_with_its_page() {
    let Rig { jack, server, _library } = start(&[]);
    let mut page = server.page();
    assert_eq!(page.call("getInfo", &json!({}))["midi_input"], true);
    let wire = listen(&jack);
    let mut answered = Vec::new();
    for _ in 0..20 {
        page.call("noteOn", &json!({"note": 60, "velocity": 0.8}));
        answered.push((wire.frame_time(), LEVEL));
        thread::sleep(Duration::from_millis(60));
        page.call("noteOff", &json!({"note": 60}));
        answered.push((wire.frame_time(), 0.0));
        thread::sleep(Duration::from_millis(60));
    }
    page.call("noteOn", &json!({"note": 60, "velocity": 0.8}));
    thread::sleep(Duration::from_millis(100));
    drop(page);
    thread::sleep(Duration::from_secs(1));
    let recording = wire.finish();
    let blocks: Vec<f64> = answered
        .iter()
        .map(|(time, level)| {
            // It may be heard before its answer is read.
            let from = recording.frame_at(time.wrapping_sub(4 * BLOCK_FRAMES));
            let heard = recording.time_of(level_from(&recording, from, *level));
            f64::from(heard.wrapping_sub(*time) as i32) / f64::from(BLOCK_FRAMES)
        })
        .collect();
    println!("blocks from the answer to the sound: {blocks:.2?}");
    // The server plays into the next block, which this client hears a block later.
    let mut sorted = blocks.clone();
    sorted.sort_by(f64::total_cmp);
    assert!(sorted[sorted.len() / 2] <= 2.0, "{blocks:?}");
    let end = recording.frames.len();
    assert!(recording.frames[end - 1_000..].iter().all(|frame| frame[0].abs() < 1e-6), "no note hangs");
}

#[test]
fn a_midi_port_that_comes_is_heard_to_the_frame_and_one_that_goes_leaves_no_note() {
    let Rig { jack, .. } = &start(&[]);
    let wire = listen(jack);
    let keyboard = Keyboard::connect();
    keyboard.wait_until_connected();
    let mut sent = Vec::new();
    for _ in 0..10 {
        sent.push((keyboard.send([0x90, 60, 100]), LEVEL));
        thread::sleep(Duration::from_millis(60));
        sent.push((keyboard.send([0x80, 60, 0]), 0.0));
        thread::sleep(Duration::from_millis(60));
    }
    keyboard.send([0x90, 64, 100]);
    thread::sleep(Duration::from_millis(200));
    drop(keyboard);
    thread::sleep(Duration::from_secs(3));
    let recording = wire.finish();
    let late: Vec<i32> = sent
        .iter()
        .map(|(time, level)| {
            let heard = level_from(&recording, recording.frame_at(time.wrapping_sub(1)), *level);
            recording.time_of(heard).wrapping_sub(*time) as i32
        })
        .collect();
    println!("frames from the port to the sound: {late:?}");
    let (block, count) = (BLOCK_FRAMES as i32, late.len());
    let whole = late.iter().filter(|late| **late % block == 0 && (0..=2 * block).contains(*late)).count();
    assert!(whole * 10 >= count * 8, "at its very frame but for calls that came late: {late:?}");
    let end = recording.frames.len();
    assert!(recording.frames[end - 1_000..].iter().all(|frame| frame[0].abs() < 1e-6), "no note hangs");
}

/// Whoever hears what the plugin plays: a client of JACK that notes down each message with its time.
struct Ear {
    client: AsyncClient<(), Heard>,
    count: Arc<AtomicUsize>,
}

struct Heard {
    port: Port<MidiIn>,
    /// With room for all of them.
    messages: Vec<(u32, [u8; 3])>,
    count: Arc<AtomicUsize>,
}

impl Ear {
    fn listen() -> Self {
        let (client, _) = Client::new("ear", ClientOptions::NO_START_SERVER).expect("JACK runs");
        let port = client.register_port("in", MidiIn::default()).expect("JACK has room");
        let count = Arc::new(AtomicUsize::new(0));
        let heard = Heard { port, messages: Vec::with_capacity(1_000), count: Arc::clone(&count) };
        Self { client: client.activate_async((), heard).expect("JACK calls it"), count }
    }

    fn is_connected(&self) -> bool {
        let port = self.client.as_client().port_by_name("ear:in");
        port.is_some_and(|port| port.connected_count().unwrap_or(0) > 0)
    }

    fn wait_for(&self, messages: usize) {
        let started = Instant::now();
        while self.count.load(Ordering::Acquire) < messages {
            assert!(started.elapsed() < PATIENCE, "{messages} messages are not heard");
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn finish(self) -> Vec<(u32, [u8; 3])> {
        self.client.deactivate().expect("JACK runs").2.messages
    }
}

impl jack::ProcessHandler for Heard {
    fn process(&mut self, _: &Client, scope: &ProcessScope) -> Control {
        for message in self.port.iter(scope).take(self.messages.capacity() - self.messages.len()) {
            let bytes = [0, 1, 2].map(|index| message.bytes.get(index).copied().unwrap_or(0));
            self.messages.push((scope.last_frame_time().wrapping_add(message.time), bytes));
        }
        self.count.store(self.messages.len(), Ordering::Release);
        Control::Continue
    }
}

#[test]
fn what_the_plugin_plays_is_heard_to_the_frame_at_the_port_that_is_named_and_ends_with_the_server() {
    let Rig { jack, server, _library } = start(&["--midi-output", "ear:"]);
    let ear = Ear::listen();
    let keyboard = Keyboard::connect();
    keyboard.wait_until_connected();
    let started = Instant::now();
    while !ear.is_connected() {
        assert!(started.elapsed() < PATIENCE, "the port that is named hears nothing");
        thread::sleep(Duration::from_millis(20));
    }
    let mut sent = Vec::new();
    for _ in 0..10 {
        sent.push((keyboard.send([0x90, 60, 100]), [0x91, 60, 100]));
        ear.wait_for(sent.len());
        sent.push((keyboard.send([0x80, 60, 0]), [0x81, 60, 0]));
        ear.wait_for(sent.len());
    }
    keyboard.send([0x90, 64, 100]);
    ear.wait_for(sent.len() + 1);
    // Its port goes with it, and nobody tells the ear.
    assert!(server.end_by("TERM").0.success());
    let heard = ear.finish();
    drop(jack);

    let messages: Vec<[u8; 3]> = heard.iter().map(|(_, message)| *message).collect();
    let last = [[0x91, 64, 100], [0x81, 64, 0]];
    let expected: Vec<[u8; 3]> = sent.iter().map(|(_, message)| *message).chain(last).collect();
    assert_eq!(messages, expected);
    let late: Vec<i32> =
        sent.iter().zip(&heard).map(|((sent, _), (heard, _))| heard.wrapping_sub(*sent) as i32).collect();
    println!("frames from the keyboard to the ear: {late:?}");
    let at_its_frame = late.iter().filter(|late| **late == 0).count();
    assert!(at_its_frame * 10 >= late.len() * 8, "at its very frame but for calls that came late: {late:?}");
}

#[test]
fn what_the_plugin_plays_goes_nowhere_by_itself() {
    let _rig = start(&[]);
    let ear = Ear::listen();
    let keyboard = Keyboard::connect();
    keyboard.wait_until_connected();
    // The ports are looked at once a second.
    thread::sleep(Duration::from_secs(2));
    let port = ear.client.as_client().port_by_name("wavecraft:midi_out").expect("users can connect it");
    // Not to the plugin itself either: what it plays would come round again.
    assert_eq!(port.connected_count().expect("JACK knows"), 0);
    assert!(ear.finish().is_empty());
}

#[test]
fn a_controller_that_was_learned_moves_a_parameter_in_one_step_and_after_a_restart_even_without_notes() {
    let library = keys("none");
    let jack = Jack::start(BLOCK_FRAMES);
    let start = || DevServer::start_with_library(library.path(), &jack.environment(), &["--backend", "jack"]);
    let server = start();
    let (mut page, mut other) = (server.page(), server.page());
    page.wait_for_phase("runningFullDuplex");
    let info = page.call("getInfo", &json!({}));
    assert_eq!((&info["controllers"], &info["midi_input"]), (&json!(true), &json!(false)));
    let wire = listen(&jack);
    let keyboard = Keyboard::connect();
    keyboard.wait_until_connected();
    page.call("learnController", &json!({"id": "offset"}));
    let waiting = json!({"learning": "offset", "controllers": []});
    assert_eq!(other.next_notification("controllersChanged"), waiting);
    assert_eq!(page.call("getControllers", &json!({})), waiting);
    keyboard.send([0xb2, 21, 127]);
    let learned =
        json!({"learning": null, "controllers": [{"id": "offset", "channel": 3, "controller": 21}]});
    assert_eq!(other.next_notification("controllersChanged"), learned);
    assert_eq!(other.next_notification("parameterChanged"), json!({"id": "offset", "value": 1.0}));
    let moved = keyboard.send([0xb2, 21, 0]);
    assert_eq!(other.next_notification("parameterChanged"), json!({"id": "offset", "value": 0.0}));
    keyboard.send([0xb2, 21, 127]);
    assert_eq!(other.next_notification("parameterChanged"), json!({"id": "offset", "value": 1.0}));
    assert_eq!(other.next_notification("historyChanged")["can_undo"], true);
    thread::sleep(Duration::from_millis(100));
    let recording = wire.finish();
    let at = recording.frame_at(moved);
    assert!(level_from(&recording, 0, 1.0) < at, "the movement by which it is learned counts");
    level_from(&recording, level_from(&recording, at, 0.0), 1.0);
    assert_eq!(page.call("undo", &json!({}))["applied"], true);
    assert_eq!(page.call("getParameter", &json!({"id": "offset"}))["value"], 0.0);
    assert_eq!(page.call("getHistory", &json!({}))["can_undo"], false, "all of it was one step");
    assert!(server.end_by("TERM").0.success());

    let server = start();
    let mut page = server.page();
    page.wait_for_phase("runningFullDuplex");
    assert_eq!(page.call("getControllers", &json!({})), learned);
    keyboard.wait_until_connected();
    // It moves nothing, and has been here when what was sent after it moves something.
    keyboard.send([0xb2, 5, 100]);
    keyboard.send([0xb2, 21, 127]);
    assert_eq!(page.next_notification("parameterChanged"), json!({"id": "offset", "value": 1.0}));
    page.call("forgetController", &json!({"id": "offset"}));
    assert_eq!(page.call("getControllers", &json!({})), json!({"learning": null, "controllers": []}));
    page.call("learnController", &json!({"id": "gain"}));
    assert_eq!(page.call("getControllers", &json!({})), json!({"learning": "gain", "controllers": []}));
    page.call("stopLearning", &json!({}));
    keyboard.send([0xb2, 21, 0]);
    thread::sleep(Duration::from_millis(200));
    assert_eq!(page.call("getControllers", &json!({})), json!({"learning": null, "controllers": []}));
    assert_eq!(page.call("getParameter", &json!({"id": "offset"}))["value"], 1.0);
}

#[test]
fn a_port_that_was_not_named_is_not_heard() {
    let Rig { jack, .. } = &start(&["--midi", "Master Keyboard"]);
    let wire = listen(jack);
    let keyboard = Keyboard::connect();
    thread::sleep(Duration::from_secs(3));
    assert!(!keyboard.is_connected());
    keyboard.send([0x90, 60, 100]);
    thread::sleep(Duration::from_millis(200));
    assert!(wire.finish().frames.iter().all(|frame| frame[0].abs() < 1e-6));
}
