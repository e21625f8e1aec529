use serde_json::Value;

use super::*;
use crate::analysis::SignalReaders;
use crate::signal::{Signal, SignalSet, spectrum, waveform};

/// A plugin with two signals, and time that goes by when the test says so.
struct Rig {
    analyser: SignalAnalyser,
    tone: Signal,
    swing: Signal,
    written: usize,
    now: Instant,
}

impl Rig {
    fn new() -> Self {
        let (tone, swing) = (spectrum("Tone"), waveform("Swing").stereo());
        let analyser = SignalAnalyser::new();
        connect(&analyser, [("tone", tone.clone()), ("swing", swing.clone())]);
        Self { analyser, tone, swing, written: 0, now: Instant::now() }
    }

    fn subscribe(&self, id: &str, resolution: u32) -> SignalSubscription {
        self.analyser.subscribe(SignalRequest { id: id.to_owned(), resolution })
    }

    /// A tenth of a second of 1 kHz at half of full scale, the right inverted.
    fn play(&mut self) {
        let step = std::f64::consts::TAU * 1_000.0 / 48_000.0;
        for _ in 0..75 {
            let mut left: Vec<f32> =
                (0..64).map(|frame| 0.5 * (step * (self.written + frame) as f64).sin() as f32).collect();
            let mut right: Vec<f32> = left.iter().map(|sample| -sample).collect();
            self.tone.write(&[&mut left, &mut right]);
            self.swing.write(&[&mut left, &mut right]);
            self.written += 64;
        }
    }

    fn tick(&mut self) -> bool {
        self.now += Duration::from_millis(33);
        self.analyser.analyse(self.now)
    }
}

fn connect<const COUNT: usize>(analyser: &SignalAnalyser, signals: [(&str, Signal); COUNT]) {
    let set = SignalSet::new(signals);
    analyser.connect(set.describe(), Some(Box::new(SignalReaders::new(set))));
}

fn values(subscription: &mut SignalSubscription) -> Vec<f64> {
    let text = subscription.take_newest().expect("there is news");
    let message: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(message["method"], "signalUpdate");
    assert_eq!(message["params"]["id"], subscription.id);
    let values = message["params"]["values"].as_array().unwrap();
    values.iter().map(|value| value.as_f64().unwrap()).collect()
}

fn highest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

#[test]
fn each_page_gets_its_own_resolution_and_its_tone_at_its_level() {
    let mut rig = Rig::new();
    let (mut coarse, mut fine) = (rig.subscribe("tone", 16), rig.subscribe("tone", 512));
    let mut other = rig.subscribe("tone", 512);
    rig.play();
    assert!(rig.tick());
    for (subscription, count) in [(&mut coarse, 16), (&mut fine, 512), (&mut other, 512)] {
        let values = values(subscription);
        assert_eq!(values.len(), count);
        // The two channels would be silence together.
        assert!((highest(&values) + 6.02).abs() < 0.1, "{}", highest(&values));
    }
    assert!(fine.take_newest().is_none(), "each is taken once");
}

#[test]
fn nobody_listens_before_the_first_and_after_the_last_subscription() {
    let mut rig = Rig::new();
    rig.play();
    assert!(!rig.tick());
    let (first, mut second) = (rig.subscribe("tone", 16), rig.subscribe("tone", 32));
    drop(first);
    rig.play();
    assert!(rig.tick());
    assert_eq!(values(&mut second).len(), 32);
    let probe = rig.tone.listen();
    let before = probe.position().end_frame;
    drop((second, probe));
    rig.play();
    assert_eq!(rig.tone.listen().position().end_frame, before, "the audio thread copies nothing any more");
    assert!(!rig.tick());
}

#[test]
fn a_waveform_has_both_channels_apart_and_lies_flat_when_the_sound_ends() {
    let mut rig = Rig::new();
    let mut swing = rig.subscribe("swing", 64);
    rig.play();
    assert!(rig.tick());
    let shown = values(&mut swing);
    assert_eq!(shown.len(), 2 * 2 * 64);
    let (left, right) = shown.split_at(128);
    assert!((highest(left) - 0.5).abs() < 0.01 && (highest(right) - 0.5).abs() < 0.01);
    assert!(left.iter().zip(right).any(|(left, right)| (left - right).abs() > 0.5));
    while rig.now.duration_since(rig.analyser.state().analyses[0].heard.as_ref().unwrap().moved) < STALE {
        rig.tick();
    }
    assert!(values(&mut swing).iter().all(|sample| sample.abs() < 1e-9));
    assert!(!rig.tick(), "and then there is nothing to tell");
}

#[test]
fn a_spectrum_falls_to_its_floor_when_the_host_stops_and_comes_back() {
    let mut rig = Rig::new();
    let mut tone = rig.subscribe("tone", 64);
    rig.play();
    assert!(rig.tick());
    let mut last = highest(&values(&mut tone));
    let mut ticks = 0;
    while last > -120.0 {
        ticks += 1;
        assert!(ticks < 200, "{last} dB");
        if rig.tick() {
            let now = highest(&values(&mut tone));
            assert!(now < last);
            last = now;
        }
    }
    // 114 dB at 60 dB a second, after the pause.
    assert!((55..75).contains(&ticks), "{ticks}");
    assert!(!rig.tick());
    rig.play();
    assert!(rig.tick());
    assert!((highest(&values(&mut tone)) + 6.02).abs() < 0.1);
}

#[test]
fn silence_that_goes_on_is_told_once() {
    for id in ["tone", "swing"] {
        let mut rig = Rig::new();
        let mut subscription = rig.subscribe(id, 64);
        let play_silence = |rig: &mut Rig| {
            let mut silence = [vec![0.0; 1_600], vec![0.0; 1_600]];
            let [left, right] = &mut silence;
            rig.tone.write(&[left, right]);
            rig.swing.write(&[left, right]);
            rig.tick()
        };
        let told = (0..30).filter(|_| play_silence(&mut rig)).count();
        assert_eq!(told, 1, "{id}");
        assert!(subscription.take_newest().is_some());
        rig.play();
        assert!(rig.tick(), "sound after silence is told: {id}");
    }
}

#[test]
fn a_subscription_lasts_over_a_reload_as_long_as_there_is_such_a_signal() {
    let mut rig = Rig::new();
    let mut tone = rig.subscribe("tone", 64);
    rig.play();
    assert!(rig.tick());
    values(&mut tone);
    // Without the signal there is nothing, and it is heard again when it is back, elsewhere in the order.
    connect(&rig.analyser, [("swing", rig.swing.clone())]);
    rig.play();
    assert!(!rig.tick());
    rig.tone = spectrum("Tone, rebuilt");
    connect(&rig.analyser, [("swing", rig.swing.clone()), ("tone", rig.tone.clone())]);
    rig.play();
    assert!(rig.tick());
    assert!((highest(&values(&mut tone)) + 6.02).abs() < 0.1);
}

#[test]
fn another_sample_rate_is_followed() {
    let mut rig = Rig::new();
    let mut tone = rig.subscribe("tone", 512);
    rig.tone.set_sample_rate(96_000.0);
    rig.play();
    rig.tick();
    rig.play();
    assert!(rig.tick());
    let shown = values(&mut tone);
    let loudest = (0..512).max_by(|a, b| shown[*a].total_cmp(&shown[*b])).unwrap();
    let hz = 20.0 * 1_000.0_f64.powf(loudest as f64 / 511.0);
    assert!((hz / 2_000.0 - 1.0).abs() < 0.02, "{hz} Hz");
}

#[test]
fn what_a_page_keeps_goes_on_and_what_it_drops_ends() {
    let rig = Rig::new();
    let request = |id: &str, resolution| SignalRequest { id: id.to_owned(), resolution };
    let mut held = Vec::new();
    SignalSubscription::renew(&mut held, &rig.analyser, vec![request("tone", 16), request("swing", 16)]);
    held[0].taken = 7;
    SignalSubscription::renew(&mut held, &rig.analyser, vec![request("tone", 16), request("swing", 32)]);
    assert_eq!((held.len(), held[0].taken), (2, 7));
    SignalSubscription::renew(&mut held, &rig.analyser, Vec::new());
    assert!(held.is_empty() && rig.analyser.state().analyses.is_empty());
}

#[test]
fn signals_are_told_with_their_axes() {
    let infos = Rig::new().analyser.infos();
    assert_eq!((infos[0].min_hz, infos[0].max_hz, infos[0].duration_ms), (Some(20.0), Some(20_000.0), None));
    assert_eq!((infos[1].min_hz, infos[1].duration_ms, infos[1].channels), (None, Some(20.0), 2));
}
