//! Sound files of every kind: what is read of them, and what is written.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]
#![allow(clippy::float_cmp, reason = "samples are exact in every format that they are stored in")]

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use wavecraft_audio::{
    RiffChunk, SampleFormat, SoundFileError, SoundFileReader, SoundFileWarning, SoundFileWriter,
    WriterSettings,
};

const RATE_HZ: u32 = 48_000;

/// Samples that every format from 8 bits on holds exactly.
fn samples(count: usize) -> Vec<f32> {
    (0..count).map(|index| ((index * 37) % 255) as f32 / 128.0 - 127.0 / 128.0).collect()
}

/// How samples are stored in a WAV file.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stored {
    U8,
    I16,
    /// 20 bits at the upper end of 24.
    I20In24,
    I24,
    I32,
    F32,
    F64,
}

const ALL_STORED: [Stored; 7] =
    [Stored::U8, Stored::I16, Stored::I20In24, Stored::I24, Stored::I32, Stored::F32, Stored::F64];

impl Stored {
    fn bytes(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::I16 => 2,
            Self::I20In24 | Self::I24 => 3,
            Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    fn tag(self) -> u16 {
        if matches!(self, Self::F32 | Self::F64) { 3 } else { 1 }
    }

    fn encode(self, sample: f32) -> Vec<u8> {
        let integer = |bits: u32| (f64::from(sample) * f64::from(1_u32 << (bits - 1))) as i32;
        match self {
            Self::U8 => vec![(integer(8) + 128) as u8],
            Self::I16 => (integer(16) as i16).to_le_bytes().to_vec(),
            Self::I20In24 | Self::I24 => integer(24).to_le_bytes()[..3].to_vec(),
            Self::I32 => integer(32).to_le_bytes().to_vec(),
            Self::F32 => sample.to_le_bytes().to_vec(),
            Self::F64 => f64::from(sample).to_le_bytes().to_vec(),
        }
    }
}

/// A WAV file in the making.
struct Wave {
    stored: Stored,
    channels: u16,
    samples: Vec<f32>,
    format_bytes: usize,
    before_data: Vec<u8>,
    after_data: Vec<u8>,
    marker: [u8; 4],
    riff_size: Option<u32>,
    data_size: Option<u32>,
}

impl Wave {
    fn new(stored: Stored, channels: u16, frames: usize) -> Self {
        Self {
            stored,
            channels,
            samples: samples(frames * usize::from(channels)),
            format_bytes: 16,
            before_data: Vec::new(),
            after_data: Vec::new(),
            marker: *b"RIFF",
            riff_size: None,
            data_size: None,
        }
    }

    fn format(&self) -> Vec<u8> {
        let (bytes, channels) = (self.stored.bytes() as u16, self.channels);
        let is_extensible = self.format_bytes == 40;
        let mut format = Vec::new();
        format.extend(if is_extensible { 0xFFFE_u16 } else { self.stored.tag() }.to_le_bytes());
        format.extend(channels.to_le_bytes());
        format.extend(RATE_HZ.to_le_bytes());
        format.extend((RATE_HZ * u32::from(bytes * channels)).to_le_bytes());
        format.extend((bytes * channels).to_le_bytes());
        format.extend((bytes * 8).to_le_bytes());
        if is_extensible {
            let valid_bits = if self.stored == Stored::I20In24 { 20 } else { bytes * 8 };
            format.extend(22_u16.to_le_bytes());
            format.extend(valid_bits.to_le_bytes());
            format.extend(0_u32.to_le_bytes());
            format.extend(self.stored.tag().to_le_bytes());
            format.extend([0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]);
        }
        format.resize(self.format_bytes, 0);
        format
    }

    fn bytes(&self) -> Vec<u8> {
        let data: Vec<u8> = self.samples.iter().flat_map(|sample| self.stored.encode(*sample)).collect();
        let mut body = b"WAVE".to_vec();
        if self.marker != *b"RIFF" {
            let total = 4 + 8 + 28 + 8 + self.format_bytes + self.before_data.len() + 8 + data.len();
            let frames = self.samples.len() / usize::from(self.channels);
            let sizes = [(total + self.after_data.len()) as u64, data.len() as u64, frames as u64];
            let mut long_sizes: Vec<u8> = sizes.iter().flat_map(|size| size.to_le_bytes()).collect();
            long_sizes.extend([0; 4]);
            body.extend(chunk(*b"ds64", &long_sizes));
        }
        body.extend(chunk(*b"fmt ", &self.format()));
        body.extend(&self.before_data);
        body.extend(b"data");
        body.extend(self.data_size.unwrap_or(data.len() as u32).to_le_bytes());
        body.extend(data);
        body.extend(&self.after_data);
        let riff_size = self.riff_size.unwrap_or(body.len() as u32);
        [&self.marker[..], &riff_size.to_le_bytes(), &body].concat()
    }
}

fn chunk(id: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut bytes = [&id[..], &(data.len() as u32).to_le_bytes(), data].concat();
    bytes.resize(bytes.len() + data.len() % 2, 0);
    bytes
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join("sound.wav");
        fs::write(&path, bytes).unwrap();
        path
    }
}

/// All samples of a file, interleaved, and its reader.
fn read(path: &Path) -> (Vec<f32>, SoundFileReader) {
    let mut reader = SoundFileReader::open(path).unwrap();
    let mut block = vec![vec![0.0; 100]; reader.channels()];
    let mut samples = Vec::new();
    loop {
        let frames = reader.read(&mut block).unwrap();
        if frames == 0 {
            return (samples, reader);
        }
        for frame in 0..frames {
            samples.extend(block.iter().map(|channel| channel[frame]));
        }
    }
}

#[track_caller]
fn is_read_whole(wave: &Wave) -> SoundFileReader {
    let reader = is_read_to_its_end(wave);
    assert_eq!(reader.warnings().unwrap(), []);
    assert!(!reader.has_left_something_out());
    reader
}

/// What is odd about a file of which all is read, without its name.
#[track_caller]
fn warning_of(wave: &Wave) -> String {
    let warnings = is_read_to_its_end(wave).warnings().unwrap();
    let [warning] = warnings.as_slice() else { panic!("{warnings:?}") };
    let text = warning.to_string();
    text.split_once("sound.wav ").unwrap().1.to_owned()
}

#[track_caller]
fn is_read_to_its_end(wave: &Wave) -> SoundFileReader {
    let folder = Folder::new();
    let (found, reader) = read(&folder.file(&wave.bytes()));
    assert_eq!(found.len(), wave.samples.len());
    assert!(found == wave.samples, "the samples differ");
    assert_eq!((reader.channels(), reader.sample_rate_hz()), (wave.channels.into(), RATE_HZ));
    assert_eq!(reader.frames(), Some((found.len() / reader.channels()) as u64));
    reader
}

#[test]
fn every_way_to_store_samples_is_read() {
    for stored in ALL_STORED {
        for channels in [1, 2, 3] {
            for format_bytes in [16, 18, 40] {
                let reader = is_read_whole(&Wave { format_bytes, ..Wave::new(stored, channels, 2_501) });
                let expected = match stored {
                    Stored::U8 => None,
                    Stored::I16 => Some(SampleFormat::I16),
                    Stored::I20In24 | Stored::I24 => Some(SampleFormat::I24),
                    Stored::I32 => Some(SampleFormat::I32),
                    Stored::F32 | Stored::F64 => Some(SampleFormat::F32),
                };
                assert_eq!(reader.sample_format(), expected, "{stored:?}");
            }
        }
    }
}

#[test]
fn format_chunks_of_odd_lengths_are_read() {
    for format_bytes in [17, 20, 50, 52] {
        is_read_whole(&Wave { format_bytes, ..Wave::new(Stored::I16, 2, 500) });
    }
}

#[test]
fn sizes_that_were_never_written_count_for_what_is_there() {
    for riff_size in [Some(0), Some(u32::MAX), Some(36), None] {
        let wave = |size| Wave { riff_size, data_size: Some(size), ..Wave::new(Stored::I24, 2, 1_000) };
        // Programs that write into a pipe say that they do not know.
        is_read_whole(&wave(u32::MAX));
        let warning = warning_of(&wave(0));
        assert_eq!(
            warning,
            "was never finished: its header says 0 frames, but 1000 are there; all of them are read"
        );
    }
}

#[test]
fn sizes_beyond_the_file_count_for_what_is_there() {
    for size in [6_006, 7_000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FF00, u32::MAX - 1] {
        let promised = size / 6;
        let wave = Wave { data_size: Some(size), ..Wave::new(Stored::I24, 2, 1_000) };
        let expected = format!("ends early: its header promises {promised} frames, but only 1000 are there");
        assert_eq!(warning_of(&wave), expected);
    }
}

#[test]
fn a_size_that_the_files_own_contradicts_counts_for_what_is_there() {
    let wave = Wave { data_size: Some(600), ..Wave::new(Stored::I24, 2, 1_000) };
    assert_eq!(
        warning_of(&wave),
        "was never finished: its header says 100 frames, but 1000 are there; all of them are read"
    );
    // What belongs to the file and is a chunk is no sound.
    let wave = Wave::new(Stored::I24, 2, 1_000);
    is_read_whole(&Wave { after_data: chunk(*b"LIST", b"INFO"), ..wave });
}

#[test]
fn sound_that_a_file_does_not_count_as_its_own_is_left_out_and_counted() {
    let folder = Folder::new();
    let wave = Wave { data_size: Some(600), riff_size: Some(636), ..Wave::new(Stored::I24, 2, 1_000) };
    let (found, reader) = read(&folder.file(&wave.bytes()));
    assert_eq!(found, wave.samples[..200]);
    let warning = reader.warnings().unwrap().remove(0);
    assert!(matches!(warning, SoundFileWarning::GoesOn { found: 100, bytes: 5_400, .. }), "{warning}");
    assert!(reader.has_left_something_out());
}

#[test]
fn of_several_data_chunks_the_first_with_sound_is_read_and_the_others_are_counted() {
    let again = chunk(*b"data", &[7; 600]);
    let folder = Folder::new();
    let wave = Wave { after_data: again, ..Wave::new(Stored::I24, 2, 1_000) };
    let (found, reader) = read(&folder.file(&wave.bytes()));
    assert_eq!(found, wave.samples);
    let warning = reader.warnings().unwrap().remove(0);
    assert!(matches!(warning, SoundFileWarning::GoesOn { found: 1_000, bytes: 600, .. }), "{warning}");
    is_read_whole(&Wave { before_data: chunk(*b"data", b""), ..Wave::new(Stored::I24, 2, 1_000) });
}

#[test]
fn samples_may_come_before_their_format() {
    let wave = Wave::new(Stored::I16, 2, 1_000);
    let bytes = wave.bytes();
    let (format, data) = (&bytes[12..36], &bytes[36..]);
    let folder = Folder::new();
    let turned = [&bytes[..12], data, format].concat();
    assert_eq!(read(&folder.file(&turned)).0, wave.samples);
}

#[test]
fn a_file_that_says_that_it_is_empty_is() {
    let list = chunk(*b"LIST", b"INFOISFT\x02\0\0\0x\0");
    let wave = Wave { after_data: list, ..Wave::new(Stored::I16, 2, 0) };
    assert_eq!(is_read_whole(&wave).chunks().len(), 1);
}

#[test]
fn files_with_sizes_of_64_bits_are_read() {
    for marker in [*b"RF64", *b"BW64"] {
        let wave = || Wave { marker, riff_size: Some(u32::MAX), ..Wave::new(Stored::I24, 2, 1_000) };
        is_read_whole(&Wave { data_size: Some(u32::MAX), ..wave() });
        is_read_whole(&wave());
        let after_data = chunk(*b"LIST", b"adtl");
        let reader = is_read_whole(&Wave { data_size: Some(u32::MAX), after_data, ..wave() });
        assert_eq!(reader.chunks().len(), 1);
    }
}

#[test]
fn the_sizes_of_other_chunks_may_have_64_bits_too() {
    let levels = [&b"levl\xff\xff\xff\xff"[..], &[9; 12]].concat();
    let wave = || Wave { data_size: Some(u32::MAX), ..Wave::new(Stored::I24, 2, 1_000) };
    let with_table = |wave: &Wave| {
        let bytes = wave.bytes();
        let table = [&1_u32.to_le_bytes()[..], b"levl", &12_u64.to_le_bytes()].concat();
        let long_sizes = [&[0; 8][..], &6_000_u64.to_le_bytes(), &1_000_u64.to_le_bytes(), &table].concat();
        [b"RF64\xff\xff\xff\xffWAVE", &chunk(*b"ds64", &long_sizes)[..], &bytes[12..]].concat()
    };
    let folder = Folder::new();
    for wave in
        [Wave { before_data: levels.clone(), ..wave() }, Wave { after_data: levels.clone(), ..wave() }]
    {
        let (found, reader) = read(&folder.file(&with_table(&wave)));
        assert_eq!(found, wave.samples);
        assert_eq!(reader.warnings().unwrap(), []);
    }
}

#[test]
fn a_file_with_sizes_of_64_bits_that_lacks_or_does_not_know_them_counts_for_what_is_there() {
    let folder = Folder::new();
    let wave = Wave { data_size: Some(u32::MAX), ..Wave::new(Stored::I24, 2, 1_000) };
    let bytes = wave.bytes();
    for sizes in [Vec::new(), chunk(*b"ds64", &[0xFF; 28])] {
        let file = [b"RF64\xff\xff\xff\xffWAVE", &sizes[..], &bytes[12..]].concat();
        let (found, reader) = read(&folder.file(&file));
        assert_eq!((found == wave.samples, reader.warnings().unwrap()), (true, Vec::new()));
    }
}

/// A Wave64 file of these samples, of which the header counts so many bytes.
fn wave64(wave: &Wave, data_bytes: Option<u64>) -> Vec<u8> {
    let guid = |id: &[u8]| {
        let rest: &[u8] = if id == b"riff" {
            b"\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\0\0"
        } else {
            b"\xF3\xAC\xD3\x11\x8C\xD1\0\xC0\x4F\x8E\xDB\x8A"
        };
        [id, rest].concat()
    };
    let data: Vec<u8> = wave.samples.iter().flat_map(|sample| wave.stored.encode(*sample)).collect();
    let chunk = |id: &[u8], contents: &[u8], size: u64| {
        let mut bytes = [&guid(id)[..], &(size + 24).to_le_bytes(), contents].concat();
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        bytes
    };
    let format = wave.format();
    let stated = data_bytes.unwrap_or(data.len() as u64);
    let body = [
        guid(b"wave"),
        chunk(b"junk", &[1; 3], 3),
        chunk(b"fmt ", &format, format.len() as u64),
        chunk(b"data", &data, stated),
    ];
    let body = body.concat();
    [&guid(b"riff")[..], &(24 + body.len() as u64).to_le_bytes(), &body].concat()
}

#[test]
fn wave64_is_read() {
    let folder = Folder::new();
    for stored in ALL_STORED {
        let wave = Wave { format_bytes: 18, ..Wave::new(stored, 2, 1_000) };
        let (found, reader) = read(&folder.file(&wave64(&wave, None)));
        assert_eq!((found == wave.samples, reader.warnings().unwrap()), (true, Vec::new()), "{stored:?}");
        let (found, reader) = read(&folder.file(&wave64(&wave, Some(0))));
        assert!(found[..wave.samples.len()] == wave.samples, "{stored:?}");
        assert!(matches!(reader.warnings().unwrap()[0], SoundFileWarning::Unfinished { promised: 0, .. }));
    }
}

#[test]
fn chunks_of_odd_sizes_are_passed_over_padded_or_not() {
    let short_list = b"LIST\x03\0\0\0abc";
    for before_data in [[&short_list[..], b"\0"].concat(), short_list.to_vec(), chunk(*b"junk", &[7; 4_097])]
    {
        is_read_whole(&Wave { before_data, ..Wave::new(Stored::I16, 1, 1_000) });
    }
    // An odd number of bytes of samples, and a chunk after them.
    let after_data = [&b"\0"[..], &chunk(*b"cue ", &[1; 28])].concat();
    let reader = is_read_whole(&Wave { after_data, ..Wave::new(Stored::U8, 1, 1_001) });
    assert_eq!(reader.chunks().len(), 1);
}

#[test]
fn bytes_after_the_end_are_no_sound_and_counted_unless_they_are_zeros() {
    let wave = Wave::new(Stored::I16, 2, 1_000);
    let folder = Folder::new();
    for (end, counted) in [(b"something else altogether".to_vec(), Some(25)), (vec![0; 512], None)] {
        let (found, reader) = read(&folder.file(&[wave.bytes(), end].concat()));
        assert_eq!(found, wave.samples);
        let warnings = reader.warnings().unwrap();
        let bytes = warnings.first().map(|warning| match warning {
            SoundFileWarning::GoesOn { bytes, .. } => *bytes,
            other => panic!("{other}"),
        });
        assert_eq!((bytes, reader.has_left_something_out()), (counted, counted.is_some()));
    }
}

#[test]
fn a_file_that_is_cut_off_gives_the_frames_that_are_there_and_says_so() {
    let folder = Folder::new();
    for stored in ALL_STORED {
        let wave = Wave::new(stored, 2, 2_500);
        let frame_bytes = 2 * stored.bytes();
        let mut bytes = wave.bytes();
        // A frame that is not whole is none.
        bytes.truncate(44 + 2_000 * frame_bytes - 1);
        let (found, reader) = read(&folder.file(&bytes));
        assert_eq!(found, wave.samples[..2 * 1_999], "{stored:?}");
        let warnings = reader.warnings().unwrap();
        let [SoundFileWarning::EndsEarly { promised: 2_500, found: 1_999, .. }] = warnings[..] else {
            panic!("{warnings:?}");
        };
        // Nothing is lost with it that was there.
        assert!(!reader.has_left_something_out());
    }
}

#[test]
fn a_file_cut_anywhere_in_its_header_is_refused() {
    let folder = Folder::new();
    let before_data = chunk(*b"bext", &[0; 602]);
    let bytes = Wave { before_data, format_bytes: 40, ..Wave::new(Stored::I16, 2, 10) }.bytes();
    for length in 0..bytes.len() - 40 {
        let refused = SoundFileReader::open(&folder.file(&bytes[..length]));
        assert!(matches!(refused.err(), Some(SoundFileError::Malformed { .. })), "{length}");
    }
}

#[test]
fn damaged_files_never_panic() {
    let folder = Folder::new();
    let before_data = [chunk(*b"bext", &[1; 602]), chunk(*b"LIST", b"INFOISFT\x02\0\0\0x\0")].concat();
    let bytes = Wave { before_data, ..Wave::new(Stored::I16, 2, 20) }.bytes();
    for position in 0..bytes.len() {
        for value in [0, 1, 0x7F, 0xFF] {
            let mut damaged = bytes.clone();
            damaged[position] = value;
            if let Ok(mut reader) = SoundFileReader::open(&folder.file(&damaged)) {
                let mut block = vec![vec![0.0; 64]; 2];
                (0..10).for_each(|_| drop(reader.read(&mut block)));
            }
        }
    }
}

#[test]
fn what_is_no_sound_is_named() {
    let folder = Folder::new();
    let message = |bytes: &[u8]| SoundFileReader::open(&folder.file(bytes)).err().unwrap().to_string();
    assert!(message(b"no sound").contains("is not a WAV file that can be read"));
    assert!(message(b"ID3 this is no WAV file at all").contains("is not a WAV file"));
    assert!(message(b"").ends_with("it is empty"));
    let missing = SoundFileReader::open(Path::new("no/such/file.flac")).err().unwrap();
    assert!(missing.to_string().starts_with("cannot read no/such/file.flac"), "{missing}");
}

/// The tone of the files that other programs have made: 1 kHz at 16 kHz, at a half and a quarter of full scale.
fn tone(frame: usize, channel: usize) -> f32 {
    let level = [0.5, 0.25][channel];
    level * (frame as f64 * 1_000.0 / 16_000.0 * std::f64::consts::TAU).sin() as f32
}

/// Reads a file that another program has made. Returns its reader and the largest difference to the tone, past the first
/// tenth of a second and short of the last.
fn made_elsewhere(name: &str) -> (SoundFileReader, usize, f32) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sound_files").join(name);
    let (samples, reader) = read(&path);
    assert_eq!((reader.channels(), reader.sample_rate_hz()), (2, 16_000), "{name}");
    let frames = samples.len() / 2;
    let difference = (1_600..2_400)
        .flat_map(|frame| [0, 1].map(|channel| (samples[2 * frame + channel] - tone(frame, channel)).abs()))
        .fold(0.0, f32::max);
    (reader, frames, difference)
}

#[test]
fn kinds_without_loss_are_read_to_the_sample() {
    for (name, format, tolerance) in [
        ("tone.flac", SampleFormat::I16, 1.0 / 32_768.0),
        ("tone.m4a", SampleFormat::I16, 1.0 / 32_768.0),
        ("tone.aiff", SampleFormat::I24, 1.0 / 8_388_608.0),
        ("tone_float.aifc", SampleFormat::F32, 1e-6),
    ] {
        let (reader, frames, difference) = made_elsewhere(name);
        assert_eq!((frames, reader.frames()), (4_000, Some(4_000)), "{name}");
        assert_eq!(reader.sample_format(), Some(format), "{name}");
        assert!(difference <= 1.01 * tolerance, "{name}: {difference}");
        assert_eq!(reader.warnings().unwrap(), [], "{name}");
    }
}

#[test]
fn kinds_with_loss_are_read_in_time() {
    for name in ["tone.mp3", "tone.ogg"] {
        let (reader, frames, difference) = made_elsewhere(name);
        assert_eq!(frames, 4_000, "{name}");
        assert_eq!(reader.sample_format(), Some(SampleFormat::F32), "{name}");
        assert!(difference < 0.05, "{name}: {difference}");
        assert_eq!(reader.warnings().unwrap(), [], "{name}");
    }
}

/// A file that another program has made, changed.
fn changed(name: &str, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sound_files").join(name);
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    bytes
}

fn position_of(id: [u8; 4], bytes: &[u8]) -> usize {
    bytes.windows(4).position(|window| window == id).unwrap()
}

#[test]
fn aiff_sizes_that_were_never_written_count_for_what_is_there() {
    let folder = Folder::new();
    for name in ["tone.aiff", "tone_float.aifc"] {
        let (expected, _) = read(&folder.file(&changed(name, |_| {})));
        for size in [[0; 4], [0xFF; 4]] {
            let bytes = changed(name, |bytes| {
                let (common, sound) = (position_of(*b"COMM", bytes), position_of(*b"SSND", bytes));
                for offset in [4, common + 10, sound + 4] {
                    bytes[offset..offset + 4].copy_from_slice(&size);
                }
            });
            let (found, reader) = read(&folder.file(&bytes));
            assert!(found == expected, "{name}");
            let warnings = reader.warnings().unwrap();
            assert_eq!(warnings.len(), 1, "{name}: {warnings:?}");
        }
    }
}

#[test]
fn a_file_whose_end_is_missing_gives_what_is_there() {
    let folder = Folder::new();
    for name in ["tone.aiff", "tone_in_blocks.flac", "tone.mp3"] {
        let (whole, _) = read(&folder.file(&changed(name, |_| {})));
        let bytes = changed(name, |bytes| bytes.truncate(bytes.len() - 1_000));
        let (found, reader) = read(&folder.file(&bytes));
        assert!((whole.len() / 4..whole.len()).contains(&found.len()), "{name}: {}", found.len());
        assert!(found == whole[..found.len()], "{name}");
        // The length of an MP3 file is not known before.
        let is_told = name != "tone.mp3";
        assert_eq!(reader.warnings().unwrap().len(), usize::from(is_told), "{name}");
    }
}

#[test]
fn words_after_the_end_of_a_file_cost_no_sound() {
    let folder = Folder::new();
    let tag = [&b"TAG"[..], &[b'x'; 125]].concat();
    for name in ["tone.aiff", "tone.flac", "tone.mp3", "tone.ogg", "tone.m4a"] {
        let (whole, _) = read(&folder.file(&changed(name, |_| {})));
        let (found, reader) = read(&folder.file(&changed(name, |bytes| bytes.extend(&tag))));
        assert!(found == whole, "{name}");
        assert_eq!(reader.warnings().unwrap(), [], "{name}");
    }
}

#[test]
fn a_file_that_promises_sound_and_has_none_is_refused() {
    let folder = Folder::new();
    let bytes = Wave::new(Stored::I16, 2, 1_000).bytes();
    let (found, reader) = read(&folder.file(&bytes[..44]));
    assert!(found.is_empty());
    let error = reader.warnings().unwrap_err();
    assert!(error.to_string().ends_with("its header promises 1000 frames, and none is there"), "{error}");
}

/// What is said of a file that is refused, without its name.
#[track_caller]
fn refusal(bytes: &[u8]) -> String {
    let folder = Folder::new();
    let refused = SoundFileReader::open(&folder.file(bytes)).err().unwrap().to_string();
    refused.split_once("sound.wav ").unwrap().1.to_owned()
}

#[test]
fn what_is_not_read_is_called_by_its_name() {
    let with = |changes: &[(usize, &[u8])]| {
        let mut bytes = Wave::new(Stored::I16, 2, 100).bytes();
        for (offset, change) in changes {
            bytes[*offset..*offset + change.len()].copy_from_slice(change);
        }
        refusal(&bytes)
    };
    for (tag, name) in [(0x02_u16, "Microsoft ADPCM"), (0x11, "IMA ADPCM"), (0x31, "GSM 6.10"), (0x55, "MP3")]
    {
        let words = with(&[(20, &tag.to_le_bytes())]);
        assert!(
            words.starts_with(&format!("has samples compressed as {name}; supported are 8, 16, ")),
            "{words}"
        );
    }
    assert!(with(&[(20, &[0x34, 0x12])]).starts_with("has samples of kind 0x1234; supported are "));
    assert!(with(&[(32, &[16, 0]), (34, &[64, 0])]).starts_with("has 64-bit integers; supported are "));
    assert!(with(&[(20, &[3, 0])]).starts_with("has 16-bit floating point; supported are "));
    assert!(with(&[(22, &[64, 0]), (32, &[128, 0])]).starts_with("has 64 channels; supported are "));
    for rate_hz in [0_u32, 1, 999, 768_001, u32::MAX] {
        let words = with(&[(24, &rate_hz.to_le_bytes())]);
        assert_eq!(words, format!("has a sample rate of {rate_hz} Hz; supported are 1 to 768 kHz"));
    }
    for kind in [&b"wvpk"[..], b".snd", b"OggS", b"RIFX", b"caff", b"MThd"] {
        let words = refusal(&[kind, &[1; 600]].concat());
        assert!(words.starts_with("is not a WAV file that can be read: "), "{words}");
    }
}

#[test]
fn companded_samples_are_read() {
    // The largest number of each law, with its sign, and the one next to silence.
    for (tag, codes, expected) in
        [(6_u16, [0xAA, 0x2A, 0xD5], [32_256, -32_256, 8]), (7, [0x80, 0x00, 0xFF], [32_124, -32_124, 0])]
    {
        for format_bytes in [16, 18, 20] {
            let mut bytes = Wave { format_bytes, ..Wave::new(Stored::U8, 1, 3) }.bytes();
            bytes[20..22].copy_from_slice(&tag.to_le_bytes());
            let data = bytes.len() - 3;
            bytes[data..].copy_from_slice(&codes);
            let (found, _) = read(&Folder::new().file(&bytes));
            assert_eq!(found, expected.map(|sample: i16| f32::from(sample) / 32_768.0), "{tag}");
        }
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused_without_waiting_for_it() {
    let folder = Folder::new();
    let pipe = folder.0.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for (path, found) in [
        (pipe.as_path(), "a pipe or a device"),
        (Path::new("/dev/zero"), "a pipe or a device"),
        (folder.0.path(), "a folder"),
    ] {
        let words = SoundFileReader::open(path).err().unwrap().to_string();
        assert_eq!(
            words,
            format!("{} is {found}, and sound is read from files; write it into one first", path.display())
        );
    }
}

#[test]
fn some_of_the_channels_can_be_chosen() {
    let folder = Folder::new();
    let wave = Wave::new(Stored::I16, 6, 100);
    let path = folder.file(&wave.bytes());
    for channels in [&[1, 2][..], &[6], &[3, 3], &[5, 2]] {
        let mut reader = SoundFileReader::open(&path).unwrap();
        reader.select_channels(channels).unwrap();
        let mut block = vec![vec![0.0; 100]; reader.channels()];
        assert_eq!((reader.read(&mut block).unwrap(), block.len()), (100, channels.len()));
        for (samples, channel) in block.iter().zip(channels) {
            assert!(samples.iter().eq(wave.samples.iter().skip(channel - 1).step_by(6)), "{channel}");
        }
        assert!(reader.has_left_something_out());
    }
    let mut reader = SoundFileReader::open(&path).unwrap();
    for channel in [0, 7] {
        let words = reader.select_channels(&[1, channel]).unwrap_err().to_string();
        assert!(words.ends_with(&format!("has no channel {channel}; its channels are 1 to 6")), "{words}");
    }
}

#[test]
fn what_a_file_says_about_its_sound_goes_into_the_next() {
    let folder = Folder::new();
    let described = |length: usize| (0..length).map(|byte| byte as u8).collect::<Vec<u8>>();
    let carried: Vec<RiffChunk> = [
        (b"bext", 602),
        (b"iXML", 100),
        (b"id3 ", 30),
        (b"cue ", 28),
        (b"LIST", 3),
        (b"smpl", 60),
        (b"inst", 7),
        (b"acid", 24),
    ]
    .map(|(id, length)| RiffChunk { id: *id, data: described(length) })
    .into();
    let left_out = [chunk(*b"junk", &[0; 100]), chunk(*b"PEAK", &[0; 16]), chunk(*b"LIST", b"wavl")].concat();
    let chunks = |carried: &[RiffChunk]| -> Vec<u8> {
        carried.iter().flat_map(|carried| chunk(carried.id, &carried.data)).collect()
    };
    let before_data = [chunks(&carried[..3]), left_out].concat();
    let after_data = chunks(&carried[3..]);
    let source = is_read_whole(&Wave { before_data, after_data, ..Wave::new(Stored::I24, 1, 101) });
    // How loud it was is no longer true.
    let mut carried = carried;
    assert_eq!(carried[0].data[346..348], [90, 91], "a version with loudness");
    carried[0].data[412..422].copy_from_slice(&[0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F]);
    assert_eq!(source.chunks(), carried);

    let path = folder.0.path().join("written.wav");
    let settings = WriterSettings { format: SampleFormat::I24, channels: 1, sample_rate_hz: RATE_HZ };
    let file = fs::File::create(&path).unwrap();
    let mut writer = SoundFileWriter::create(file, &path, settings, source.chunks()).unwrap();
    writer.write_interleaved(&samples(101)).unwrap();
    writer.finish().unwrap();
    let (written, reader) = read(&path);
    assert_eq!(written, samples(101));
    assert_eq!(reader.chunks(), carried);
    // By another reader's eyes, too.
    let mut other = hound::WavReader::open(&path).unwrap();
    assert_eq!(other.samples::<i32>().map(Result::unwrap).count(), 101);
}

#[test]
fn a_file_that_would_be_too_long_is_not_begun() {
    let folder = Folder::new();
    let path = folder.0.path().join("written.wav");
    let settings = WriterSettings { format: SampleFormat::F32, channels: 2, sample_rate_hz: RATE_HZ };
    let writer = SoundFileWriter::create(fs::File::create(&path).unwrap(), &path, settings, &[]).unwrap();
    assert!(writer.check_room_for(1 << 28).is_ok());
    assert!(matches!(writer.check_room_for(1 << 29), Err(SoundFileError::TooLarge { .. })));
}
