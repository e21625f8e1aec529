//! Notes through the development server, from a page and from a MIDI port, in what is played on JACK.
#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use jack::{AsyncClient, Client, ClientOptions, Control, MidiOut, Port, ProcessScope, RawMidi};
use serde_json::json;
use tempfile::TempDir;
use wavecraft_ffi::vtable::{DevProcessorVTable, DevProcessorVTableV2, ProcessBlock};
use wavecraft_tests::dev_server::{DevServer, PATIENCE};
use wavecraft_tests::jack_wire::{JackWire, Recording};
use wavecraft_tests::sound_servers::{Jack, RATE_HZ};

plugin_test_support::needs!(TestSound);

const BLOCK_FRAMES: u32 = 256;

/// What the instrument plays for each key that is held.
const LEVEL: f32 = 0.25;

/// Builds an instrument that puts out [`LEVEL`] for each key that is held, to the sample.
fn instrument(folder: &TempDir) -> PathBuf {
    let path = |name: &str| folder.path().join(name);
    let (parameters, description, library) = (path("parameters"), path("description"), path("keys.so"));
    let parameter = |id: &str| {
        format!(r#"{{"id":"{id}","name":"{id}","type":"float","value":0.0,"default":0.0,"text":""}}"#)
    };
    std::fs::write(&parameters, format!("[{},{}]", parameter("gain"), parameter("offset"))).expect("room");
    let layout = r#"{"main_input_channels":0,"main_output_channels":2}"#;
    let said = format!(r#"{{"name":"Keys","midi_input":"notes","audio_layouts":[{layout}]}}"#);
    std::fs::write(&description, said).expect("room");
    let sources =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/wavecraft-ffi/tests/boundary/libraries");
    let output = Command::new("cc")
        .args(["-std=c11", "-O1", "-fPIC", "-shared"])
        .arg(format!("-DV1_SIZE={}", size_of::<DevProcessorVTable>()))
        .arg(format!("-DV2_SIZE={}", size_of::<DevProcessorVTableV2>()))
        .arg(format!("-DBLOCK_SIZE={}", size_of::<ProcessBlock>()))
        .arg(format!("-DJSON=\"{}\"", parameters.display()))
        .arg(format!("-DDESCRIPTION=\"{}\"", description.display()))
        .arg(format!("-DHELD={LEVEL}f"))
        .arg("-o")
        .arg(&library)
        .args(["live.c", "parameters.c"].map(|source| sources.join(source)))
        .output()
        .expect("a C compiler is there, since Rust links by it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    library
}

struct Rig {
    jack: Jack,
    server: DevServer,
    _folder: TempDir,
}

fn start(options: &[&str]) -> Rig {
    let folder = tempfile::tempdir().expect("room");
    let jack = Jack::start(BLOCK_FRAMES);
    let options = [&["--backend", "jack"], options].concat();
    let server = DevServer::start_with_library(&instrument(&folder), &jack.environment(), &options);
    server.page().wait_for_phase("runningFullDuplex");
    Rig { jack, server, _folder: folder }
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
    let Rig { jack, server, _folder } = start(&[]);
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

/// A keyboard: a client of JACK whose port sends a message when it is told to.
struct Keyboard {
    client: AsyncClient<(), Keys>,
    told: Arc<AtomicU32>,
    sent: Arc<AtomicU64>,
}

struct Keys {
    port: Port<MidiOut>,
    /// A message in the lower three bytes; 0 for none.
    told: Arc<AtomicU32>,
    /// When the newest message was sent, by JACK's clock, and one more for each.
    sent: Arc<AtomicU64>,
}

/// Where in its block the keyboard sends.
const SENT_AT: u32 = 77;

impl Keyboard {
    fn connect() -> Self {
        let (client, _) = Client::new("keyboard", ClientOptions::NO_START_SERVER).expect("JACK runs");
        let port = client.register_port("out", MidiOut::default()).expect("JACK has room");
        let (told, sent) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU64::new(0)));
        let keys = Keys { port, told: Arc::clone(&told), sent: Arc::clone(&sent) };
        let client = client.activate_async((), keys).expect("JACK calls it");
        Self { client, told, sent }
    }

    /// Sends a message, and returns when it did, by JACK's clock.
    fn send(&self, message: [u8; 3]) -> u32 {
        let before = self.sent.load(Ordering::Acquire);
        self.told.store(u32::from_le_bytes([message[0], message[1], message[2], 0]), Ordering::Release);
        let started = Instant::now();
        loop {
            let sent = self.sent.load(Ordering::Acquire);
            if sent != before {
                return sent as u32;
            }
            assert!(started.elapsed() < PATIENCE, "JACK no longer calls");
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn is_connected(&self) -> bool {
        let port = self.client.as_client().port_by_name("keyboard:out");
        port.is_some_and(|port| port.connected_count().unwrap_or(0) > 0)
    }

    fn wait_until_connected(&self) {
        let started = Instant::now();
        while !self.is_connected() {
            assert!(started.elapsed() < PATIENCE, "nobody hears the keyboard");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl jack::ProcessHandler for Keys {
    fn process(&mut self, _: &Client, scope: &ProcessScope) -> Control {
        let told = self.told.swap(0, Ordering::AcqRel).to_le_bytes();
        let mut writer = self.port.writer(scope);
        if told[0] != 0 && writer.write(&RawMidi { time: SENT_AT, bytes: &told[..3] }).is_ok() {
            let count = (self.sent.load(Ordering::Relaxed) >> 32) + 1;
            let time = scope.last_frame_time().wrapping_add(SENT_AT);
            self.sent.store(count << 32 | u64::from(time), Ordering::Release);
        }
        Control::Continue
    }
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
