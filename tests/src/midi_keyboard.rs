//! A MIDI keyboard on JACK.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use jack::{AsyncClient, Client, ClientOptions, Control, MidiOut, Port, ProcessScope, RawMidi};

use crate::dev_server::PATIENCE;

/// A client of JACK, `keyboard`, whose port sends a message when it is told to.
pub struct Keyboard {
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

/// Where in its block the keyboard sends, in frames.
const SENT_AT: u32 = 77;

impl Keyboard {
    /// Comes to JACK, whose other clients may connect with it.
    pub fn connect() -> Self {
        let (client, _) = Client::new("keyboard", ClientOptions::NO_START_SERVER).expect("JACK runs");
        let port = client.register_port("out", MidiOut::default()).expect("JACK has room");
        let (told, sent) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU64::new(0)));
        let keys = Keys { port, told: Arc::clone(&told), sent: Arc::clone(&sent) };
        let client = client.activate_async((), keys).expect("JACK calls it");
        Self { client, told, sent }
    }

    /// Sends a message, and returns when it did, by JACK's clock.
    pub fn send(&self, message: [u8; 3]) -> u32 {
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

    /// Whether anyone hears it.
    pub fn is_connected(&self) -> bool {
        let port = self.client.as_client().port_by_name("keyboard:out");
        port.is_some_and(|port| port.connected_count().unwrap_or(0) > 0)
    }

    /// Waits until anyone hears it.
    pub fn wait_until_connected(&self) {
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
