//! Notes, transport and side chain through the whole engine, on a timer and into files.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use wavecraft_audio::{
    AudioEngine, AudioOptions, AudioOutput, AudioProblem, BlockInput, BlockProcessor, EngineListener,
    EngineState, EngineStatus, MidiEvent, MidiInput, PlayedMidi, Preparation, ProcessorSource,
};

const PATIENCE: Duration = Duration::from_secs(10);

/// What its processors have come to, together.
#[derive(Clone, Default)]
struct Instrument {
    /// The messages that they were given.
    events: Arc<AtomicUsize>,
    /// How many keys the newest of them holds.
    held: Arc<AtomicUsize>,
}

/// Puts out, on the left, a tenth for each key that is held and the first channel of the side chain, and on the right, where
/// the song is, in beats.
struct Voice {
    instrument: Instrument,
    held: [bool; 128],
    sample_rate_hz: f64,
}

impl BlockProcessor for Voice {
    fn process(&mut self, channels: &mut [&mut [f32]], input: &BlockInput<'_>, _: &mut PlayedMidi) {
        let [left, right] = channels else { return };
        let mut events = input.midi.iter().peekable();
        for frame in 0..left.len() {
            while let Some(event) = events.next_if(|event| event.frame as usize <= frame) {
                self.instrument.events.fetch_add(1, Ordering::Relaxed);
                match event.message() {
                    [0x90, key, velocity] => self.held[usize::from(*key)] = *velocity > 0,
                    [0x80, key, _] => self.held[usize::from(*key)] = false,
                    _ => {}
                }
            }
            let held = self.held.iter().filter(|is_held| **is_held).count();
            self.instrument.held.store(held, Ordering::Relaxed);
            let side = input.side_chain.first().map_or(0.0, |side| side[frame]);
            left[frame] = held as f32 * 0.1 + side;
            right[frame] = input.transport.after(frame as u64, self.sample_rate_hz).position_beats as f32;
        }
    }
}

impl ProcessorSource for Instrument {
    fn create(&mut self, preparation: Preparation) -> Result<Box<dyn BlockProcessor>, AudioProblem> {
        let sample_rate_hz = f64::from(preparation.sample_rate_hz);
        Ok(Box::new(Voice { instrument: self.clone(), held: [false; 128], sample_rate_hz }))
    }

    fn side_chain_channels(&self, _: usize) -> usize {
        2
    }

    fn takes_notes(&self) -> bool {
        true
    }
}

#[derive(Clone, Default)]
struct LastStatus(Arc<Mutex<EngineStatus>>);

impl EngineListener for LastStatus {
    fn status_changed(&mut self, status: &EngineStatus) {
        *self.0.lock().unwrap() = status.clone();
    }
}

impl LastStatus {
    fn wait_for(&self, is_right: impl Fn(&EngineStatus) -> bool) -> EngineStatus {
        let mut last = EngineStatus::default();
        wait_until(|| {
            last = self.0.lock().unwrap().clone();
            is_right(&last)
        });
        last
    }
}

fn wait_until(mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE);
        thread::sleep(Duration::from_millis(2));
    }
}

fn options(output: AudioOutput) -> AudioOptions {
    AudioOptions {
        input: "none".parse().unwrap(),
        output,
        midi: MidiInput::None,
        block_frames: Some(256),
        ..AudioOptions::default()
    }
}

fn start(options: AudioOptions) -> (AudioEngine, Instrument, LastStatus) {
    let (instrument, status) = (Instrument::default(), LastStatus::default());
    let engine = AudioEngine::start(options, Box::new(instrument.clone()), Box::new(status.clone())).unwrap();
    status.wait_for(|status| status.state != EngineState::Opening);
    (engine, instrument, status)
}

/// Records until `work` is done, and returns both channels.
fn record(mut options: AudioOptions, work: impl FnOnce(&AudioEngine, &LastStatus)) -> [Vec<f32>; 2] {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.wav");
    options.output = AudioOutput::File(path.clone());
    let (engine, _, status) = start(options);
    work(&engine, &status);
    engine.stop();
    channels_of(&path)
}

fn channels_of(path: &Path) -> [Vec<f32>; 2] {
    let mut reader = hound::WavReader::open(path).unwrap();
    let samples: Vec<f32> = reader.samples::<f32>().map(Result::unwrap).collect();
    [0, 1].map(|channel| samples.iter().copied().skip(channel).step_by(2).collect())
}

/// A MIDI file of one track at 96 ticks a beat, whose bytes these are, up to its end after so many ticks more.
fn write_song(path: &Path, track: &[u8], rest_ticks: u8) {
    let track = [track, &[rest_ticks, 0xff, 0x2f, 0]].concat();
    let mut bytes = b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk".to_vec();
    bytes.extend((track.len() as u32).to_be_bytes());
    std::fs::write(path, [bytes, track].concat()).unwrap();
}

#[test]
fn of_ten_thousand_messages_in_a_second_none_is_lost_and_no_note_hangs() {
    let (engine, instrument, status) = start(options(AudioOutput::None));
    let players: Vec<_> = (0..5_u8)
        .map(|player| {
            let mut connection = engine.midi_inputs().connect();
            thread::spawn(move || {
                for turn in 0..10 {
                    for key in 0..100 {
                        connection.play(MidiEvent::note_on(0, player, key, 1 + turn));
                        connection.play(MidiEvent::note_off(0, player, key, 0));
                    }
                    thread::sleep(Duration::from_millis(50));
                }
            })
        })
        .collect();
    for player in players {
        player.join().unwrap();
    }
    wait_until(|| instrument.events.load(Ordering::Relaxed) == 10_000);
    wait_until(|| instrument.held.load(Ordering::Relaxed) == 0);
    assert_eq!((engine.midi_inputs().lost_events(), status.0.lock().unwrap().lost_midi_events), (0, 0));
    engine.stop();
}

#[test]
fn a_note_goes_on_in_the_processor_that_takes_over_and_ends_when_it_is_let_go() {
    let [left, _] = record(options(AudioOutput::None), |engine, _| {
        let mut keyboard = engine.midi_inputs().connect();
        keyboard.play(MidiEvent::note_on(0, 0, 60, 100));
        thread::sleep(Duration::from_millis(100));
        let next = Instrument::default();
        engine.replacer().replace(Box::new(next.clone())).unwrap();
        wait_until(|| next.held.load(Ordering::Relaxed) == 1);
        keyboard.play(MidiEvent::note_off(0, 0, 60, 0));
        wait_until(|| next.held.load(Ordering::Relaxed) == 0);
        thread::sleep(Duration::from_millis(100));
    });
    let begin = left.iter().position(|sample| *sample > 0.0).unwrap();
    let end = left.iter().rposition(|sample| *sample > 0.0).unwrap();
    assert!(left[begin..=end].iter().all(|sample| (sample - 0.1).abs() < 1e-6));
    assert!(left.len() - end > 2_400, "silence after it was let go");
}

#[test]
fn a_midi_file_is_played_to_the_sample_from_bar_to_bar_at_its_tempo_or_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("song.mid");
    // At 240 beats a minute, in 1/4: a beat of 12,000 frames with a note for half of it.
    let tempo = [0, 0xff, 0x51, 3, 0x03, 0xd0, 0x90, 0, 0xff, 0x58, 4, 1, 2, 24, 8];
    write_song(&path, &[&tempo[..], &[0, 0x90, 60, 100, 48, 0x80, 60, 0]].concat(), 48);
    for (tempo_bpm, beat_frames) in [(None, 12_000), (Some(480.0), 6_000)] {
        let midi = MidiInput::File(path.clone());
        let options = AudioOptions { midi, tempo_bpm, ..options(AudioOutput::None) };
        let [left, right] = record(options, |_, status| {
            let notes = status.wait_for(|status| status.state == EngineState::FullDuplex).notes;
            assert!(notes.unwrap().ends_with("song.mid, again and again"));
            thread::sleep(Duration::from_millis(900));
        });
        assert!(left.len() > 30_000);
        for (frame, (sample, beats)) in left.iter().zip(&right).enumerate() {
            let in_beat = frame % beat_frames;
            let expected = if in_beat < beat_frames / 2 { 0.1 } else { 0.0 };
            assert!((sample - expected).abs() < 1e-6, "{frame}: {sample}");
            assert!((beats - in_beat as f32 / beat_frames as f32).abs() < 1e-4, "{frame}: {beats}");
        }
    }
}

#[test]
fn without_a_song_the_transport_plays_from_zero_at_the_tempo_that_was_asked_for() {
    let options = AudioOptions { tempo_bpm: Some(90.0), ..options(AudioOutput::None) };
    let [_, beats] = record(options, |_, _| thread::sleep(Duration::from_millis(500)));
    assert!(beats.len() > 10_000);
    for (frame, beats) in beats.iter().enumerate() {
        assert!((beats - frame as f32 / 32_000.0).abs() < 1e-5, "{frame}: {beats}");
    }
}

#[test]
fn a_midi_file_that_cannot_be_played_is_said_and_played_once_it_can() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("song.mid");
    let options = AudioOptions { midi: MidiInput::File(path.clone()), ..options(AudioOutput::None) };
    let (engine, instrument, status) = start(options);
    let failed = status.wait_for(|status| status.state == EngineState::Failed);
    assert!(failed.problem.unwrap().message.contains("song.mid"));
    let aside = folder.path().join("aside");
    write_song(&aside, &[0, 0x90, 60, 100], 96);
    std::fs::rename(aside, path).unwrap();
    wait_until(|| instrument.held.load(Ordering::Relaxed) == 1);
    engine.stop();
}

#[test]
fn a_side_chain_is_a_test_signal_or_a_file_again_and_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("side.wav");
    write_ramp(&path);
    let of_file = AudioOptions {
        side_chain: path.display().to_string().parse().unwrap(),
        ..options(AudioOutput::None)
    };
    let [left, _] = record(of_file, |_, status| {
        let route = status.wait_for(|status| status.state == EngineState::FullDuplex).route;
        assert!(route.side_chain.unwrap().ends_with("side.wav, again and again"));
        thread::sleep(Duration::from_millis(300));
    });
    assert!(left.len() > 4_800);
    assert!(left.iter().enumerate().all(|(frame, sample)| sample.to_bits() == ramp(frame % 1_000).to_bits()));

    let of_signal = AudioOptions { side_chain: "sine:1000".parse().unwrap(), ..options(AudioOutput::None) };
    let [left, _] = record(of_signal, |_, _| thread::sleep(Duration::from_millis(200)));
    let peak = left.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    assert!((peak - 0.25).abs() < 1e-3, "{peak}");
}

#[test]
fn a_side_chain_that_is_missing_is_silence_and_said_and_heard_once_it_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("side.wav");
    let missing = AudioOptions {
        side_chain: path.display().to_string().parse().unwrap(),
        ..options(AudioOutput::None)
    };
    let (engine, instrument, status) = start(missing);
    let running = status.wait_for(|status| status.state == EngineState::InputOnly);
    let problem = running.problem.unwrap();
    assert!(problem.message.starts_with("the side chain is silent: cannot read "), "{problem}");
    let mut keyboard = engine.midi_inputs().connect();
    keyboard.play(MidiEvent::note_on(0, 0, 60, 100));
    wait_until(|| instrument.held.load(Ordering::Relaxed) == 1);
    write_ramp(&path);
    status.wait_for(|status| status.problem.is_none());
    engine.stop();
}

#[test]
fn a_side_chain_of_channels_that_no_device_has_is_said() {
    let asked = AudioOptions { side_chain: "3,4".parse().unwrap(), ..options(AudioOutput::None) };
    let (engine, _, status) = start(asked);
    let problem = status.wait_for(|status| status.problem.is_some()).problem.unwrap();
    assert!(problem.message.contains("no input device is heard"), "{problem}");
    engine.stop();
}

fn ramp(frame: usize) -> f32 {
    frame as f32 / 10_000.0
}

fn write_ramp(path: &Path) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 48_000,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    // Written aside and moved: a reader never meets half a file.
    let aside = path.with_extension("part");
    let mut writer = hound::WavWriter::create(&aside, spec).unwrap();
    (0..1_000).for_each(|frame| writer.write_sample(ramp(frame)).unwrap());
    writer.finalize().unwrap();
    std::fs::rename(aside, path).unwrap();
}
