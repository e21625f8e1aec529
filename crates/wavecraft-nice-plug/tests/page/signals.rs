//! Spectra for the page in a window, on the editor's timer.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use wavecraft_metering::analysis::{SignalAnalyser, SignalReaders};
use wavecraft_metering::signal::{Signal, SignalSet, spectrum};
use wavecraft_nice_plug::page::SignalOutbox;

use super::*;

const PATIENCE: Duration = Duration::from_secs(10);

/// A page of a plugin with one signal.
struct Window {
    fixture: Fixture,
    before: Signal,
    analyser: SignalAnalyser,
    frame: usize,
}

impl Window {
    fn open() -> Self {
        let before = spectrum("Before");
        let set = SignalSet::new([("before", before.clone())]);
        let analyser = SignalAnalyser::new();
        analyser.connect(set.describe(), Some(Box::new(SignalReaders::new(set))));
        let mut fixture = Fixture::new();
        let info = PluginInfo::new("Test", "Nobody", "1.0.0", HostKind::Plugin);
        fixture.host = Arc::new(fixture.host_of(info.with_signals(analyser.infos())));
        let mut window = Self { fixture, before, analyser, frame: 0 };
        window.reopen(Vec::new());
        window
    }

    /// Another opening of the window, with a page that had subscribed to these.
    fn reopen(&mut self, requests: Vec<wavecraft_ipc::SignalRequest>) {
        let Fixture { daw, dirty, host, .. } = &self.fixture;
        let outbox =
            NotificationOutbox::new(Arc::clone(&daw.table), Arc::clone(dirty), None, LatestLevels::default());
        let signals = SignalOutbox::new(self.analyser.clone());
        self.fixture.connection = Connection::new(host.clone(), outbox).with_signals(signals, requests);
    }

    /// A tenth of a second of 440 Hz at a quarter of full scale.
    fn play(&mut self) {
        let step = std::f64::consts::TAU * 440.0 / 48_000.0;
        let mut block: Vec<f32> =
            (self.frame..self.frame + 4_800).map(|frame| 0.25 * (step * frame as f64).sin() as f32).collect();
        self.frame += 4_800;
        self.before.write(&[&mut block.clone(), &mut block]);
    }

    /// Plays and ticks until there is an update, and returns its values.
    fn next_values(&mut self) -> Vec<f64> {
        let started = Instant::now();
        loop {
            self.play();
            for told in self.fixture.told() {
                let message: Value = serde_json::from_str(&told).unwrap();
                if message["method"] == "signalUpdate" {
                    assert_eq!(message["params"]["id"], "before");
                    let values = message["params"]["values"].as_array().unwrap();
                    return values.iter().map(|value| value.as_f64().unwrap()).collect();
                }
            }
            assert!(started.elapsed() < PATIENCE, "there is no update");
            thread::sleep(Duration::from_millis(16));
        }
    }
}

#[test]
fn a_tone_stands_at_its_frequency_and_level_in_the_window() {
    let mut window = Window::open();
    window.play();
    assert!(window.fixture.told().is_empty(), "the page has asked for nothing");
    let answer = window.fixture.received("subscribeSignal", r#"{"id":"before","resolution":512}"#);
    assert!(answer[0].contains(r#""result":{}"#), "{answer:?}");
    let values = window.next_values();
    assert_eq!(values.len(), 512);
    let (column, level_db) = values.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    let hz = 20.0 * 1_000.0_f64.powf(column as f64 / 511.0);
    // Half of the 12 Hz between two lines, and half a column of 1.4 %.
    assert!((hz - 440.0).abs() < 9.0, "{hz} Hz");
    assert!((level_db + 12.04).abs() < 0.5, "{level_db} dB");
}

#[test]
fn a_closed_window_listens_to_nothing_and_an_opened_one_goes_on_where_its_page_was() {
    let mut window = Window::open();
    window.fixture.received("subscribeSignal", r#"{"id":"before","resolution":64}"#);
    assert_eq!(window.next_values().len(), 64);
    let kept = window.fixture.connection.signal_requests();
    window.reopen(Vec::new());
    let before = window.before.listen().position().end_frame;
    window.play();
    assert_eq!(window.before.listen().position().end_frame, before);
    window.reopen(kept);
    assert_eq!(window.next_values().len(), 64);
    // Loaded again, the page has asked for nothing yet.
    window.fixture.connection.restart();
    window.fixture.told();
    let before = window.before.listen().position().end_frame;
    window.play();
    assert_eq!(window.before.listen().position().end_frame, before);
}
