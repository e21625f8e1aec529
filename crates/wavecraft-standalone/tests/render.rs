//! Rendering sound files: every format comes out as it went in, and what goes wrong leaves nothing behind.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]
#![allow(clippy::float_cmp, reason = "samples pass through unchanged, to the bit")]

use std::fs;
use std::path::{Path, PathBuf};

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use tempfile::TempDir;
use wavecraft_audio::{SampleFormat as WavFormat, SoundFileError, SoundFileWarning};
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
            preset_values: std::collections::BTreeMap::default(),
            assignments: settings.iter().map(|text| text.parse().expect("an assignment")).collect(),
            tail_seconds: None,
            block_frames: 512,
            format: None,
            channels: None,
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
        for (channels, sample_rate) in [(1, 1_000), (1, 22_050), (2, 48_000), (2, 768_000)] {
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
fn a_preset_counts_for_less_than_what_is_set_beside_it() {
    let folder = Folder::new();
    write_wav(&folder.path("in.wav"), spec(WavFormat::F32, 1, 48_000), &noise(FRAMES));
    let heard = |job: RenderJob| {
        rendered(&job);
        read_wav(&folder.path("out.wav"))
    };
    let value = |value| wavecraft_ipc::NormalizedValue::new(value).expect("a normalized value");
    let preset = || [("gain".to_owned(), value(1.0)), ("mute".to_owned(), value(1.0))].into();
    let with_preset = |settings: &[&str]| RenderJob { preset_values: preset(), ..folder.job(settings) };
    let loud = heard(folder.job(&["gain=24"]));
    assert!(heard(with_preset(&["mute=off"])) == loud, "the gain is the preset's");
    assert!(heard(with_preset(&[])) == heard(folder.job(&["mute=on"])) && loud != heard(with_preset(&[])));
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
fn a_file_cut_short_gives_what_is_there_and_a_warning_or_an_error_if_that_is_nothing() {
    let folder = Folder::new();
    let samples = noise(FRAMES * 2);
    write_wav(&folder.path("in.wav"), spec(WavFormat::I24, 2, 48_000), &samples);
    let whole = fs::read(folder.path("in.wav")).unwrap();
    let header = whole.len() - FRAMES * 6;
    fs::write(folder.path("out.wav"), "what was here before").unwrap();
    for length in 0..header + 6 {
        fs::write(folder.path("in.wav"), &whole[..length]).unwrap();
        match folder.failure(&folder.job(&[])) {
            RenderError::File(SoundFileError::Malformed { .. }) => assert!(length < header, "{length}"),
            RenderError::File(SoundFileError::NothingThere { promised: 2_500, .. }) => {}
            error => panic!("{length} bytes: {error}"),
        }
    }
    for length in [header + 6, whole.len() / 2, whole.len() - 1] {
        fs::write(folder.path("in.wav"), &whole[..length]).unwrap();
        let frames = (length - header) / 6;
        let report = rendered(&folder.job(&[]));
        let [SoundFileWarning::EndsEarly { promised: 2_500, found, .. }] = report.warnings[..] else {
            panic!("{length} bytes: {:?}", report.warnings);
        };
        assert_eq!(found, frames as u64);
        assert_eq!(read_wav(&folder.path("out.wav")).1, samples[..2 * frames]);
    }
}

/// A recording whose header was never completed.
fn unfinished(folder: &Folder, samples: &[f32]) {
    write_wav(&folder.path("in.wav"), spec(WavFormat::I24, 2, 48_000), samples);
    let mut bytes = fs::read(folder.path("in.wav")).unwrap();
    let data = bytes.len() - samples.len() * 3;
    bytes[data - 4..data].fill(0);
    fs::write(folder.path("in.wav"), bytes).unwrap();
}

#[test]
fn an_unfinished_recording_survives_being_rendered_onto_itself() {
    let folder = Folder::new();
    let samples = noise(FRAMES * 2);
    unfinished(&folder, &samples);
    let report = rendered(&RenderJob { output: folder.path("in.wav"), ..folder.job(&[]) });
    let [SoundFileWarning::Unfinished { promised: 0, found: 2_500, .. }] = report.warnings[..] else {
        panic!("{:?}", report.warnings);
    };
    assert_eq!(read_wav(&folder.path("in.wav")).1, samples);
}

#[test]
fn a_file_is_not_replaced_with_less_than_is_in_it() {
    let folder = Folder::new();
    write_wav(&folder.path("in.wav"), spec(WavFormat::I24, 2, 48_000), &noise(FRAMES * 2));
    let onto_itself = || RenderJob { output: folder.path("in.wav"), ..folder.job(&[]) };
    let error = folder.failure(&RenderJob { channels: Some(vec![1]), ..onto_itself() });
    assert!(matches!(error, RenderError::WouldLose(_)), "{error}");
    let mut bytes = fs::read(folder.path("in.wav")).unwrap();
    bytes.extend(b"recorded after the header was written");
    fs::write(folder.path("in.wav"), bytes).unwrap();
    let error = folder.failure(&onto_itself());
    assert!(error.to_string().ends_with("would lose it; render into another file"), "{error}");
    let report = rendered(&folder.job(&[]));
    assert!(matches!(report.warnings[..], [SoundFileWarning::GoesOn { found: 2_500, .. }]));
}

#[test]
fn some_of_the_channels_can_be_rendered() {
    let folder = Folder::new();
    let samples = noise(FRAMES * 6);
    write_wav(&folder.path("in.wav"), spec(WavFormat::I24, 6, 48_000), &samples);
    let of = |channels: &[usize]| RenderJob { channels: Some(channels.to_vec()), ..folder.job(&[]) };
    for channels in [&[1, 2][..], &[6, 3], &[4]] {
        assert_eq!(rendered(&of(channels)).channels, channels.len());
        let expected: Vec<f32> =
            samples.chunks(6).flat_map(|frame| channels.iter().map(|channel| frame[channel - 1])).collect();
        assert_eq!(read_wav(&folder.path("out.wav")).1, expected, "{channels:?}");
    }
    let error = render::<Gain>(&of(&[1, 7])).unwrap_err();
    assert!(error.to_string().ends_with("has no channel 7; its channels are 1 to 6"), "{error}");
}

#[test]
fn files_that_cannot_be_used_are_named_with_the_reason() {
    let folder = Folder::new();
    let message = |job: &RenderJob| folder.failure(job).to_string();
    assert!(message(&folder.job(&[])).starts_with("cannot read "));

    fs::write(folder.path("in.wav"), "ID3 this is no WAV file at all").unwrap();
    assert!(message(&folder.job(&[])).contains("is not a WAV file"));
    let pipe = RenderJob { input: Some("-".into()), ..folder.job(&[]) };
    assert_eq!(
        message(&pipe),
        "a rendering goes from file to file, not through `-`; for a file of that name, say ./-"
    );

    let surround = spec(WavFormat::I16, 3, 48_000);
    write_wav(&folder.path("in.wav"), surround, &[0.0; 9]);
    assert!(message(&folder.job(&[])).contains("has 3 channels; supported are mono and stereo; choose"));
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
    assert!(matches!(error, RenderError::Folder(_)), "{error}");
    let error = folder.failure(&to(PathBuf::from("-")));
    assert!(matches!(error, RenderError::StandardStream), "{error}");
    for name in ["out.flac", "out.MP3", "out.w64"] {
        let error = folder.failure(&to(folder.path(name)));
        assert!(matches!(error, RenderError::NotWav(_)), "{error}");
    }
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
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};

    use super::*;

    fn source() -> Folder {
        let folder = Folder::new();
        write_wav(&folder.path("in.wav"), spec(WavFormat::I16, 1, 48_000), &noise(FRAMES));
        folder
    }

    #[test]
    fn pipes_and_devices_are_left_alone() {
        let folder = source();
        let pipe = folder.0.path().with_extension("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for output in [PathBuf::from("/dev/null"), pipe.clone()] {
            let error = folder.failure(&RenderJob { output, ..folder.job(&[]) });
            assert!(matches!(error, RenderError::NotAFile(_)), "{error}");
        }
        fs::remove_file(pipe).unwrap();
    }

    #[test]
    fn through_a_link_the_file_behind_it_is_replaced() {
        let folder = source();
        fs::write(folder.path("target.wav"), "old").unwrap();
        symlink("target.wav", folder.path("out.wav")).unwrap();
        rendered(&folder.job(&[]));
        assert!(folder.path("out.wav").is_symlink());
        assert_eq!(read_wav(&folder.path("target.wav")).1.len(), FRAMES);
        // The file that a link names may be yet to come.
        fs::remove_file(folder.path("target.wav")).unwrap();
        rendered(&folder.job(&[]));
        assert!(folder.path("out.wav").is_symlink());
        assert_eq!(read_wav(&folder.path("target.wav")).1.len(), FRAMES);
    }

    #[test]
    fn links_that_go_round_are_an_error() {
        let folder = source();
        symlink("out.wav", folder.path("out.wav")).unwrap();
        let error = render::<Gain>(&folder.job(&[])).unwrap_err();
        assert!(error.to_string().contains("too many symbolic links"), "{error}");
    }

    #[test]
    fn all_names_of_a_file_go_on_meaning_the_same() {
        let folder = source();
        let old = vec![7; 1_000_000];
        fs::write(folder.path("out.wav"), &old).unwrap();
        fs::hard_link(folder.path("out.wav"), folder.path("also.wav")).unwrap();
        rendered(&folder.job(&[]));
        assert_eq!(read_wav(&folder.path("also.wav")).1, noise(FRAMES));
        assert_eq!(fs::metadata(folder.path("out.wav")).unwrap().nlink(), 2);
        assert_eq!(folder.names(), ["also.wav", "in.wav", "out.wav"]);
        // The input itself, under its other name.
        fs::hard_link(folder.path("in.wav"), folder.path("other.wav")).unwrap();
        rendered(&RenderJob { output: folder.path("other.wav"), ..folder.job(&["mute=on"]) });
        assert_eq!(read_wav(&folder.path("in.wav")).1, vec![0.0; FRAMES]);
    }

    #[test]
    fn the_output_is_as_readable_as_any_new_file() {
        let folder = source();
        rendered(&folder.job(&[]));
        let mode = |name: &str| fs::metadata(folder.path(name)).unwrap().permissions().mode();
        assert_eq!(mode("out.wav"), mode("in.wav"));
    }

    #[test]
    fn a_file_that_is_replaced_keeps_its_mode_and_its_owner() {
        let folder = source();
        let path = folder.path("out.wav");
        for mode in [0o600, 0o664, 0o640] {
            fs::write(&path, "old").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            // Only root may give files away; for all others the owner stays anyway.
            let _ = chown(&path, Some(1_234), Some(4_321));
            let before = fs::metadata(&path).unwrap();
            rendered(&folder.job(&[]));
            let after = fs::metadata(&path).unwrap();
            assert_eq!(after.permissions().mode() & 0o777, mode);
            assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
            fs::remove_file(&path).unwrap();
        }
    }

    #[test]
    fn a_file_that_is_read_only_is_left_alone() {
        let folder = source();
        for name in ["out.wav", "in.wav"] {
            fs::write(folder.path("out.wav"), "old").unwrap();
            let read_only = fs::Permissions::from_mode(0o444);
            fs::set_permissions(folder.path(name), read_only).unwrap();
            let error = folder.failure(&RenderJob { output: folder.path(name), ..folder.job(&[]) });
            assert!(matches!(error, RenderError::ReadOnly(_)), "{error}");
            fs::remove_file(folder.path("out.wav")).unwrap();
        }
    }
}
