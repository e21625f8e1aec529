//! The audio without devices: test signals and files, on a timer. Devices are met in the tests that span crates.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use wavecraft_audio::{
    AudioEngine, AudioOptions, AudioOutput, AudioProblem, AudioProblemKind, BlockInput, BlockProcessor,
    EngineListener, EngineState, EngineStatus, PlayedMidi, Preparation, ProcessorSource, ReplaceError,
};
use wavecraft_metering::{LevelFrame, MeterReader};

const PATIENCE: Duration = Duration::from_secs(10);

/// What happens to the processors of a test.
#[derive(Clone)]
struct GainSource {
    alive: Arc<AtomicUsize>,
    made: Arc<AtomicUsize>,
    /// The bits of their gain.
    gain: Arc<AtomicU32>,
    /// The channels that are refused.
    refused_channels: Vec<usize>,
    is_limited: bool,
    has_failed: Arc<AtomicBool>,
}

impl Default for GainSource {
    fn default() -> Self {
        Self {
            alive: Arc::default(),
            made: Arc::default(),
            gain: Arc::new(AtomicU32::new(1.0_f32.to_bits())),
            refused_channels: Vec::new(),
            is_limited: false,
            has_failed: Arc::default(),
        }
    }
}

struct Gain {
    gain: Arc<AtomicU32>,
    alive: Arc<AtomicUsize>,
}

impl BlockProcessor for Gain {
    fn process(&mut self, channels: &mut [&mut [f32]], _: &BlockInput<'_>, _: &mut PlayedMidi) {
        let gain = f32::from_bits(self.gain.load(Ordering::Relaxed));
        channels.iter_mut().flat_map(|channel| channel.iter_mut()).for_each(|sample| *sample *= gain);
    }
}

impl Drop for Gain {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

impl ProcessorSource for GainSource {
    fn create(&mut self, preparation: Preparation) -> Result<Box<dyn BlockProcessor>, AudioProblem> {
        if self.refused_channels.contains(&preparation.channels) {
            return Err(AudioProblem::new(AudioProblemKind::ProcessorNotCreated, "not with me", None));
        }
        self.made.fetch_add(1, Ordering::Relaxed);
        self.alive.fetch_add(1, Ordering::Relaxed);
        Ok(Box::new(Gain { gain: Arc::clone(&self.gain), alive: Arc::clone(&self.alive) }))
    }

    fn limitation(&self) -> Option<AudioProblem> {
        let limitation = AudioProblem::new(AudioProblemKind::ProcessorIncompatible, "of an older make", None);
        self.is_limited.then_some(limitation)
    }

    fn failure(&self) -> Option<AudioProblem> {
        self.has_failed.load(Ordering::Relaxed).then(|| AudioProblem::other("panicked"))
    }
}

/// What the engine has reported last.
#[derive(Clone, Default)]
struct LastReports {
    status: Arc<Mutex<EngineStatus>>,
    meters: Arc<Mutex<Option<MeterReader>>>,
}

impl EngineListener for LastReports {
    fn status_changed(&mut self, status: &EngineStatus) {
        *self.status.lock().unwrap() = status.clone();
    }

    fn meters_changed(&mut self, reader: Option<MeterReader>) {
        *self.meters.lock().unwrap() = reader;
    }
}

impl LastReports {
    fn status(&self) -> EngineStatus {
        self.status.lock().unwrap().clone()
    }

    fn levels(&self) -> Option<LevelFrame> {
        self.meters.lock().unwrap().as_ref().and_then(MeterReader::drain)
    }

    fn wait_for(&self, is_right: impl Fn(&EngineStatus) -> bool) -> EngineStatus {
        let started = Instant::now();
        loop {
            let status = self.status();
            if is_right(&status) {
                return status;
            }
            assert!(started.elapsed() < PATIENCE, "{status:?}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn wait_for_levels(&self, is_right: impl Fn(&LevelFrame) -> bool) {
        let started = Instant::now();
        while !self.levels().as_ref().is_some_and(&is_right) {
            assert!(started.elapsed() < PATIENCE);
            thread::sleep(Duration::from_millis(5));
        }
    }
}

fn start(source: &GainSource, input: &str, output: &str) -> (AudioEngine, LastReports) {
    let options = AudioOptions {
        input: input.parse().unwrap(),
        output: output.parse().unwrap(),
        block_frames: Some(256),
        ..AudioOptions::default()
    };
    let reports = LastReports::default();
    let engine = AudioEngine::start(options, Box::new(source.clone()), Box::new(reports.clone())).unwrap();
    (engine, reports)
}

#[test]
fn a_test_signal_is_metered_without_any_device() {
    let source = GainSource::default();
    let (engine, reports) = start(&source, "sine:1000", "none");
    let status = reports.wait_for(|status| status.state == EngineState::InputOnly);
    assert_eq!((status.problem, status.sample_rate_hz, status.block_frames), (None, Some(48_000), Some(256)));
    assert_eq!(reports.status().route.input.as_deref(), Some("test signal: sine of 1000 Hz"));
    reports.wait_for_levels(|frame| (frame.output[0].peak - 0.25).abs() < 0.01);
    source.gain.store(0.5_f32.to_bits(), Ordering::Relaxed);
    reports.wait_for_levels(|frame| (frame.output[1].peak - 0.125).abs() < 0.01);
    engine.stop();
    assert_eq!((source.alive.load(Ordering::Relaxed), source.made.load(Ordering::Relaxed)), (0, 1));
    assert_eq!(reports.levels(), None);
}

#[test]
fn a_file_is_played_into_a_file_in_real_time() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("in.wav"), folder.path().join("out.wav"));
    write_ramp(&input, 4_800);
    let (engine, reports) =
        start(&GainSource::default(), &input.display().to_string(), &output.display().to_string());
    reports.wait_for(|status| status.state == EngineState::FullDuplex);
    let started = Instant::now();
    thread::sleep(Duration::from_secs(1));
    engine.stop();
    let elapsed_s = started.elapsed().as_secs_f64();
    let mut reader = hound::WavReader::open(&output).unwrap();
    let left: Vec<f32> = reader.samples::<f32>().step_by(2).map(Result::unwrap).collect();
    assert!((left.len() as f64 / 48_000.0 - elapsed_s).abs() < 0.3, "{} frames", left.len());
    let is_right = |(frame, sample): (usize, &f32)| sample.to_bits() == ramp(frame % 4_800).to_bits();
    assert!(left.iter().enumerate().all(is_right));
    assert_eq!(reports.status().overruns, 0);
}

#[test]
fn a_file_is_not_recorded_into_while_it_is_played() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.wav");
    write_ramp(&path, 4_800);
    let before = std::fs::read(&path).unwrap();
    let name = path.display().to_string();
    let (engine, reports) = start(&GainSource::default(), &name, &name);
    let status = reports.wait_for(|status| status.state == EngineState::Failed);
    assert!(status.problem.unwrap().message.ends_with("is what is played; record into another file"));
    engine.stop();
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_file_that_is_missing_is_played_once_it_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.wav");
    let (_engine, reports) = start(&GainSource::default(), &input.display().to_string(), "none");
    let status = reports.wait_for(|status| status.state == EngineState::Failed);
    assert!(status.problem.unwrap().message.contains("in.wav"));
    write_ramp(&input, 100);
    reports.wait_for(|status| status.state == EngineState::InputOnly);
}

#[test]
fn a_processor_without_stereo_is_run_in_mono() {
    let source = GainSource { refused_channels: vec![2], ..GainSource::default() };
    let (_engine, reports) = start(&source, "noise", "none");
    reports.wait_for_levels(|frame| frame.output[0].peak > 0.1 && frame.output[0] == frame.output[1]);
}

#[test]
fn a_processor_that_refuses_leaves_no_sound_and_no_levels() {
    let source = GainSource { refused_channels: vec![1, 2], ..GainSource::default() };
    let (engine, reports) = start(&source, "noise", "none");
    let status = reports.wait_for(|status| status.state == EngineState::Failed);
    assert_eq!(status.problem.unwrap().kind, AudioProblemKind::ProcessorNotCreated);
    assert_eq!(reports.levels(), None);
    engine.stop();
}

#[test]
fn a_processor_that_can_less_than_it_could_is_run_and_reported() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.wav").display().to_string();
    let (_engine, reports) =
        start(&GainSource { is_limited: true, ..GainSource::default() }, "noise", &output);
    let status = reports.wait_for(|status| status.state == EngineState::Degraded);
    assert_eq!(status.problem.unwrap().kind, AudioProblemKind::ProcessorIncompatible);
    reports.wait_for_levels(|frame| frame.output[0].peak > 0.1);
}

#[test]
fn a_processor_that_fails_while_it_runs_is_reported() {
    let source = GainSource::default();
    let (_engine, reports) = start(&source, "noise", "none");
    reports.wait_for(|status| status.state == EngineState::InputOnly);
    source.has_failed.store(true, Ordering::Relaxed);
    let status = reports.wait_for(|status| status.state == EngineState::Degraded);
    assert_eq!(status.problem.unwrap().message, "panicked");
}

#[test]
fn a_folder_is_no_recording() {
    let folder = tempfile::tempdir().unwrap();
    let options = AudioOptions {
        output: AudioOutput::File(folder.path().to_owned()),
        input: "noise".parse().unwrap(),
        ..AudioOptions::default()
    };
    let (source, reports) = (GainSource::default(), LastReports::default());
    let engine = AudioEngine::start(options, Box::new(source.clone()), Box::new(reports.clone())).unwrap();
    reports.wait_for(|status| status.state == EngineState::Failed);
    engine.stop();
    assert_eq!(source.alive.load(Ordering::Relaxed), 0);
}

/// A source that does not come back from making a processor until it is released.
struct Hanging(mpsc::Receiver<()>);

impl ProcessorSource for Hanging {
    fn create(&mut self, _: Preparation) -> Result<Box<dyn BlockProcessor>, AudioProblem> {
        let _ = self.0.recv();
        Err(AudioProblem::other("released"))
    }
}

#[test]
fn whoever_waits_for_a_replacement_hears_of_the_end_even_if_the_audio_hangs() {
    let (engine, reports) = start(&GainSource::default(), "noise", "none");
    reports.wait_for(|status| status.state == EngineState::InputOnly);
    let replacer = engine.replacer();
    let (release, released) = mpsc::channel();
    let replacing = thread::spawn(move || replacer.replace(Box::new(Hanging(released))));
    thread::sleep(Duration::from_millis(200));
    let started = Instant::now();
    engine.stop();
    assert_eq!(replacing.join().unwrap(), Err(ReplaceError::Stopped));
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    drop(release);
}

#[test]
fn several_may_ask_for_a_replacement_and_each_has_its_turn() {
    let (engine, reports) = start(&GainSource::default(), "sine:1000", "none");
    reports.wait_for(|status| status.state == EngineState::InputOnly);
    let sources: Vec<GainSource> = (0..3).map(|_| GainSource::default()).collect();
    let replacing: Vec<_> = sources
        .iter()
        .map(|source| {
            let (replacer, source) = (engine.replacer(), Box::new(source.clone()));
            thread::spawn(move || replacer.replace(source))
        })
        .collect();
    assert!(replacing.into_iter().all(|replacing| replacing.join().unwrap().is_ok()));
    let alive: Vec<usize> = sources.iter().map(|source| source.alive.load(Ordering::Relaxed)).collect();
    assert_eq!(alive.iter().sum::<usize>(), 1, "{alive:?}");
    assert!(sources.iter().all(|source| source.made.load(Ordering::Relaxed) == 1));
    engine.stop();
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
