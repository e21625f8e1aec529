//! Spectra and waveforms, for the pages that ask for them.

use std::thread;

use wavecraft_metering::analysis::SignalReaders;
use wavecraft_metering::signal::{Signal, SignalSet, spectrum, waveform};

use super::*;

/// A plugin's thread that writes 1 kHz at a quarter of full scale to a signal, until it is dropped.
struct Playing {
    stop: Option<std::sync::mpsc::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Playing {
    fn start(signal: Signal) -> Self {
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let step = std::f64::consts::TAU * 1_000.0 / 48_000.0;
        let thread = thread::spawn(move || {
            let mut frame = 0;
            // A tenth of a second at a time, as often as the timeout says: how fast it goes makes no difference here.
            while stopped.recv_timeout(Duration::from_millis(5))
                == Err(std::sync::mpsc::RecvTimeoutError::Timeout)
            {
                let mut block: Vec<f32> =
                    (frame..frame + 480).map(|frame| 0.25 * (step * f64::from(frame)).sin() as f32).collect();
                signal.write(&[&mut block]);
                frame = (frame + 480) % 48_000;
            }
        });
        Self { stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Playing {
    fn drop(&mut self) {
        self.stop.take();
        self.thread.take().unwrap().join().unwrap();
    }
}

/// Signals of a plugin, connected to the server.
fn connect(server: &TestServer, signals: &[(&str, Signal)]) {
    let set = SignalSet::new(signals.iter().cloned());
    server.signals.connect(set.describe(), Some(Box::new(SignalReaders::new(set))));
}

/// The values of the next update of a signal that has so many.
async fn next_values(page: &mut Page, id: &str, count: usize) -> Vec<f64> {
    loop {
        let message = page.next().await;
        assert_eq!(message["method"], "signalUpdate", "{message}");
        let values = message["params"]["values"].as_array().unwrap();
        if message["params"]["id"] == id && values.len() == count {
            return values.iter().map(|value| value.as_f64().unwrap()).collect();
        }
    }
}

fn loudest(values: &[f64]) -> (usize, f64) {
    values.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
}

#[tokio::test]
async fn each_page_gets_what_it_has_asked_for_at_its_own_resolution_and_no_other() {
    let server = TestServer::start().await;
    let tone = spectrum("Tone");
    connect(&server, &[("tone", tone.clone())]);
    let _playing = Playing::start(tone);
    let (mut coarse, mut fine, mut none) =
        (server.connect().await, server.connect().await, server.connect().await);
    let info = none.call("getInfo", json!({})).await;
    assert_eq!(
        info["result"]["signals"],
        json!([{"id": "tone", "name": "Tone", "kind": "spectrum", "channels": 1, "min_hz": 20.0, "max_hz": 20000.0}])
    );
    let asked = json!({"id": "tone", "resolution": 64});
    assert_eq!(coarse.call("subscribeSignal", asked).await["result"], json!({}));
    assert_eq!(fine.call("subscribeSignal", json!({"id": "tone"})).await["result"], json!({}));
    for (page, count) in [(&mut coarse, 64), (&mut fine, 256)] {
        // The first may be of a stretch in which the tone begins. What stays the same is told once.
        let column = loop {
            let (column, level_db) = loudest(&next_values(page, "tone", count).await);
            if (level_db + 12.04).abs() < 0.5 {
                break column;
            }
        };
        let expected = (1_000.0_f64 / 20.0).ln() / 1_000.0_f64.ln() * (count - 1) as f64;
        assert!((column as f64 - expected).abs() <= 1.0, "column {column} of {count}, not {expected}");
    }
    none.expect_nothing().await;
    server.stop().await;
}

#[tokio::test]
async fn a_page_that_unsubscribes_or_goes_is_listened_for_no_more() {
    let server = TestServer::start().await;
    let tone = waveform("Tone");
    connect(&server, &[("tone", tone.clone())]);
    let _playing = Playing::start(tone.clone());
    let written = || tone.listen().position().end_frame;
    let stands_still = async || {
        let start = std::time::Instant::now();
        loop {
            let before = written();
            tokio::time::sleep(Duration::from_millis(50)).await;
            if written() == before {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "it is still written");
        }
    };
    let mut page = server.connect().await;
    page.call("subscribeSignal", json!({"id": "tone", "resolution": 16})).await;
    let values = next_values(&mut page, "tone", 32).await;
    assert!((loudest(&values).1 - 0.25).abs() < 0.01, "{values:?}");
    page.send(json!({"jsonrpc": "2.0", "method": "unsubscribeSignal", "params": {"id": "tone"}}).to_string())
        .await;
    stands_still().await;

    page.send(json!({"jsonrpc": "2.0", "method": "subscribeSignal", "params": {"id": "tone"}}).to_string())
        .await;
    next_values(&mut page, "tone", 512).await;
    drop(page);
    stands_still().await;
    server.stop().await;
}

#[tokio::test]
async fn a_subscription_lasts_over_a_reload() {
    let server = TestServer::start().await;
    let before = spectrum("Before the reload");
    connect(&server, &[("tone", before.clone())]);
    let mut page = server.connect().await;
    page.call("subscribeSignal", json!({"id": "tone", "resolution": 32})).await;
    let playing = Playing::start(before);
    next_values(&mut page, "tone", 32).await;
    drop(playing);
    let after = waveform("After the reload");
    connect(&server, &[("other", spectrum("Other")), ("tone", after.clone())]);
    let _playing = Playing::start(after);
    next_values(&mut page, "tone", 64).await;
    server.stop().await;
}
