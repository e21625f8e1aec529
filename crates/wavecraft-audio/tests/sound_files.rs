//! Sound files of every kind: what is read of them, and what is written.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]
#![allow(clippy::float_cmp, reason = "samples are exact in every format that they are stored in")]

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use wavecraft_audio::{
    RiffChunk, SampleFormat, SoundFileError, SoundFileReader, SoundFileWriter, WriterSettings,
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
    let folder = Folder::new();
    let (found, reader) = read(&folder.file(&wave.bytes()));
    assert_eq!(found.len(), wave.samples.len());
    assert!(found == wave.samples, "the samples differ");
    assert_eq!((reader.channels(), reader.sample_rate_hz()), (wave.channels.into(), RATE_HZ));
    assert_eq!(reader.promised_frames(), Some((found.len() / reader.channels()) as u64));
    reader.check_complete().unwrap();
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
    for size in [0, u32::MAX] {
        for riff_size in [Some(0), Some(u32::MAX), Some(36)] {
            let data_size = Some(size);
            is_read_whole(&Wave { riff_size, data_size, ..Wave::new(Stored::I24, 2, 1_000) });
        }
    }
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
fn bytes_after_the_end_are_no_sound() {
    let wave = Wave::new(Stored::I16, 2, 1_000);
    let bytes = [wave.bytes(), b"something else altogether".to_vec()].concat();
    let folder = Folder::new();
    assert_eq!(read(&folder.file(&bytes)).0, wave.samples);
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
        let error = reader.check_complete().unwrap_err();
        assert!(matches!(error, SoundFileError::EndsEarly { expected: 2_500, found: 1_999, .. }), "{error}");
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
        assert_eq!((frames, reader.promised_frames()), (4_000, Some(4_000)), "{name}");
        assert_eq!(reader.sample_format(), Some(format), "{name}");
        assert!(difference <= 1.01 * tolerance, "{name}: {difference}");
        reader.check_complete().unwrap();
    }
}

#[test]
fn kinds_with_loss_are_read_in_time() {
    for name in ["tone.mp3", "tone.ogg"] {
        let (reader, frames, difference) = made_elsewhere(name);
        assert_eq!(frames, 4_000, "{name}");
        assert_eq!(reader.sample_format(), Some(SampleFormat::F32), "{name}");
        assert!(difference < 0.05, "{name}: {difference}");
        reader.check_complete().unwrap();
    }
}

#[test]
fn what_a_file_says_about_its_sound_goes_into_the_next() {
    let folder = Folder::new();
    let carried = [(b"bext", 602), (b"cue ", 28), (b"LIST", 3)]
        .map(|(id, length)| RiffChunk { id: *id, data: (0..length).map(|byte| byte as u8).collect() });
    let junk = chunk(*b"junk", &[0; 100]);
    let before_data = [chunk(*b"bext", &carried[0].data), junk].concat();
    let after_data = carried[1..].iter().flat_map(|carried| chunk(carried.id, &carried.data)).collect();
    let source = is_read_whole(&Wave { before_data, after_data, ..Wave::new(Stored::I24, 1, 101) });
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
