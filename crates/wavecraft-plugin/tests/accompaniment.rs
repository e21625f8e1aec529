//! A musician plays notes into an instrument, routes a drum into a compressor's side chain, and sets a tempo: the DAW and
//! `render` give the same samples.

#![allow(unsafe_code, reason = "nice-plug's macro exports a symbol")]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::fs;
use std::path::{Path, PathBuf};

use plugin_test_support::clap_host::{ClapHost, Passage, Performance};
use wavecraft_plugin::nice_plug::nice_export_clap;
use wavecraft_plugin::prelude::*;
use wavecraft_plugin::{Exported, Hosted};
use wavecraft_standalone::{AccompanimentFiles, RenderJob, render};

#[derive(Parameters)]
struct NoParameters {}

macro_rules! plugin {
    ($plugin:ident, $id:literal, $vst3_id:literal, $kind:ident, { $($field:ident: $value:expr),* $(,)? }) => {
        impl Described for $plugin {
            const DESCRIPTION: Info = Info {
                name: stringify!($plugin),
                vendor: "Tests",
                clap_id: $id,
                vst3_id: *$vst3_id,
                $($field: $value,)*
                ..info!($kind)
            };
        }

        impl Exported for $plugin {
            wavecraft_plugin::__page_files!();
        }
    };
}

trait Described {
    const DESCRIPTION: Info;
}

/// A sine for each key, bent by two semitones, louder with pressure.
struct Sines {
    sample_rate_hz: f32,
    /// The velocity of each key that is held, and its phase in turns.
    voices: [(f32, f32); 128],
    bend_semitones: f32,
    pressure: f32,
}

impl Default for Sines {
    fn default() -> Self {
        Self { sample_rate_hz: 48_000.0, voices: [(0.0, 0.0); 128], bend_semitones: 0.0, pressure: 0.0 }
    }
}

plugin!(Sines, "test.sines", b"TestSines0000001", Instrument, {});

impl AudioPlugin for Sines {
    const INFO: Info = Self::DESCRIPTION;
    type Parameters = NoParameters;

    fn activate(&mut self, activation: &Activation, _: &NoParameters) {
        self.sample_rate_hz = activation.sample_rate_hz;
    }

    fn process(&mut self, block: &mut Block, _: &NoParameters) {
        for frame in 0..block.frames() {
            while let Some(event) = block.next_event_at(frame) {
                match event {
                    NoteEvent::NoteOn { key: Key::Number(key), velocity, .. } => {
                        self.voices[usize::from(key)] = (velocity, 0.0);
                    }
                    NoteEvent::NoteOff { key: Key::Number(key), .. } => {
                        self.voices[usize::from(key)].0 = 0.0;
                    }
                    NoteEvent::MidiPitchBend { value, .. } => self.bend_semitones = (value - 0.5) * 4.0,
                    NoteEvent::MidiChannelPressure { pressure, .. } => self.pressure = pressure,
                    _ => {}
                }
            }
            let mut sum = 0.0;
            for (key, (velocity, phase)) in (0_u8..).zip(&mut self.voices) {
                if *velocity > 0.0 {
                    let hertz = midi_key_to_freq(key) * 2.0_f32.powf(self.bend_semitones / 12.0);
                    *phase = (*phase + hertz / self.sample_rate_hz).fract();
                    sum += (std::f32::consts::TAU * *phase).sin() * *velocity * (1.0 + self.pressure) * 0.1;
                }
            }
            block.set_frame(frame, sum);
        }
    }
}

/// A compressor: the envelope of its side chain, or of itself, turns it down.
#[derive(Default)]
struct Compressor {
    envelope: f32,
}

plugin!(Compressor, "test.compressor", b"TestCompressor01", Effect, {
    layouts: &[Layout::effect(2).with_side_chain(2), Layout::effect(2)],
});

impl AudioPlugin for Compressor {
    const INFO: Info = Self::DESCRIPTION;
    type Parameters = NoParameters;

    fn process(&mut self, block: &mut Block, _: &NoParameters) {
        let side_chain = block.side_chain();
        let mut index = 0;
        block.for_each_frame(|frame| {
            let peak = |loudest: f32, sample: f32| loudest.max(sample.abs());
            let level = match side_chain {
                Some(channels) => channels.iter().map(|channel| channel[index]).fold(0.0, peak),
                None => frame.iter().copied().fold(0.0, peak),
            };
            self.envelope += (level - self.envelope) * if level > self.envelope { 0.05 } else { 0.001 };
            for sample in frame {
                *sample /= 1.0 + 4.0 * self.envelope;
            }
            index += 1;
        });
    }
}

/// Lets every second eighth note through, and hands on its notes an octave higher.
#[derive(Default)]
struct Chopper;

plugin!(Chopper, "test.chopper", b"TestChopper00001", Effect, {
    midi_input: MidiConfig::MidiCCs,
    midi_output: MidiConfig::MidiCCs,
});

impl AudioPlugin for Chopper {
    const INFO: Info = Self::DESCRIPTION;
    type Parameters = NoParameters;

    fn process(&mut self, block: &mut Block, _: &NoParameters) {
        let song = block.transport();
        let (beats, tempo_bpm) = (song.pos_beats().unwrap_or(0.0), song.tempo.unwrap_or(0.0));
        let beats_a_frame = tempo_bpm / 60.0 / f64::from(block.sample_rate_hz());
        let mut frames = 0.0;
        block.for_each_frame(|frame| {
            // A frame's thousandth early, so that no rounding decides.
            let eighth = ((beats + (frames + 0.001) * beats_a_frame) * 2.0).floor();
            if eighth.rem_euclid(2.0) > 0.5 {
                frame.fill(0.0);
            }
            frames += 1.0;
        });
        while let Some(mut event) = block.next_event() {
            if let NoteEvent::NoteOn { key: Key::Number(key), .. }
            | NoteEvent::NoteOff { key: Key::Number(key), .. } = &mut event
            {
                *key = (*key + 12).min(127);
            }
            if block.send_event(event).is_err() {
                break;
            }
        }
    }
}

type HostedSines = Hosted<Sines>;
type HostedCompressor = Hosted<Compressor>;
type HostedChopper = Hosted<Chopper>;
nice_export_clap!(HostedSines, HostedCompressor, HostedChopper);

/// The same sound, as far as single precision goes.
const SAME: f32 = 1e-6;

fn noise(frames: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from((state >> 16) as i16) / 65_536.0
    };
    (0..frames).map(|_| next()).collect()
}

fn write_wav(path: &Path, channels: [&[f32]; 2]) {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 48_000,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for (left, right) in channels[0].iter().zip(channels[1]) {
        writer.write_sample(*left).unwrap();
        writer.write_sample(*right).unwrap();
    }
    writer.finalize().unwrap();
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn job(&self, input: Option<PathBuf>, accompaniment: AccompanimentFiles) -> RenderJob {
        RenderJob {
            input,
            output: self.path("out.wav"),
            accompaniment,
            sample_rate_hz: 48_000,
            preset_values: std::collections::BTreeMap::default(),
            assignments: Vec::new(),
            tail_seconds: Some(0.0),
            block_frames: 512,
            format: None,
            channels: None,
        }
    }

    /// The two channels of what a rendering writes.
    fn rendered<P: Exported>(&self, job: &RenderJob) -> [Vec<f32>; 2] {
        render::<Hosted<P>>(job).expect("a rendering");
        let mut reader = hound::WavReader::open(self.path("out.wav")).unwrap();
        let samples: Vec<f32> = reader.samples::<f32>().map(Result::unwrap).collect();
        [0, 1].map(|channel| samples.iter().skip(channel).step_by(2).copied().collect())
    }
}

fn assert_same(host: &Performance, rendered: &[Vec<f32>; 2], what: &str) {
    for (host, rendered) in host.output.iter().zip(rendered) {
        assert_eq!(host.len(), rendered.len(), "{what}");
        let apart = host.iter().zip(rendered).map(|(host, rendered)| (host - rendered).abs());
        let largest = apart.fold(0.0_f32, f32::max);
        assert!(largest < SAME, "{what}: {largest} apart");
    }
}

/// A MIDI file at 48 ticks a beat and 120 beats a minute: a tick is 500 frames.
fn midi_file(messages: &[(usize, [u8; 3])]) -> Vec<u8> {
    let mut track = Vec::new();
    let mut last = 0;
    for (frame, message) in messages {
        track.push(((frame - last) / 500) as u8);
        track.extend(&message[..if (0xc0..0xe0).contains(&message[0]) { 2 } else { 3 }]);
        last = *frame;
    }
    track.extend([0, 0xff, 0x2f, 0]);
    let mut bytes = b"MThd\0\0\0\x06\0\0\0\x01\0\x30MTrk".to_vec();
    bytes.extend((track.len() as u32).to_be_bytes());
    bytes.extend(track);
    bytes
}

#[test]
fn an_instrument_sounds_in_render_as_in_a_host() {
    let midi = [
        (0, [0x90, 60, 100]),
        (500, [0x90, 64, 50]),
        (7_000, [0xe0, 0, 96]),
        (9_500, [0xd0, 100, 0]),
        (12_000, [0x80, 60, 0]),
        (20_000, [0xe0, 0, 64]),
        (24_000, [0x80, 64, 0]),
        (24_000, [0x90, 72, 127]),
        (48_000, [0x80, 72, 0]),
    ];
    let folder = Folder::new();
    fs::write(folder.path("song.mid"), midi_file(&midi)).unwrap();
    let files = AccompanimentFiles { midi: Some(folder.path("song.mid")), ..AccompanimentFiles::default() };
    let rendered = folder.rendered::<Sines>(&folder.job(None, files));
    let peak = rendered[0].iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    assert!(peak > 0.15, "{peak}");
    for block_frames in [17, 512, 4_096] {
        let mut host = ClapHost::linked(&clap_entry, "test.sines");
        let passage = Passage { frames: 48_000, block_frames, midi: &midi, ..Passage::default() };
        assert_same(&host.play(&passage), &rendered, &format!("blocks of {block_frames}"));
    }
}

#[test]
fn a_side_chain_is_heard_in_render_as_in_a_host() {
    let (input, drum) = (noise(24_000, 1), noise(24_000, 2));
    let drum: Vec<f32> = drum
        .iter()
        .enumerate()
        .map(|(frame, sample)| sample * if frame % 6_000 < 1_500 { 2.0 } else { 0.0 })
        .collect();
    let folder = Folder::new();
    write_wav(&folder.path("in.wav"), [&input, &input]);
    write_wav(&folder.path("drum.wav"), [&drum, &drum]);
    let files =
        AccompanimentFiles { side_chain: Some(folder.path("drum.wav")), ..AccompanimentFiles::default() };
    let rendered = folder.rendered::<Compressor>(&folder.job(Some(folder.path("in.wav")), files));
    assert!(rendered[0][1_000].abs() < 0.7 * input[1_000].abs(), "the drum turns it down");
    for block_frames in [17, 512, 4_096] {
        let mut host = ClapHost::linked(&clap_entry, "test.compressor");
        let passage = Passage {
            input: Some([&input, &input]),
            side_chain: Some([&drum, &drum]),
            frames: 24_000,
            block_frames,
            ..Passage::default()
        };
        assert_same(&host.play(&passage), &rendered, &format!("blocks of {block_frames}"));
    }
}

#[test]
fn the_tempo_is_followed_in_render_as_in_a_host() {
    let input = vec![0.5; 96_000];
    let folder = Folder::new();
    write_wav(&folder.path("in.wav"), [&input, &input]);
    let files = AccompanimentFiles { tempo_bpm: Some(90.0), ..AccompanimentFiles::default() };
    let rendered = folder.rendered::<Chopper>(&folder.job(Some(folder.path("in.wav")), files));
    // An eighth at 90 beats a minute is 16,000 frames.
    let heard = [0, 15_999, 16_000, 31_999, 32_000].map(|frame| rendered[0][frame] > 0.1);
    assert_eq!(heard, [true, true, false, false, true]);
    for block_frames in [17, 512, 4_096] {
        let mut host = ClapHost::linked(&clap_entry, "test.chopper");
        let passage = Passage {
            input: Some([&input, &input]),
            frames: 96_000,
            block_frames,
            tempo_bpm: Some(90.0),
            ..Passage::default()
        };
        assert_same(&host.play(&passage), &rendered, &format!("blocks of {block_frames}"));
    }
}

#[test]
fn notes_come_out_of_an_effect_at_their_frames() {
    let input = vec![0.0; 10_000];
    let midi: Vec<(usize, [u8; 3])> =
        (0..1_000).map(|index| (index * 10, [if index % 2 == 0 { 0x90 } else { 0x80 }, 60, 100])).collect();
    for block_frames in [17, 512, 4_096] {
        let mut host = ClapHost::linked(&clap_entry, "test.chopper");
        let passage = Passage {
            input: Some([&input, &input]),
            frames: 10_000,
            block_frames,
            midi: &midi,
            ..Passage::default()
        };
        let sent = host.play(&passage).midi;
        let expected: Vec<(usize, [u8; 3])> =
            midi.iter().map(|(frame, [status, ..])| (*frame, [*status, 72, 100])).collect();
        assert!(sent == expected, "blocks of {block_frames}: {} of {}", sent.len(), expected.len());
    }
}
