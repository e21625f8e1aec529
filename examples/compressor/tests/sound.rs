//! What the compressor does to the sound, in numbers: the whole plugin, as a host runs it.

use compressor::Compressor;
use wavecraft_plugin::Hosted;
use wavecraft_plugin::driver::{Activation, BlockInput, HeadlessPlugin};

const RATE_HZ: f32 = 48_000.0;
const MS: usize = 48;

/// The plugin in stereo, activated, with parameters set as text.
struct Rig(HeadlessPlugin<Hosted<Compressor>>);

impl Rig {
    fn new(settings: &[(&str, &str)]) -> Self {
        Self::with_channels(2, settings)
    }

    fn with_channels(side_chain_channels: usize, settings: &[(&str, &str)]) -> Self {
        let mut rig = Self(HeadlessPlugin::new());
        for (id, text) in settings {
            rig.set(id, text);
        }
        let activation = Activation { side_chain_channels, ..Activation::new(RATE_HZ, 512, 2) };
        rig.0.activate(activation).expect("it is one of the layouts");
        rig
    }

    fn set(&mut self, id: &str, text: &str) {
        let index = self.0.parameters().index_of(id).unwrap_or_else(|| panic!("there is no {id}"));
        let normalized = self.0.parameters().parse(index, text).unwrap_or_else(|| panic!("{id}: {text}"));
        self.0.set_parameter(index, normalized).expect("it is within the range");
    }

    fn play(&mut self, input: &[f32]) -> Vec<f32> {
        self.play_with(input, None)
    }

    fn play_with(&mut self, input: &[f32], key: Option<&[f32]>) -> Vec<f32> {
        let (mut left, mut right) = (input.to_vec(), input.to_vec());
        let side_chain = key.map(|key| [key, key]);
        let side_chain = side_chain.as_ref().map_or(&[][..], |channels| &channels[..]);
        let block = BlockInput { side_chain, ..BlockInput::default() };
        self.0.process_block(&mut [&mut left, &mut right], &block).expect("it is a block");
        assert!(left == right);
        left
    }
}

fn gain(db: f32) -> f32 {
    10.0_f32.powf(db / 20.0)
}

fn db(gain: f32) -> f32 {
    20.0 * gain.log10()
}

fn sine(hz: f32, peak_db: f32, frames: usize) -> Vec<f32> {
    let phase = |frame: usize| (frame as f32 * hz / RATE_HZ).fract() * std::f32::consts::TAU;
    (0..frames).map(|frame| gain(peak_db) * phase(frame).sin()).collect()
}

/// A level that does not swing: the output shows the gain in every frame.
fn level(db: f32, frames: usize) -> Vec<f32> {
    vec![gain(db); frames]
}

/// Full-scale noise of one magnitude, so that the gain is the same in every frame.
fn signs(peak_db: f32, frames: usize) -> Vec<f32> {
    let mut seed = 1_u32;
    let mut sign = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if seed >> 31 == 0 { gain(peak_db) } else { -gain(peak_db) }
    };
    (0..frames).map(|_| sign()).collect()
}

fn peak(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |peak, sample| peak.max(sample.abs()))
}

/// The level that comes out, by the lines and the parabola between them.
fn expected_db(input_db: f32, threshold_db: f32, ratio: f32, knee_db: f32) -> f32 {
    let (low, high) = (threshold_db - knee_db / 2.0, threshold_db + knee_db / 2.0);
    let above_db = if input_db <= low {
        return input_db;
    } else if input_db >= high {
        input_db - threshold_db
    } else {
        (input_db - low).powi(2) / (2.0 * knee_db)
    };
    input_db - above_db * (1.0 - 1.0 / ratio)
}

#[test]
fn the_static_curve_is_within_a_tenth_of_a_decibel_of_theory() {
    let mut worst_db = 0.0_f32;
    for (ratio, text) in [(1.0, "1"), (1.5, "1.5"), (4.0, "4"), (20.0, "20"), (f32::INFINITY, "inf")] {
        for knee_db in [0.0_f32, 6.0, 24.0] {
            let knee = knee_db.to_string();
            let settings = [("threshold", "-24"), ("ratio", text), ("knee", &knee), ("attack", "1")];
            let mut rig = Rig::new(&[&settings[..], &[("release", "50")]].concat());
            for input_db in (-50..=0).step_by(2).map(|db| db as f32) {
                let output = rig.play(&sine(1_000.0, input_db, 300 * MS));
                let measured_db = db(peak(&output[280 * MS..]));
                let error_db = measured_db - expected_db(input_db, -24.0, ratio, knee_db);
                worst_db = worst_db.max(error_db.abs());
                assert!(error_db.abs() < 0.1, "{input_db} dB at {ratio}:1, knee {knee_db}: {error_db} dB");
            }
        }
    }
    println!("static curve: within {worst_db:.4} dB");
}

/// How long the gain takes to 1 - 1/e of its way from the first to the last of these, in milliseconds.
fn time_constant_ms(gains: &[f32]) -> f32 {
    let (first_db, last_db) = (db(gains[0]), db(gains[gains.len() - 1]));
    let target_db = last_db + (first_db - last_db) * (-1.0_f32).exp();
    let is_there = |gain: &f32| (db(*gain) - target_db) * (last_db - first_db) >= 0.0;
    let frame = gains.iter().position(is_there).expect("it gets there");
    let step_db = db(gains[frame]) - db(gains[frame - 1]);
    (frame as f32 - (db(gains[frame]) - target_db) / step_db) / MS as f32
}

#[test]
fn attack_and_release_take_as_long_as_they_say() {
    for (attack_ms, release_ms) in [(0.5, 20.0), (5.0, 50.0), (30.0, 300.0), (200.0, 2_000.0)] {
        let (attack, release) = (f32::to_string(&attack_ms), f32::to_string(&release_ms));
        let mut rig = Rig::new(&[("threshold", "-30"), ("attack", &attack), ("release", &release)]);
        let quiet = gain(-40.0);
        let loud = gain(-6.0);
        rig.play(&level(-40.0, 500 * MS));
        let gains = |output: Vec<f32>, input: f32| -> Vec<f32> {
            output.into_iter().map(|sample| sample / input).collect()
        };
        let mut attack = vec![1.0];
        attack.extend(gains(rig.play(&level(-6.0, (12.0 * attack_ms) as usize * MS + 50 * MS)), loud));
        let measured_ms = time_constant_ms(&attack);
        assert!((measured_ms / attack_ms - 1.0).abs() < 0.05, "attack: {measured_ms} for {attack_ms} ms");

        let release = gains(rig.play(&level(-40.0, (12.0 * release_ms) as usize * MS)), quiet);
        let begin = release.iter().position(|gain| *gain > release[0] * 1.000_01).expect("it ends") - 1;
        // The peak is held for ten milliseconds.
        assert_eq!(begin, 10 * MS - 1);
        let measured_release_ms = time_constant_ms(&release[begin..]);
        assert!(
            (measured_release_ms / release_ms - 1.0).abs() < 0.05,
            "release: {measured_release_ms} for {release_ms} ms"
        );
        println!("{attack_ms} ms: {measured_ms}, {release_ms} ms: {measured_release_ms}");
    }
}

/// The largest difference between two frames that follow each other.
fn steepest(samples: &[f32]) -> f32 {
    samples.windows(2).fold(0.0, |steepest, pair| steepest.max((pair[1] - pair[0]).abs()))
}

#[test]
fn no_parameter_steps_when_it_moves() {
    // Changes and switches take 20 ms.
    const FADE_FRAMES: f32 = 960.0;
    let moves = [
        ("threshold", "-50", "0"),
        ("ratio", "1", "inf"),
        ("knee", "0", "24"),
        ("attack", "0.05", "200"),
        ("release", "5", "2000"),
        ("look_ahead", "0", "7.5"),
        ("high_pass", "off", "on"),
        ("corner", "20", "1000"),
        ("listen", "off", "on"),
        ("auto_make_up", "off", "on"),
        ("make_up", "-12", "24"),
        ("mix", "0", "100"),
    ];
    // Whole turns, so that one second follows the other.
    let second = sine(100.0, -6.0, 1_000 * MS);
    for (id, from, to) in moves {
        let mut rig = Rig::new(&[("threshold", "-30"), ("attack", "0.05"), ("high_pass", "on"), (id, from)]);
        let mut before = rig.play(&second);
        for text in [to, from, to] {
            rig.set(id, text);
            let last = before[before.len() - 1];
            let after = rig.play(&second);
            let (steady_before, steady_after) = (&before[900 * MS..], &after[900 * MS..]);
            let louder = peak(steady_before).max(peak(steady_after));
            // A line in decibels is steepest where it is loudest; a fade goes between two sounds that may be opposed.
            let change = (peak(steady_after) / peak(steady_before)).ln().abs().max(2.0);
            let allowed = steepest(steady_before).max(steepest(steady_after)) + louder * change / FADE_FRAMES;
            let found = steepest(&[&[last], &after[..]].concat());
            assert!(found <= allowed, "{id} to {text}: a step of {found} where {allowed} is explained");
            before = after;
        }
    }
}

#[test]
fn with_look_ahead_no_attack_overshoots_by_more_than_is_left_of_it() {
    let settings = [("threshold", "-20"), ("ratio", "inf"), ("knee", "0"), ("attack", "1")];
    for (look_ahead, left) in [("0", 1.0), ("2", (-2.0_f32).exp()), ("5", (-5.0_f32).exp())] {
        let mut rig = Rig::new(&[&settings[..], &[("look_ahead", look_ahead)]].concat());
        rig.play(&sine(1_000.0, -40.0, 100 * MS));
        let output_db = db(peak(&rig.play(&sine(1_000.0, 0.0, 100 * MS))));
        let allowed_db = -20.0 + 20.0 * left;
        assert!(output_db < allowed_db + 0.1, "{look_ahead} ms: {output_db} dB, {allowed_db} at most");
        assert!(left < 1.0 || output_db > -10.0, "without look-ahead it does overshoot: {output_db} dB");
    }
}

#[test]
fn the_output_is_as_late_as_reported_and_dry_and_compressed_sound_are_in_step() {
    for (look_ahead, frames) in [("0", 0), ("5", 5 * MS), ("10", 10 * MS)] {
        for mix in ["0", "50", "100"] {
            let mut rig = Rig::new(&[("threshold", "-40"), ("look_ahead", look_ahead), ("mix", mix)]);
            let input = signs(-6.0, 500 * MS);
            let output = rig.play(&input);
            assert_eq!(rig.0.latency_samples() as usize, frames);
            // The same gain in every frame: any comb would make it depend on the signs before.
            let gains: Vec<f32> = output[400 * MS..]
                .iter()
                .zip(&input[400 * MS - frames..])
                .map(|(out, input)| out / input)
                .collect();
            let (first, largest) = (gains[0], peak(&gains));
            assert!(gains.iter().all(|gain| (gain / first - 1.0).abs() < 1e-4), "{look_ahead} ms, {mix} %");
            assert_eq!(largest > 0.99, mix == "0", "{largest}");
        }
    }
}

#[test]
fn the_side_chain_is_what_compresses_and_what_is_listened_to() {
    let (input, key) = (sine(500.0, -30.0, 200 * MS), sine(50.0, 0.0, 200 * MS));
    let output_db = |settings: &[(&str, &str)]| {
        let mut rig = Rig::with_channels(2, &[&[("threshold", "-20"), ("ratio", "4")], settings].concat());
        db(peak(&rig.play_with(&input, Some(&key))[150 * MS..]))
    };
    assert!((output_db(&[]) - -30.0).abs() < 0.01, "it listens to its input unless asked");
    assert!((output_db(&[("source", "side chain")]) - -45.0).abs() < 0.1);
    // 50 Hz is more than four octaves below the corner: 52 dB are gone.
    let filtered = [("source", "side chain"), ("high_pass", "on"), ("corner", "1000")];
    assert!((output_db(&filtered) - -30.0).abs() < 0.01);
    let listened_db = output_db(&[&filtered[..], &[("listen", "on")]].concat());
    assert!((listened_db - -52.0).abs() < 0.2, "{listened_db}");

    let mut rig = Rig::with_channels(2, &[("source", "side chain"), ("listen", "on"), ("look_ahead", "5")]);
    let heard = rig.play_with(&input, Some(&key));
    assert!(heard[5 * MS..] == key[..195 * MS], "what is listened to is late as well");

    let settings = [("threshold", "-40"), ("ratio", "inf"), ("knee", "0"), ("source", "side chain")];
    let mut rig = Rig::with_channels(0, &settings);
    let output = rig.play(&input);
    assert!((db(peak(&output[150 * MS..])) - -40.0).abs() < 0.1, "without a side chain it hears its input");
}

#[test]
fn auto_make_up_gives_back_half_of_what_full_scale_loses() {
    let mut rig = Rig::new(&[("threshold", "-24"), ("ratio", "inf"), ("knee", "0"), ("auto_make_up", "on")]);
    let output = rig.play(&sine(1_000.0, -40.0, 100 * MS));
    assert!((db(peak(&output)) - (-40.0 + 12.0)).abs() < 0.01);
}

#[test]
fn what_is_no_number_is_silence_and_leaves_nothing_behind() {
    let settings = [("threshold", "-40"), ("source", "side chain"), ("high_pass", "on"), ("release", "20")];
    let mut rig = Rig::with_channels(2, &settings);
    let input = level(-6.0, 100 * MS);
    for broken in [f32::NAN, f32::INFINITY, f32::MAX] {
        let output = rig.play_with(&[broken; 10 * MS], Some(&[broken; 10 * MS]));
        assert!(output.iter().all(|sample| *sample == 0.0));
        let output = rig.play_with(&input, Some(&[0.0; 100 * MS]));
        assert!(output == input, "{broken} stays");
    }
    assert!(rig.play_with(&[0.0; MS], Some(&[0.0; MS])).iter().all(|sample| *sample == 0.0));
}
