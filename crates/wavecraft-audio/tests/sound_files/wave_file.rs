//! WAV files in the making, and what is read of them.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use wavecraft_audio::SoundFileReader;

pub const RATE_HZ: u32 = 48_000;

/// Samples that every format from 8 bits on holds exactly.
pub fn samples(count: usize) -> Vec<f32> {
    (0..count).map(|index| ((index * 37) % 255) as f32 / 128.0 - 127.0 / 128.0).collect()
}

/// How samples are stored in a WAV file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stored {
    U8,
    I16,
    /// 20 bits at the upper end of 24.
    I20In24,
    I24,
    I32,
    F32,
    F64,
}

pub const ALL_STORED: [Stored; 7] =
    [Stored::U8, Stored::I16, Stored::I20In24, Stored::I24, Stored::I32, Stored::F32, Stored::F64];

impl Stored {
    pub fn bytes(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::I16 => 2,
            Self::I20In24 | Self::I24 => 3,
            Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    pub fn tag(self) -> u16 {
        if matches!(self, Self::F32 | Self::F64) { 3 } else { 1 }
    }

    pub fn encode(self, sample: f32) -> Vec<u8> {
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
pub struct Wave {
    pub stored: Stored,
    pub channels: u16,
    pub samples: Vec<f32>,
    pub format_bytes: usize,
    pub before_data: Vec<u8>,
    pub after_data: Vec<u8>,
    pub marker: [u8; 4],
    pub riff_size: Option<u32>,
    pub data_size: Option<u32>,
}

impl Wave {
    pub fn new(stored: Stored, channels: u16, frames: usize) -> Self {
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

    pub fn format(&self) -> Vec<u8> {
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

    pub fn bytes(&self) -> Vec<u8> {
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

pub fn chunk(id: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut bytes = [&id[..], &(data.len() as u32).to_le_bytes(), data].concat();
    bytes.resize(bytes.len() + data.len() % 2, 0);
    bytes
}

pub struct Folder(pub TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn file(&self, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join("sound.wav");
        fs::write(&path, bytes).unwrap();
        path
    }
}

/// All samples of a file, interleaved, and its reader.
pub fn read(path: &Path) -> (Vec<f32>, SoundFileReader) {
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
pub fn is_read_whole(wave: &Wave) -> SoundFileReader {
    let reader = is_read_to_its_end(wave);
    assert_eq!(reader.warnings().unwrap(), []);
    assert!(!reader.has_left_something_out());
    reader
}

/// What is odd about a file of which all is read, without its name.
#[track_caller]
pub fn warning_of(wave: &Wave) -> String {
    let warnings = is_read_to_its_end(wave).warnings().unwrap();
    let [warning] = warnings.as_slice() else { panic!("{warnings:?}") };
    let text = warning.to_string();
    text.split_once("sound.wav ").unwrap().1.to_owned()
}

#[track_caller]
pub fn is_read_to_its_end(wave: &Wave) -> SoundFileReader {
    let folder = Folder::new();
    let (found, reader) = read(&folder.file(&wave.bytes()));
    assert_eq!(found.len(), wave.samples.len());
    assert!(found == wave.samples, "the samples differ");
    assert_eq!((reader.channels(), reader.sample_rate_hz()), (wave.channels.into(), RATE_HZ));
    assert_eq!(reader.frames(), Some((found.len() / reader.channels()) as u64));
    reader
}
