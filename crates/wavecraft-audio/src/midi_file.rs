//! Standard MIDI files: their messages and their tempo, on the frames of a sound.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use midly::{Format, MetaMessage, MidiMessage, Smf, Timing, TrackEventKind};
use wavecraft_events::{MidiEvent, TransportInfo};

use crate::midi_state::MidiState;

/// The tempo of a file that says none, in microseconds a quarter note: 120 beats a minute.
const DEFAULT_QUARTER_US: f64 = 500_000.0;

/// The longest song, in seconds: a day.
const MAX_SECONDS: f64 = 86_400.0;

/// A song on the frames of a sound.
#[derive(Clone, Debug, PartialEq)]
pub struct Song {
    /// The messages, in the order of their frames, each with the frame in the song. Keys and pedals that the file holds at
    /// its end are let go there.
    pub events: Vec<(u64, MidiEvent)>,
    /// Where the song is at its first frame, and wherever tempo or time signature change.
    pub changes: Vec<(u64, TransportInfo)>,
    /// How long the file is.
    pub frames: u64,
    /// The same up to the end of its last bar, a bar at least: when it may begin anew.
    pub length_frames: u64,
    /// Messages that no plugin gets: system-exclusive ones, and whatever else is no channel message.
    pub left_out: u64,
}

/// Why a MIDI file is not played.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MidiFileError {
    /// It cannot be read.
    #[error("cannot read {}: {source}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no MIDI file, or one that is damaged.
    #[error("{} is no MIDI file that can be played: {reason}", .path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// There is nothing in it to play.
    #[error("{} has no notes or controllers; choose another file", .path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
}

/// A message of any track.
struct Message<'a> {
    tick: u64,
    kind: TrackEventKind<'a>,
}

impl Song {
    /// Reads a MIDI file (of format 0 or 1) for this sample rate. A tempo, in beats a minute, counts in place of the file's
    /// own. Not for the audio thread.
    ///
    /// # Errors
    ///
    /// Any [`MidiFileError`].
    pub fn read(path: &Path, sample_rate_hz: u32, tempo_bpm: Option<f64>) -> Result<Self, MidiFileError> {
        let malformed = |reason: String| MidiFileError::Malformed { path: path.to_owned(), reason };
        let bytes =
            fs::read(path).map_err(|source| MidiFileError::Unreadable { path: path.to_owned(), source })?;
        let file = Smf::parse(&bytes).map_err(|error| malformed(error.to_string()))?;
        check_whole(&bytes, &file).map_err(malformed)?;
        let mut clock = SongClock::new(file.header.timing, f64::from(sample_rate_hz), tempo_bpm);
        let mut song =
            Self { events: Vec::new(), changes: Vec::new(), frames: 0, length_frames: 0, left_out: 0 };
        song.changes.push((0, clock.transport));
        for message in merge(&file) {
            clock.go_to(message.tick);
            if clock.seconds > MAX_SECONDS {
                return Err(malformed("it lasts for more than a day".to_owned()));
            }
            let frame = clock.frame();
            song.frames = song.frames.max(frame);
            match message.kind {
                TrackEventKind::Midi { channel, message } => {
                    song.events.push((frame, channel_message(channel.as_int(), message)));
                }
                TrackEventKind::Meta(MetaMessage::Tempo(quarter_us))
                    if quarter_us.as_int() > 0 && tempo_bpm.is_none() =>
                {
                    clock.set_tempo(quarter_us.as_int().into());
                    song.changes.push((frame, clock.transport));
                }
                TrackEventKind::Meta(MetaMessage::TimeSignature(numerator, power, ..))
                    if numerator > 0 && power < 16 =>
                {
                    clock.set_time_signature(numerator.into(), 1 << power);
                    song.changes.push((frame, clock.transport));
                }
                TrackEventKind::Meta(_) => {}
                TrackEventKind::SysEx(_) | TrackEventKind::Escape(_) => song.left_out += 1,
            }
        }
        if song.events.is_empty() {
            return Err(MidiFileError::Empty { path: path.to_owned() });
        }
        if song.left_out > 0 {
            let left_out = song.left_out;
            tracing::warn!("{}: {left_out} system-exclusive messages are left out", path.display());
        }
        let mut state = MidiState::default();
        song.events.iter().for_each(|(_, event)| state.note(*event));
        song.events.extend(state.releases().map(|event| (song.frames, event)));
        song.length_frames = clock.end_of_bar().max(1);
        Ok(song)
    }
}

/// Whether all that the file promises is there.
fn check_whole(bytes: &[u8], file: &Smf<'_>) -> Result<(), String> {
    if file.header.format == Format::Sequential {
        return Err("it holds several songs (format 2); save the one to play as format 0 or 1".to_owned());
    }
    if let Timing::Metrical(ticks) = file.header.timing
        && ticks.as_int() == 0
    {
        return Err("it says that a beat has no ticks".to_owned());
    }
    let promised = bytes.get(10..12).map_or(0, |count| usize::from(count[0]) << 8 | usize::from(count[1]));
    if bytes.starts_with(b"MThd") && file.tracks.len() < promised {
        let found = file.tracks.len();
        return Err(format!("it is cut short: of {promised} tracks there are {found}"));
    }
    let ends = |track: &Vec<midly::TrackEvent<'_>>| {
        matches!(track.last().map(|event| event.kind), Some(TrackEventKind::Meta(MetaMessage::EndOfTrack)))
    };
    match file.tracks.iter().position(|track| !ends(track)) {
        Some(index) => Err(format!("it is damaged or cut short: track {} has no end", index + 1)),
        None => Ok(()),
    }
}

/// The messages of all tracks, by time; those at the same time in the order of the tracks.
fn merge<'a>(file: &Smf<'a>) -> Vec<Message<'a>> {
    let mut messages = Vec::new();
    for track in &file.tracks {
        let mut tick = 0;
        for event in track {
            tick += u64::from(event.delta.as_int());
            messages.push(Message { tick, kind: event.kind });
        }
    }
    messages.sort_by_key(|message| message.tick);
    messages
}

fn channel_message(channel: u8, message: MidiMessage) -> MidiEvent {
    let pitch_bend = |value: u16| [(value & 0x7f) as u8, (value >> 7) as u8];
    let (kind, data, length) = match message {
        MidiMessage::NoteOff { key, vel } => (0x80, [key.as_int(), vel.as_int()], 3),
        MidiMessage::NoteOn { key, vel } => (0x90, [key.as_int(), vel.as_int()], 3),
        MidiMessage::Aftertouch { key, vel } => (0xa0, [key.as_int(), vel.as_int()], 3),
        MidiMessage::Controller { controller, value } => (0xb0, [controller.as_int(), value.as_int()], 3),
        MidiMessage::ProgramChange { program } => (0xc0, [program.as_int(), 0], 2),
        MidiMessage::ChannelAftertouch { vel } => (0xd0, [vel.as_int(), 0], 2),
        MidiMessage::PitchBend { bend } => (0xe0, pitch_bend(bend.0.as_int()), 3),
    };
    MidiEvent { frame: 0, bytes: [kind | channel, data[0], data[1]], length }
}

/// Turns ticks into time.
struct SongClock {
    timing: Timing,
    sample_rate_hz: f64,
    quarter_us: f64,
    tick: u64,
    seconds: f64,
    /// Where the song is at the tick.
    transport: TransportInfo,
}

impl SongClock {
    fn new(timing: Timing, sample_rate_hz: f64, tempo_bpm: Option<f64>) -> Self {
        let transport = tempo_bpm.map_or_else(TransportInfo::default, TransportInfo::at_tempo);
        let quarter_us = tempo_bpm.map_or(DEFAULT_QUARTER_US, |tempo_bpm| 60e6 / tempo_bpm);
        Self { timing, sample_rate_hz, quarter_us, tick: 0, seconds: 0.0, transport }
    }

    fn go_to(&mut self, tick: u64) {
        let ticks = (tick - self.tick) as f64;
        let quarter_seconds = self.quarter_us / 1e6;
        let (seconds, beats) = match self.timing {
            Timing::Metrical(per_beat) => {
                let beats = ticks / f64::from(per_beat.as_int());
                (beats * quarter_seconds, beats)
            }
            Timing::Timecode(frames_a_second, per_frame) => {
                let seconds = ticks / f64::from(frames_a_second.as_f32()) / f64::from(per_frame.max(1));
                (seconds, seconds / quarter_seconds)
            }
        };
        self.tick = tick;
        self.seconds += seconds;
        self.transport.position_samples = self.frame() as i64;
        let transport = &mut self.transport;
        transport.position_beats += beats;
        let bars = ((transport.position_beats - transport.bar_start_beats) / transport.bar_beats()).floor();
        transport.bar_start_beats += bars * transport.bar_beats();
        transport.bar_number = transport.bar_number.saturating_add(bars as i32);
    }

    fn frame(&self) -> u64 {
        (self.seconds * self.sample_rate_hz).round() as u64
    }

    /// The frame at which the bar ends that the song is in, or has just ended if it is at its first beat and not the song's.
    fn end_of_bar(&self) -> u64 {
        let transport = &self.transport;
        let into_bar_beats = transport.position_beats - transport.bar_start_beats;
        // A beat that is not a whole number of ticks is never met exactly.
        let is_at_bar = into_bar_beats < 1e-6 && transport.position_beats > 0.0;
        let rest_beats = if is_at_bar { 0.0 } else { transport.bar_beats() - into_bar_beats };
        ((self.seconds + rest_beats * self.quarter_us / 1e6) * self.sample_rate_hz).round() as u64
    }

    fn set_tempo(&mut self, quarter_us: f64) {
        self.quarter_us = quarter_us;
        self.transport.tempo_bpm = 60e6 / quarter_us;
    }

    /// A new bar begins where the time signature changes.
    fn set_time_signature(&mut self, numerator: u32, denominator: u32) {
        let transport = &mut self.transport;
        if transport.position_beats > transport.bar_start_beats {
            transport.bar_start_beats = transport.position_beats;
            transport.bar_number = transport.bar_number.saturating_add(1);
        }
        transport.time_signature_numerator = numerator;
        transport.time_signature_denominator = denominator;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: u32 = 48_000;

    /// A file of this format and timing, with these tracks.
    fn file(format: u16, timing: [u8; 2], tracks: &[&[u8]]) -> Vec<u8> {
        let mut bytes = b"MThd\0\0\0\x06".to_vec();
        bytes.extend(format.to_be_bytes());
        bytes.extend((tracks.len() as u16).to_be_bytes());
        bytes.extend(timing);
        for track in tracks {
            bytes.extend(b"MTrk");
            bytes.extend((track.len() as u32).to_be_bytes());
            bytes.extend(*track);
        }
        bytes
    }

    fn parse(bytes: &[u8]) -> Result<Song, MidiFileError> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("song.mid");
        fs::write(&path, bytes).expect("a file");
        Song::read(&path, RATE_HZ, None)
    }

    const END: [u8; 4] = [0, 0xff, 0x2f, 0];

    #[test]
    fn running_status_and_velocities_of_zero_are_understood() {
        // 96 ticks a beat: a note, a beat later its end as a note of velocity 0, both under one status.
        let track = [&[0, 0x90, 60, 100, 96, 60, 0][..], &END].concat();
        let song = parse(&file(0, [0, 96], &[&track])).unwrap();
        let expected = [(0, MidiEvent::note_on(0, 0, 60, 100)), (24_000, MidiEvent::note_on(0, 0, 60, 0))];
        assert_eq!((song.events.as_slice(), song.frames), (&expected[..], 24_000));
    }

    #[test]
    fn tempo_and_time_signature_of_the_first_track_count_for_all() {
        // After a beat at 120 a minute: 60 a minute, in 3/4 from then on.
        let tempo =
            [&[96, 0xff, 0x51, 3, 0x0f, 0x42, 0x40, 0, 0xff, 0x58, 4, 3, 2, 24, 8][..], &END].concat();
        let notes = [&[0, 0xc5, 7, 0x81, 0x40, 0x95, 64, 1, 96, 0x85, 64, 0][..], &END].concat();
        let song = parse(&file(1, [0, 96], &[&tempo, &notes])).unwrap();
        let frames: Vec<u64> = song.events.iter().map(|(frame, _)| *frame).collect();
        assert_eq!(frames, [0, 24_000 + 48_000, 24_000 + 96_000]);
        assert_eq!(song.events[0].1.message(), [0xc5, 7]);
        let (frame, change) = song.changes.last().copied().unwrap();
        assert_eq!((frame, change.time_signature_numerator, change.bar_number), (24_000, 3, 1));
        assert!((change.tempo_bpm - 60.0).abs() < 1e-9 && (change.bar_start_beats - 1.0).abs() < 1e-9);
        assert_eq!(change.position_samples, 24_000);
    }

    #[test]
    fn another_tempo_counts_in_place_of_the_file_s_and_a_song_lasts_for_whole_bars() {
        let tempo = [0, 0xff, 0x51, 3, 0x0f, 0x42, 0x40];
        let track = [&tempo[..], &[0, 0x90, 60, 1, 96, 0x80, 60, 0], &END].concat();
        let bytes = file(0, [0, 96], &[&track]);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("song.mid");
        fs::write(&path, bytes).expect("a file");
        let song = |tempo_bpm| Song::read(&path, RATE_HZ, tempo_bpm).unwrap();
        assert_eq!((song(None).frames, song(None).length_frames), (48_000, 4 * 48_000));
        let faster = song(Some(240.0));
        assert_eq!((faster.frames, faster.length_frames), (12_000, 4 * 12_000));
        assert!((faster.changes[0].1.tempo_bpm - 240.0).abs() < 1e-9 && faster.changes.len() == 1);
    }

    #[test]
    fn ticks_may_be_parts_of_a_second() {
        // 25 frames a second of 40 ticks: a thousand ticks are a second, whatever the tempo.
        let track = [&[0, 0xff, 0x51, 3, 0x0f, 0x42, 0x40, 0x87, 0x68, 0xe0, 0, 64][..], &END].concat();
        let song = parse(&file(0, [0xe7, 40], &[&track])).unwrap();
        assert_eq!(song.events, [(48_000, MidiEvent::pitch_bend(0, 0, 8_192))]);
    }

    #[test]
    fn what_is_held_at_the_end_is_let_go() {
        let track = [&[0, 0x91, 60, 1, 0, 0xb1, 64, 127, 96, 0x91, 72, 1][..], &END].concat();
        let song = parse(&file(0, [0, 96], &[&track])).unwrap();
        let releases = [
            (24_000, MidiEvent::controller(0, 1, 64, 0)),
            (24_000, MidiEvent::note_off(0, 1, 60, 0)),
            (24_000, MidiEvent::note_off(0, 1, 72, 0)),
        ];
        assert_eq!(song.events[3..], releases);
    }

    #[test]
    fn system_exclusive_messages_are_left_out_and_counted() {
        let track = [&[0, 0xf0, 3, 0x7e, 0x7f, 0xf7, 0, 0x90, 60, 1, 0, 0xf7, 1, 0xf8][..], &END].concat();
        let song = parse(&file(0, [0, 96], &[&track])).unwrap();
        assert_eq!((song.left_out, song.events[0].1.message()), (2, &[0x90, 60, 1][..]));
    }

    #[test]
    fn what_cannot_be_played_is_refused_in_words() {
        let track = [&[0, 0x90, 60, 100][..], &END].concat();
        let good = file(1, [0, 96], &[&track, &track]);
        assert!(parse(&good).is_ok());
        for (bytes, word) in [
            (b"RIFF".to_vec(), "no MIDI file"),
            (b"a song".to_vec(), "no MIDI file"),
            (Vec::new(), "no MIDI file"),
            (good[..good.len() - 2].to_vec(), "track 2 has no end"),
            (good[..good.len() / 2 + 3].to_vec(), "of 2 tracks there are 1"),
            (file(2, [0, 96], &[&track]), "format 2"),
            (file(0, [0, 0], &[&track]), "no ticks"),
            (file(0, [0, 96], &[&END]), "no notes or controllers"),
        ] {
            let error = parse(&bytes).unwrap_err().to_string();
            assert!(error.contains("song.mid") && error.contains(word), "{error}");
        }
        let missing = Song::read(Path::new("/nowhere/song.mid"), RATE_HZ, None).unwrap_err();
        assert!(missing.to_string().contains("cannot read /nowhere/song.mid"));
    }
}
