//! Rendering with notes, a side chain and a tempo.

#![allow(clippy::float_cmp, reason = "samples pass through unchanged, to the bit")]

use std::fs;
use std::path::{Path, PathBuf};

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use nice_plug::prelude::{Plugin, ProcessMode};
use tempfile::TempDir;
use wavecraft_nice_plug::driver::{Activation, BlockInput, HeadlessPlugin, MidiEvent};
use wavecraft_standalone::{AccompanimentFiles, RenderError, RenderJob, render};
use wavecraft_test_plugins::DelayedGain;
use wavecraft_test_plugins::ducker::Ducker;
use wavecraft_test_plugins::song_position::{SCALE, SongPosition};
use wavecraft_test_plugins::tone::Tone;

const RATE_HZ: u32 = 48_000;

/// A MIDI file of one track with 96 ticks a beat: deltas and messages.
fn midi_file(events: &[(u8, &[u8])]) -> Vec<u8> {
    let mut track = Vec::new();
    for (delta, message) in events {
        track.push(*delta);
        track.extend(*message);
    }
    track.extend([0, 0xff, 0x2f, 0]);
    let mut bytes = b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk".to_vec();
    bytes.extend((track.len() as u32).to_be_bytes());
    bytes.extend(track);
    bytes
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A job without input.
    fn job(&self) -> RenderJob {
        RenderJob {
            input: None,
            output: self.path("out.wav"),
            accompaniment: AccompanimentFiles::default(),
            sample_rate_hz: RATE_HZ,
            preset_values: std::collections::BTreeMap::default(),
            assignments: Vec::new(),
            tail_seconds: None,
            block_frames: 512,
            format: None,
            channels: None,
        }
    }

    fn song_job(&self, events: &[(u8, &[u8])]) -> RenderJob {
        let midi = self.path("song.mid");
        fs::write(&midi, midi_file(events)).expect("a file to write");
        let accompaniment = AccompanimentFiles { midi: Some(midi), ..AccompanimentFiles::default() };
        RenderJob { accompaniment, ..self.job() }
    }

    /// A job with a side chain, on files of these channels.
    fn side_chain_job(&self, input: &[&[f32]], side_chain: &[&[f32]], side_chain_hz: u32) -> RenderJob {
        write_wav(&self.path("in.wav"), input, RATE_HZ);
        write_wav(&self.path("key.wav"), side_chain, side_chain_hz);
        let side_chain = Some(self.path("key.wav"));
        let accompaniment = AccompanimentFiles { side_chain, ..AccompanimentFiles::default() };
        RenderJob { input: Some(self.path("in.wav")), accompaniment, ..self.job() }
    }

    /// The channels of what a rendering writes.
    fn rendered<P: Plugin>(&self, job: &RenderJob) -> Vec<Vec<f32>> {
        let report = render::<P>(job).expect("a rendering");
        let mut reader = WavReader::open(self.path("out.wav")).expect("a file to read");
        let samples: Vec<f32> = reader.samples::<f32>().map(|sample| sample.expect("a sample")).collect();
        let channels: Vec<Vec<f32>> = (0..report.channels)
            .map(|channel| samples.iter().skip(channel).step_by(report.channels).copied().collect())
            .collect();
        assert_eq!(channels[0].len() as u64, report.frames);
        channels
    }

    /// What a job that fails says; nothing is written then.
    fn failure<P: Plugin>(&self, job: &RenderJob) -> RenderError {
        let error = render::<P>(job).expect_err("a rendering that must fail");
        assert!(!self.path("out.wav").exists(), "{error}");
        error
    }
}

fn write_wav(path: &Path, channels: &[&[f32]], sample_rate: u32) {
    let sample_format = SampleFormat::Float;
    let spec = WavSpec { channels: channels.len() as u16, sample_rate, bits_per_sample: 32, sample_format };
    let mut writer = WavWriter::create(path, spec).expect("a file to write");
    for frame in 0..channels[0].len() {
        for channel in channels {
            writer.write_sample(channel[frame]).expect("a sample to write");
        }
    }
    writer.finalize().expect("a header to write");
}

/// A beat of A4, half a beat of rest, half a beat of E5 that is never let go.
const SONG: &[(u8, &[u8])] =
    &[(0, &[0x90, 69, 100]), (96, &[0x80, 69, 0]), (48, &[0x90, 76, 50]), (48, &[0xff, 0x01, 1, 65])];

#[test]
fn an_instrument_plays_a_song_as_it_does_for_a_host_and_ends_when_it_is_silent() {
    let folder = Folder::new();
    let job = folder.song_job(SONG);
    let rendered = folder.rendered::<Tone>(&job);

    let mut plugin = HeadlessPlugin::<Tone>::new();
    let activation = Activation {
        sample_rate_hz: RATE_HZ as f32,
        max_block_frames: 512,
        channels: 2,
        side_chain_channels: 0,
        process_mode: ProcessMode::Offline,
    };
    plugin.activate(activation).unwrap();
    let midi = [
        MidiEvent::note_on(0, 0, 69, 100),
        MidiEvent::note_off(24_000, 0, 69, 0),
        MidiEvent::note_on(36_000, 0, 76, 50),
        MidiEvent::note_off(48_000, 0, 76, 0),
    ];
    let frames = rendered[0].len();
    let mut expected = vec![vec![0.0; frames]; 2];
    let mut block: Vec<&mut [f32]> = expected.iter_mut().map(Vec::as_mut_slice).collect();
    plugin.process_block(&mut block, &BlockInput { midi: &midi, ..BlockInput::default() }).unwrap();
    assert!(rendered == expected);
    assert!((96_000..97_000).contains(&frames), "a second of silence after the song: {frames}");
    let loud = |range: std::ops::Range<usize>| rendered[0][range].iter().any(|sample| sample.abs() > 0.01);
    assert!(loud(0..24_000) && !loud(24_001..36_000) && loud(36_000..48_000) && !loud(48_001..frames));
}

#[test]
fn a_song_sounds_the_same_in_blocks_of_any_size_and_lasts_as_long_as_is_asked() {
    let folder = Folder::new();
    let job = RenderJob { tail_seconds: Some(0.25), ..folder.song_job(SONG) };
    let rendered = folder.rendered::<Tone>(&job);
    assert_eq!(rendered[0].len(), 60_000);
    for block_frames in [1, 17, 4_096, 65_536] {
        assert!(rendered == folder.rendered::<Tone>(&RenderJob { block_frames, ..job.clone() }));
    }
    let at_22_050 = folder.rendered::<Tone>(&RenderJob { sample_rate_hz: 22_050, ..job });
    assert_eq!(at_22_050[0].len(), 22_050 + 5_513);
}

#[test]
fn the_song_s_tempo_is_followed_to_the_frame() {
    let folder = Folder::new();
    // A beat at 120 a minute, two at 240, one at 60.
    let job = folder.song_job(&[
        (0, &[0x90, 69, 100]),
        (96, &[0xff, 0x51, 3, 0x03, 0xd0, 0x90]),
        (96, &[0x80, 69, 0]),
        (96, &[0xff, 0x51, 3, 0x0f, 0x42, 0x40]),
        (96, &[0x80, 69, 0]),
    ]);
    let job = RenderJob { tail_seconds: Some(0.0), block_frames: 1, ..job };
    let [left, right] = &folder.rendered::<SongPosition>(&job)[..] else { panic!("not stereo") };
    assert_eq!(left.len(), 24_000 + 24_000 + 48_000);
    for (frame, beats, tempo_bpm) in [
        (0, 0.0, 120.0),
        (12_000, 0.5, 120.0),
        (23_999, 0.999_958, 120.0),
        (24_000, 1.0, 240.0),
        (36_000, 2.0, 240.0),
        (48_000, 3.0, 60.0),
        (72_000, 3.5, 60.0),
    ] {
        assert!((left[frame] * SCALE - beats).abs() < 1e-4, "{} beats at frame {frame}", left[frame] * SCALE);
        assert!((right[frame] * SCALE - tempo_bpm).abs() < 1e-2, "frame {frame}");
    }
}

#[test]
fn a_tempo_may_be_asked_for() {
    let folder = Folder::new();
    let input = vec![0.0; 48_000];
    write_wav(&folder.path("in.wav"), &[&input, &input], RATE_HZ);
    let accompaniment = AccompanimentFiles { tempo_bpm: Some(90.0), ..AccompanimentFiles::default() };
    let job = RenderJob { input: Some(folder.path("in.wav")), accompaniment, ..folder.job() };
    let [left, right] = &folder.rendered::<SongPosition>(&job)[..] else { panic!("not stereo") };
    assert_eq!((left[0], right[0]), (0.0, 90.0 / SCALE));
    assert!((left[47_999] * SCALE - 1.5).abs() < 0.02);
}

#[test]
fn a_side_chain_is_heard_in_step_and_silent_after_its_end() {
    let folder = Folder::new();
    let input = vec![1.0; 3_000];
    let left: Vec<f32> = (0..2_000_u16).map(|frame| f32::from(frame) / 4_000.0).collect();
    let right = vec![0.0; 2_000];
    let expected: Vec<f32> =
        (0..3_000).map(|frame| 1.0 - left.get(frame).copied().unwrap_or_default()).collect();
    for side_chain in [&[&left[..], &right][..], &[&left]] {
        let job = folder.side_chain_job(&[&input, &input], side_chain, RATE_HZ);
        for block_frames in [17, 512, 8_192] {
            let rendered = folder.rendered::<Ducker>(&RenderJob { block_frames, ..job.clone() });
            assert!(rendered.iter().all(|channel| *channel == expected), "blocks of {block_frames}");
        }
    }
    let job = folder.side_chain_job(&[&input, &input], &[&left], RATE_HZ);
    let without = RenderJob { accompaniment: AccompanimentFiles::default(), ..job };
    assert_eq!(folder.rendered::<Ducker>(&without)[0], input, "an effect with a side chain runs without");
}

#[test]
fn a_side_chain_that_does_not_fit_is_refused_with_what_would_be_right() {
    let folder = Folder::new();
    let (input, key) = (vec![1.0; 100], vec![0.5; 100]);
    let job = folder.side_chain_job(&[&input, &input], &[&key, &key], 44_100);
    let error = folder.failure::<Ducker>(&job).to_string();
    assert!(error.contains("key.wav has 44100 Hz") && error.contains("48000 Hz; convert"), "{error}");
    let job = folder.side_chain_job(&[&input], &[&key, &key], RATE_HZ);
    let error = folder.failure::<Ducker>(&job).to_string();
    assert!(error.contains("key.wav has 2 channels, but that of Ducker has 1"), "{error}");
    let error = folder.failure::<DelayedGain<true>>(&job).to_string();
    assert!(error.contains("Delayed Gain has no side chain") && error.contains("--sidechain"), "{error}");
    fs::remove_file(folder.path("key.wav")).unwrap();
    assert!(folder.failure::<Ducker>(&job).to_string().contains("key.wav"));
}

#[test]
fn a_file_is_rendered_in_as_many_channels_as_the_plugin_has() {
    let folder = Folder::new();
    let channels: Vec<Vec<f32>> = (1..=8_u8).map(|channel| vec![f32::from(channel) / 16.0; 700]).collect();
    let input: Vec<&[f32]> = channels.iter().map(Vec::as_slice).collect();
    write_wav(&folder.path("in.wav"), &input, RATE_HZ);
    let job = RenderJob { input: Some(folder.path("in.wav")), ..folder.job() };
    assert_eq!(folder.rendered::<Ducker>(&job), channels);
    fs::remove_file(folder.path("out.wav")).unwrap();
    let error = folder.failure::<DelayedGain<true>>(&job).to_string();
    assert!(error.contains("8 channels") && error.contains("--channels"), "{error}");
}

#[test]
fn the_side_chain_is_not_written_over() {
    let folder = Folder::new();
    let (input, key) = (vec![1.0; 100], vec![0.5; 100]);
    let job = folder.side_chain_job(&[&input, &input], &[&key, &key], RATE_HZ);
    let job = RenderJob { output: folder.path("key.wav"), ..job };
    let error = folder.failure::<Ducker>(&job);
    assert!(matches!(&error, RenderError::WouldLose(path) if path.ends_with("key.wav")), "{error}");
    let job = RenderJob { output: folder.path("in.wav"), ..job };
    assert!(render::<Ducker>(&job).is_ok(), "the input may be, as without a side chain");
}

#[test]
fn what_makes_no_sense_together_is_refused_in_words() {
    let folder = Folder::new();
    let song = folder.song_job(SONG);
    assert!(matches!(folder.failure::<Ducker>(&song), RenderError::NoInput("Ducker")));
    let input = vec![1.0; 100];
    write_wav(&folder.path("in.wav"), &[&input, &input], RATE_HZ);
    let with_input = RenderJob { input: Some(folder.path("in.wav")), ..song.clone() };
    let error = folder.failure::<Tone>(&with_input).to_string();
    assert!(error.contains("Tone plays the song") && error.contains("in.wav"), "{error}");
    assert!(matches!(folder.failure::<Ducker>(&with_input), RenderError::TakesNoMidi("Ducker")));
    fs::write(folder.path("song.mid"), b"no song").unwrap();
    assert!(folder.failure::<Tone>(&song).to_string().contains("song.mid is no MIDI file"));
}
