//! Rendering sound files: every format comes out as it went in, and what goes wrong leaves nothing behind.

#![allow(clippy::float_cmp, reason = "samples pass through unchanged, to the bit")]

use std::fs;
use std::path::{Path, PathBuf};

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use tempfile::TempDir;
use wavecraft_audio::{SampleFormat as WavFormat, SoundFileError};
use wavecraft_standalone::{AccompanimentFiles, RenderError, RenderJob, RenderReport, render};
use wavecraft_test_plugins::DelayedGain;

type Gain = DelayedGain<true>;

const FRAMES: usize = 2_500;

fn spec(format: WavFormat, channels: u16, sample_rate: u32) -> WavSpec {
    let (bits_per_sample, sample_format) = match format {
        WavFormat::I16 => (16, SampleFormat::Int),
        WavFormat::I24 => (24, SampleFormat::Int),
        WavFormat::I32 => (32, SampleFormat::Int),
        WavFormat::F32 => (32, SampleFormat::Float),
    };
    WavSpec { channels, sample_rate, bits_per_sample, sample_format }
}

/// Interleaved noise that a 32-bit float holds exactly in every format.
fn noise(samples: usize) -> Vec<f32> {
    let mut seed = 1_u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from((seed >> 16) as i16) / 32_768.0
    };
    (0..samples).map(|_| next()).collect()
}

fn write_wav(path: &Path, spec: WavSpec, samples: &[f32]) {
    let mut writer = WavWriter::create(path, spec).expect("a file to write");
    for &sample in samples {
        match spec.sample_format {
            SampleFormat::Float => writer.write_sample(sample),
            SampleFormat::Int => writer
                .write_sample((f64::from(sample) * f64::from(1_u32 << (spec.bits_per_sample - 1))) as i32),
        }
        .expect("a sample to write");
    }
    writer.finalize().expect("a header to write");
}

fn read_wav(path: &Path) -> (WavSpec, Vec<f32>) {
    let mut reader = WavReader::open(path).expect("a file to read");
    let spec = reader.spec();
    let samples = match spec.sample_format {
        SampleFormat::Float => reader.samples::<f32>().map(|sample| sample.expect("a sample")).collect(),
        SampleFormat::Int => {
            let scale = f64::from(1_u32 << (spec.bits_per_sample - 1));
            let samples = reader.samples::<i32>();
            samples.map(|sample| (f64::from(sample.expect("a sample")) / scale) as f32).collect()
        }
    };
    (spec, samples)
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn job(&self, settings: &[&str]) -> RenderJob {
        RenderJob {
            input: Some(self.path("in.wav")),
            accompaniment: AccompanimentFiles::default(),
            sample_rate_hz: 48_000,
            output: self.path("out.wav"),
            assignments: settings.iter().map(|text| text.parse().expect("an assignment")).collect(),
            tail_seconds: None,
            block_frames: 512,
            format: None,
        }
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("a folder to read");
        let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
        let mut names: Vec<String> =
            entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Renders what must fail, and checks that the folder is as it was.
    fn failure(&self, job: &RenderJob) -> RenderError {
        let contents = || self.names().into_iter().map(|name| (fs::read(self.path(&name)).ok(), name));
        let before: Vec<_> = contents().collect();
        let error = render::<Gain>(job).expect_err("a rendering that must fail");
        assert_eq!(contents().collect::<Vec<_>>(), before, "{error}");
        error
    }
}

fn rendered(job: &RenderJob) -> RenderReport {
    render::<Gain>(job).expect("a rendering")
}

#[test]
fn every_format_comes_out_as_it_went_in() {
    for format in [WavFormat::I16, WavFormat::I24, WavFormat::I32, WavFormat::F32] {
        for (channels, sample_rate) in [(1, 22_050), (2, 48_000), (2, 384_000)] {
            let folder = Folder::new();
            let spec = spec(format, channels, sample_rate);
            let samples = noise(FRAMES * usize::from(channels));
            write_wav(&folder.path("in.wav"), spec, &samples);
            let report = rendered(&folder.job(&[]));
            assert_eq!((report.frames, report.format, report.clipped_samples), (FRAMES as u64, format, 0));
            assert_eq!(read_wav(&folder.path("out.wav")), (spec, samples), "{spec:?}");
            assert_eq!(folder.names(), ["in.wav", "out.wav"]);
        }
    }
}

#[test]
fn the_latency_is_taken_out_whatever_the_block_size() {
    for block_frames in [1, 17, 512, 4_096, 10_000] {
        for delay in [0, 1, 511, 512, 513, 4_096] {
            let folder = Folder::new();
            let samples = noise(FRAMES * 2);
            write_wav(&folder.path("in.wav"), spec(WavFormat::F32, 2, 48_000), &samples);
            let settings = format!("delay={delay}");
            rendered(&RenderJob { block_frames, ..folder.job(&[&settings]) });
            assert_eq!(
                read_wav(&folder.path("out.wav")).1,
                samples,
                "delay {delay}, blocks of {block_frames}"
            );
        }
    }
}

#[test]
fn a_tail_goes_on_after_the_input() {
    let folder = Folder::new();
    let samples = noise(FRAMES);
    write_wav(&folder.path("in.wav"), spec(WavFormat::F32, 1, 10_000), &samples);
    let report = rendered(&RenderJob { tail_seconds: Some(0.1), ..folder.job(&["delay=100"]) });
    assert_eq!(report.frames, FRAMES as u64 + 1_000);
    let output = read_wav(&folder.path("out.wav")).1;
    assert_eq!(output[..FRAMES], samples);
    assert_eq!(output[FRAMES..], [0.0; 1_000]);
}

#[test]
fn settings_are_applied_before_the_first_sample() {
    let folder = Folder::new();
    write_wav(&folder.path("in.wav"), spec(WavFormat::F32, 1, 48_000), &[0.5; 100]);
    rendered(&folder.job(&["gain=6", "polarity=inverted", "trim=0.5", "gain=-6.0 dB"]));
    let expected = -0.25 * 10.0_f32.powf(-6.0 / 20.0);
    let output = read_wav(&folder.path("out.wav")).1;
    assert!(output.iter().all(|sample| (sample - expected).abs() < 1.0e-6), "{}", output[0]);
}

#[test]
fn other_formats_can_be_asked_for_and_clipping_is_counted() {
    let folder = Folder::new();
    write_wav(&folder.path("in.wav"), spec(WavFormat::F32, 1, 48_000), &[0.5, -0.5, 0.75, -0.75, 0.0]);
    let report = rendered(&RenderJob { format: Some(WavFormat::I16), ..folder.job(&["gain=6"]) });
    assert_eq!((report.format, report.clipped_samples), (WavFormat::I16, 2));
    let (spec, samples) = read_wav(&folder.path("out.wav"));
    assert_eq!(spec.bits_per_sample, 16);
    assert_eq!(samples[2..], [32_767.0 / 32_768.0, -1.0, 0.0]);
}

#[test]
fn a_file_can_be_rendered_onto_itself() {
    let folder = Folder::new();
    write_wav(&folder.path("in.wav"), spec(WavFormat::I24, 2, 48_000), &noise(FRAMES * 2));
    let job = RenderJob { output: folder.path("in.wav"), ..folder.job(&["mute=on"]) };
    rendered(&job);
    assert_eq!(read_wav(&folder.path("in.wav")).1, vec![0.0; FRAMES * 2]);
    assert_eq!(folder.names(), ["in.wav"]);
}

#[test]
fn a_file_without_sound_gives_one_with_the_tail_alone() {
    let folder = Folder::new();
    write_wav(&folder.path("in.wav"), spec(WavFormat::I16, 2, 48_000), &[]);
    assert_eq!(rendered(&folder.job(&[])).frames, 0);
    assert_eq!(read_wav(&folder.path("out.wav")).1, [0.0; 0]);
    assert_eq!(rendered(&RenderJob { tail_seconds: Some(1.0), ..folder.job(&[]) }).frames, 48_000);
}

#[test]
fn a_file_cut_short_anywhere_is_an_error() {
    let folder = Folder::new();
    write_wav(&folder.path("in.wav"), spec(WavFormat::I24, 2, 48_000), &noise(FRAMES * 2));
    let whole = fs::read(folder.path("in.wav")).unwrap();
    let header = whole.len() - FRAMES * 6;
    fs::write(folder.path("out.wav"), "what was here before").unwrap();
    for length in (0..header).chain([header, header + 1, header + 6, whole.len() / 2, whole.len() - 1]) {
        fs::write(folder.path("in.wav"), &whole[..length]).unwrap();
        let error = folder.failure(&folder.job(&[]));
        let frames = length.saturating_sub(header) as u64 / 6;
        match error {
            RenderError::File(SoundFileError::Malformed { .. }) => assert!(length < header, "{length}"),
            RenderError::File(SoundFileError::EndsEarly { expected: 2_500, found, .. }) => {
                assert_eq!(found, frames);
            }
            error => panic!("{length} bytes: {error}"),
        }
    }
}

#[test]
fn files_that_cannot_be_used_are_named_with_the_reason() {
    let folder = Folder::new();
    let message = |job: &RenderJob| folder.failure(job).to_string();
    assert!(message(&folder.job(&[])).starts_with("cannot read "));

    fs::write(folder.path("in.wav"), "ID3 this is no WAV file at all").unwrap();
    assert!(message(&folder.job(&[])).contains("is not a WAV file"));
    fs::write(folder.path("in.wav"), b"RF64\xff\xff\xff\xffWAVEds64").unwrap();
    assert!(message(&folder.job(&[])).contains("RF64"));

    let surround = spec(WavFormat::I16, 3, 48_000);
    write_wav(&folder.path("in.wav"), surround, &[0.0; 9]);
    assert!(message(&folder.job(&[])).contains("has 3 channels; supported are mono and stereo"));
    let bytes = WavSpec { bits_per_sample: 8, ..spec(WavFormat::I16, 1, 48_000) };
    write_wav(&folder.path("in.wav"), bytes, &[0.0; 9]);
    assert!(message(&folder.job(&[])).contains("has 8-bit samples"));
}

#[test]
fn outputs_that_cannot_be_written_are_left_alone() {
    let folder = Folder::new();
    write_wav(&folder.path("in.wav"), spec(WavFormat::I16, 1, 48_000), &noise(FRAMES));
    let to = |output: PathBuf| RenderJob { output, ..folder.job(&[]) };
    let error = folder.failure(&to(folder.path("no/such/folder/out.wav")));
    assert!(matches!(error, RenderError::NoFolder(_)), "{error}");
    fs::create_dir(folder.path("a folder")).unwrap();
    let error = folder.failure(&to(folder.path("a folder")));
    assert!(matches!(error, RenderError::NotAFile(_)), "{error}");
    let tail = RenderJob { tail_seconds: Some(3_600.0 * 24.0), ..to(folder.path("out.wav")) };
    let error = folder.failure(&tail);
    assert!(matches!(error, RenderError::File(SoundFileError::TooLarge { .. })), "{error}");
}

#[test]
fn wrong_settings_are_answered_before_anything_is_written() {
    let folder = Folder::new();
    write_wav(&folder.path("in.wav"), spec(WavFormat::I16, 1, 48_000), &noise(FRAMES));
    for setting in ["gian=3", "gain=loud", "gain=99", "mute=maybe"] {
        let error = folder.failure(&folder.job(&["trim=1", setting]));
        assert!(matches!(error, RenderError::Setting(_)), "{error}");
    }
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_device_is_never_replaced() {
        let folder = Folder::new();
        write_wav(&folder.path("in.wav"), spec(WavFormat::I16, 1, 48_000), &noise(FRAMES));
        let job = RenderJob { output: PathBuf::from("/dev/null"), ..folder.job(&[]) };
        assert!(matches!(folder.failure(&job), RenderError::NotAFile(_)));
    }

    #[test]
    fn through_a_link_the_file_behind_it_is_replaced() {
        let folder = Folder::new();
        write_wav(&folder.path("in.wav"), spec(WavFormat::I16, 1, 48_000), &noise(FRAMES));
        fs::write(folder.path("target.wav"), "old").unwrap();
        symlink(folder.path("target.wav"), folder.path("out.wav")).unwrap();
        rendered(&folder.job(&[]));
        assert!(folder.path("out.wav").is_symlink());
        assert_eq!(read_wav(&folder.path("target.wav")).1.len(), FRAMES);
    }

    #[test]
    fn the_output_is_as_readable_as_any_new_file() {
        let folder = Folder::new();
        write_wav(&folder.path("in.wav"), spec(WavFormat::I16, 1, 48_000), &noise(FRAMES));
        rendered(&folder.job(&[]));
        let mode = |name: &str| fs::metadata(folder.path(name)).unwrap().permissions().mode();
        assert_eq!(mode("out.wav"), mode("in.wav"));
    }
}
