//! The audio without devices: test signals and files, on a timer. Devices are met in the tests that span crates.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use wavecraft_dev_server::{
    AtomicParameterBridge, AudioOptions, AudioOutput, AudioServer, BlockProcessor, MeterTap, Preparation,
    ProcessorError, ProcessorSource, StatusBoard,
};
use wavecraft_ipc::{AudioDiagnosticCode, AudioPhase, AudioStatus, NormalizedValue};
use wavecraft_metering::MeterFrame;

const PATIENCE: Duration = Duration::from_secs(10);

/// What happens to the processors of a test.
#[derive(Clone, Default)]
struct Fate {
    alive: Arc<AtomicUsize>,
    made: Arc<AtomicUsize>,
    /// The channels that are refused.
    refused_channels: Vec<usize>,
    is_limited: bool,
    has_failed: Arc<AtomicBool>,
}

struct Gain {
    gain: f32,
    alive: Arc<AtomicUsize>,
}

impl BlockProcessor for Gain {
    fn set_parameters(&mut self, normalized: &[f32]) {
        self.gain = normalized[0];
    }

    fn process(&mut self, channels: &mut [&mut [f32]]) {
        channels.iter_mut().flat_map(|channel| channel.iter_mut()).for_each(|sample| *sample *= self.gain);
    }
}

impl Drop for Gain {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

fn problem(code: AudioDiagnosticCode, message: &str) -> ProcessorError {
    ProcessorError { code, message: message.to_owned(), hint: None }
}

impl ProcessorSource for Fate {
    fn create(
        &mut self,
        preparation: Preparation,
        _parameters: &[f32],
    ) -> Result<Box<dyn BlockProcessor>, ProcessorError> {
        if self.refused_channels.contains(&preparation.channels) {
            return Err(problem(AudioDiagnosticCode::ProcessorCreateFailed, "not with me"));
        }
        self.made.fetch_add(1, Ordering::Relaxed);
        self.alive.fetch_add(1, Ordering::Relaxed);
        Ok(Box::new(Gain { gain: 0.0, alive: Arc::clone(&self.alive) }))
    }

    fn limitation(&self) -> Option<ProcessorError> {
        self.is_limited.then(|| problem(AudioDiagnosticCode::VtableMissing, "of an older make"))
    }

    fn failure(&self) -> Option<ProcessorError> {
        let has_failed = self.has_failed.load(Ordering::Relaxed);
        has_failed.then(|| problem(AudioDiagnosticCode::Unknown, "panicked"))
    }
}

struct Running {
    audio: AudioServer,
    bridge: Arc<AtomicParameterBridge>,
    meters: MeterTap,
    board: StatusBoard,
}

fn start(fate: &Fate, input: &str, output: &str) -> Running {
    let options = AudioOptions {
        input: input.parse().unwrap(),
        output: output.parse().unwrap(),
        block_frames: Some(256),
        ..AudioOptions::default()
    };
    let bridge = Arc::new(AtomicParameterBridge::new([NormalizedValue::ONE]));
    let (meters, board) = (MeterTap::default(), StatusBoard::new(AudioPhase::Initializing));
    let processors = Box::new(fate.clone());
    let audio =
        AudioServer::start(options, processors, Arc::clone(&bridge), meters.clone(), board.clone()).unwrap();
    Running { audio, bridge, meters, board }
}

impl Running {
    fn wait_for(&self, is_right: impl Fn(&AudioStatus) -> bool) -> AudioStatus {
        let started = Instant::now();
        loop {
            let status = self.board.status();
            if is_right(&status) {
                return status;
            }
            assert!(started.elapsed() < PATIENCE, "{status:?}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn wait_for_levels(&self, is_right: impl Fn(&MeterFrame) -> bool) {
        let started = Instant::now();
        while !self.meters.drain().as_ref().is_some_and(&is_right) {
            assert!(started.elapsed() < PATIENCE);
            thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
fn a_test_signal_is_metered_without_any_device() {
    let fate = Fate::default();
    let running = start(&fate, "sine:1000", "none");
    let status = running.wait_for(|status| status.phase == AudioPhase::RunningInputOnly);
    assert_eq!(
        (status.diagnostic, status.sample_rate, status.buffer_size),
        (None, Some(48_000.0), Some(256))
    );
    assert_eq!(running.board.route().input.as_deref(), Some("test signal: sine of 1000 Hz"));
    running.wait_for_levels(|frame| (frame.output[0].peak - 0.25).abs() < 0.01);
    running.bridge.store(0, NormalizedValue::clamped(0.5));
    running.wait_for_levels(|frame| (frame.output[1].peak - 0.125).abs() < 0.01);
    running.audio.stop();
    assert_eq!((fate.alive.load(Ordering::Relaxed), fate.made.load(Ordering::Relaxed)), (0, 1));
    assert_eq!((running.meters.drain(), running.meters.latest()), (None, None));
}

#[test]
fn a_file_is_played_into_a_file_in_real_time() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("in.wav"), folder.path().join("out.wav"));
    write_ramp(&input, 4_800);
    let running = start(&Fate::default(), &input.display().to_string(), &output.display().to_string());
    running.wait_for(|status| status.phase == AudioPhase::RunningFullDuplex);
    let started = Instant::now();
    thread::sleep(Duration::from_secs(1));
    running.audio.stop();
    let elapsed_s = started.elapsed().as_secs_f64();
    let mut reader = hound::WavReader::open(&output).unwrap();
    let left: Vec<f32> = reader.samples::<f32>().step_by(2).map(Result::unwrap).collect();
    assert!((left.len() as f64 / 48_000.0 - elapsed_s).abs() < 0.3, "{} frames", left.len());
    let is_right = |(frame, sample): (usize, &f32)| sample.to_bits() == ramp(frame % 4_800).to_bits();
    assert!(left.iter().enumerate().all(is_right));
    assert_eq!(running.board.status().overruns, 0);
}

#[test]
fn a_file_that_is_missing_is_played_once_it_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.wav");
    let running = start(&Fate::default(), &input.display().to_string(), "none");
    let status = running.wait_for(|status| status.phase == AudioPhase::Failed);
    assert!(status.diagnostic.unwrap().message.contains("in.wav"));
    write_ramp(&input, 100);
    running.wait_for(|status| status.phase == AudioPhase::RunningInputOnly);
}

#[test]
fn a_plugin_without_stereo_is_run_in_mono() {
    let fate = Fate { refused_channels: vec![2], ..Fate::default() };
    let running = start(&fate, "noise", "none");
    running.wait_for_levels(|frame| frame.output[0].peak > 0.1 && frame.output[0] == frame.output[1]);
}

#[test]
fn a_plugin_that_refuses_leaves_no_sound_and_no_levels() {
    let fate = Fate { refused_channels: vec![1, 2], ..Fate::default() };
    let running = start(&fate, "noise", "none");
    let status = running.wait_for(|status| status.phase == AudioPhase::Failed);
    assert_eq!(status.diagnostic.unwrap().code, AudioDiagnosticCode::ProcessorCreateFailed);
    assert_eq!(running.meters.drain(), None);
    running.audio.stop();
}

#[test]
fn a_plugin_that_can_less_than_it_could_is_run_and_reported() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.wav").display().to_string();
    let running = start(&Fate { is_limited: true, ..Fate::default() }, "noise", &output);
    let status = running.wait_for(|status| status.phase == AudioPhase::Degraded);
    assert_eq!(status.diagnostic.unwrap().code, AudioDiagnosticCode::VtableMissing);
    running.wait_for_levels(|frame| frame.output[0].peak > 0.1);
}

#[test]
fn a_plugin_that_fails_while_it_runs_is_reported() {
    let fate = Fate::default();
    let running = start(&fate, "noise", "none");
    running.wait_for(|status| status.phase == AudioPhase::RunningInputOnly);
    fate.has_failed.store(true, Ordering::Relaxed);
    let status = running.wait_for(|status| status.phase == AudioPhase::Degraded);
    assert_eq!(status.diagnostic.unwrap().message, "panicked");
}

#[test]
fn a_folder_is_no_recording() {
    let folder = tempfile::tempdir().unwrap();
    let options = AudioOptions {
        output: AudioOutput::File(folder.path().to_owned()),
        input: "noise".parse().unwrap(),
        ..AudioOptions::default()
    };
    let board = StatusBoard::new(AudioPhase::Initializing);
    let bridge = Arc::new(AtomicParameterBridge::new([NormalizedValue::ONE]));
    let fate = Fate::default();
    let audio =
        AudioServer::start(options, Box::new(fate.clone()), bridge, MeterTap::default(), board.clone())
            .unwrap();
    let started = Instant::now();
    while board.status().phase != AudioPhase::Failed {
        assert!(started.elapsed() < PATIENCE);
        thread::sleep(Duration::from_millis(5));
    }
    audio.stop();
    assert_eq!(fate.alive.load(Ordering::Relaxed), 0);
}

fn ramp(frame: usize) -> f32 {
    frame as f32 / 10_000.0
}

fn write_ramp(path: &Path, frames: usize) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 48_000,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    // Written aside and moved: a reader never meets half a file.
    let aside = path.with_extension("part");
    let mut writer = hound::WavWriter::create(&aside, spec).unwrap();
    (0..frames).for_each(|frame| writer.write_sample(ramp(frame)).unwrap());
    writer.finalize().unwrap();
    std::fs::rename(aside, path).unwrap();
}
