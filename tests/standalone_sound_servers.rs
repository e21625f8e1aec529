//! The standalone, live, while its sound server is killed and returns.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use wavecraft_tests::dev_server::PATIENCE;
use wavecraft_tests::jack_wire::JackWire;
use wavecraft_tests::listening::{next_second, wait_until_heard};
use wavecraft_tests::recording::rms_db;
use wavecraft_tests::sound_servers::{Jack, PulseAudio, RATE_HZ};
use wavecraft_tests::{bundles, priority, quadrature};

plugin_test_support::needs!(TestSound);

/// Blocks through which a busy machine's stalls are not heard, in frames: the tests are about levels.
const BLOCK_FRAMES: u32 = 4_096;

/// The program without its window. It ends with the test, even with one that fails.
struct Standalone {
    process: Child,
    warnings: PathBuf,
    _folder: TempDir,
}

impl Standalone {
    fn start(environment: &[(&'static str, String)], options: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("there is a temporary folder");
        let warnings = folder.path().join("warnings");
        let process = priority::command(bundles::program())
            .arg("--headless")
            .args(options)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::null())
            .stderr(File::create(&warnings).expect("the folder is ours"))
            .spawn()
            .expect("the program starts");
        Self { process, warnings, _folder: folder }
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.warnings).expect("the folder is ours")
    }

    /// Waits until it has noticed that its device is gone.
    fn wait_until_lost(&self) {
        let started = Instant::now();
        while !self.said().contains("the audio device has stopped; trying again") {
            assert!(started.elapsed() < PATIENCE, "it has not noticed, but said:\n{}", self.said());
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Standalone {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("the program has said:\n{}", self.said());
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn it_is_heard_as_before_when_a_pulseaudio_that_was_killed_returns() {
    let mut pulse = PulseAudio::start();
    let block_frames = BLOCK_FRAMES.to_string();
    let options = ["--backend", "system", "--input", "sine:1000", "--period-size", &block_frames];
    let standalone = Standalone::start(&pulse.environment(), &options);
    let level_db = |pulse: &PulseAudio| {
        let listening = pulse.listen();
        wait_until_heard(&listening);
        rms_db(&next_second(&listening))
    };
    let before_db = level_db(&pulse);

    pulse.kill();
    standalone.wait_until_lost();
    pulse.start_again();

    let after_db = level_db(&pulse);
    assert!((after_db - before_db).abs() < 0.1, "{before_db} dB, then {after_db} dB");
}

#[test]
fn it_is_heard_as_before_when_a_jack_that_was_killed_returns() {
    let mut jack = Jack::start(BLOCK_FRAMES);
    let standalone =
        Standalone::start(&jack.environment(), &["--backend", "jack", "--set", "output_gain=-6 dB"]);
    assert_heard_at_minus_6_db(&jack);

    jack.kill();
    standalone.wait_until_lost();
    jack.start_again();

    assert_heard_at_minus_6_db(&jack);
}

/// Plays a tone through the program under JACK, which turns it down by 6 dB.
fn assert_heard_at_minus_6_db(jack: &Jack) {
    // The first second is that of the fade.
    let frames = 3 * RATE_HZ as usize;
    let wire = JackWire::start(jack, 30, quadrature::frame);
    wire.wait_for(frames);
    let heard = wire.finish().frames;
    let heard = &heard[RATE_HZ as usize..];
    let is_at_level = |frame: &&[f32; 2]| (quadrature::level_db(**frame) + 6.0).abs() < 0.01;
    let at_level = heard.iter().filter(is_at_level).count();
    assert!(at_level as f64 > 0.9 * heard.len() as f64, "{at_level} of {} frames", heard.len());
}
