//! WAV files, written from beginning to end.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use hound::{WavSpec, WavWriter};

use super::{RiffChunk, SoundFileError};

/// The largest file that a RIFF header can describe, in bytes.
const MAX_FILE_BYTES: u64 = u32::MAX as u64;

/// More than any header that is written here, in bytes.
const HEADER_BYTES: u64 = 128;

/// The length of an id and a size, in bytes.
const CHUNK_HEADER_BYTES: u64 = 8;

/// Where a file says how long it is, in bytes.
const SIZE_OFFSET: u64 = 4;

/// How samples are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleFormat {
    /// 16-bit integers.
    I16,
    /// 24-bit integers.
    I24,
    /// 32-bit integers.
    I32,
    /// 32-bit floating point.
    F32,
}

impl SampleFormat {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::I16, Self::I24, Self::I32, Self::F32];

    /// The short name: `i24`.
    pub fn name(self) -> &'static str {
        match self {
            Self::I16 => "i16",
            Self::I24 => "i24",
            Self::I32 => "i32",
            Self::F32 => "f32",
        }
    }

    fn bits(self) -> u16 {
        match self {
            Self::I16 => 16,
            Self::I24 => 24,
            Self::I32 | Self::F32 => 32,
        }
    }

    /// The number that stands for full scale in integer formats.
    fn full_scale(self) -> f64 {
        f64::from(1_u32 << (self.bits() - 1))
    }
}

impl fmt::Display for SampleFormat {
    /// The format in words: "24-bit".
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suffix = if *self == Self::F32 { " float" } else { "" };
        write!(formatter, "{}-bit{suffix}", self.bits())
    }
}

impl FromStr for SampleFormat {
    type Err = String;

    /// Reads a short name.
    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|format| format.name() == text);
        known.ok_or_else(|| format!("`{text}` is no sample format; there are i16, i24, i32 and f32"))
    }
}

/// What kind of file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriterSettings {
    /// How samples are stored.
    pub format: SampleFormat,
    /// How many channels there are.
    pub channels: usize,
    /// Frames a second.
    pub sample_rate_hz: u32,
}

/// Writes a WAV file from beginning to end. Not for the audio thread.
///
/// Integers are rounded to the nearest; no dither is added, so that what passes unchanged stays unchanged. A file that is
/// neither [finished](Self::finish) nor [made whole](Self::make_whole) may lack samples, or not say that it has them.
pub struct SoundFileWriter {
    writer: WavWriter<BufWriter<File>>,
    file: File,
    settings: WriterSettings,
    path: PathBuf,
    /// What is written after the samples.
    chunks: Vec<RiffChunk>,
    clipped_samples: u64,
}

impl SoundFileWriter {
    /// Begins a file in `file`, which is empty. `path` is what errors call it, `chunks` say something about the sound.
    ///
    /// # Errors
    ///
    /// [`SoundFileError`] when it cannot be written.
    pub fn create(
        file: File,
        path: &Path,
        settings: WriterSettings,
        chunks: &[RiffChunk],
    ) -> Result<Self, SoundFileError> {
        let spec = WavSpec {
            channels: settings.channels as u16,
            sample_rate: settings.sample_rate_hz,
            bits_per_sample: settings.format.bits(),
            sample_format: if settings.format == SampleFormat::F32 {
                hound::SampleFormat::Float
            } else {
                hound::SampleFormat::Int
            },
        };
        let again = file.try_clone().map_err(|error| unwritable(path, error.into()))?;
        let writer = WavWriter::new(BufWriter::new(file), spec).map_err(|error| unwritable(path, error))?;
        let (path, chunks) = (path.to_owned(), chunks.to_vec());
        Ok(Self { writer, file: again, settings, path, chunks, clipped_samples: 0 })
    }

    /// Says whether a file of so many frames can be written at all.
    ///
    /// # Errors
    ///
    /// [`SoundFileError::TooLarge`].
    pub fn check_room_for(&self, frames: u64) -> Result<(), SoundFileError> {
        let frame_bytes = u64::from(self.settings.format.bits() / 8) * self.settings.channels as u64;
        let chunk_bytes = |chunk: &RiffChunk| chunk.data.len() as u64 + CHUNK_HEADER_BYTES + 1;
        let chunks_bytes: u64 = self.chunks.iter().map(chunk_bytes).sum();
        let bytes = frames.saturating_mul(frame_bytes).saturating_add(HEADER_BYTES + chunks_bytes);
        if bytes > MAX_FILE_BYTES {
            return Err(SoundFileError::TooLarge { path: self.path.clone(), bytes });
        }
        Ok(())
    }

    /// Appends frames `range` of the channels.
    ///
    /// # Errors
    ///
    /// [`SoundFileError`] when they cannot be written.
    pub fn write(&mut self, channels: &[Vec<f32>], range: Range<usize>) -> Result<(), SoundFileError> {
        self.check_room_for(u64::from(self.writer.duration()) + range.len() as u64)?;
        for frame in range {
            for channel in channels {
                self.write_sample(channel[frame])?;
            }
        }
        Ok(())
    }

    /// Appends whole frames, interleaved.
    ///
    /// # Errors
    ///
    /// [`SoundFileError`] when they cannot be written.
    pub fn write_interleaved(&mut self, samples: &[f32]) -> Result<(), SoundFileError> {
        let frames = samples.len() / self.settings.channels;
        self.check_room_for(u64::from(self.writer.duration()) + frames as u64)?;
        samples.iter().try_for_each(|sample| self.write_sample(*sample))
    }

    /// Writes out all samples so far with a header that says so: the file can be read even if the program is killed.
    ///
    /// # Errors
    ///
    /// [`SoundFileError`] when it cannot be written.
    pub fn make_whole(&mut self) -> Result<(), SoundFileError> {
        self.writer.flush().map_err(|error| unwritable(&self.path, error))
    }

    /// Completes the file. Returns how many samples did not fit the integer format and were clipped.
    ///
    /// # Errors
    ///
    /// [`SoundFileError`] when it cannot be written.
    pub fn finish(self) -> Result<u64, SoundFileError> {
        let Self { writer, mut file, path, chunks, clipped_samples, .. } = self;
        writer.finalize().map_err(|error| unwritable(&path, error))?;
        if !chunks.is_empty() {
            append(&mut file, &chunks).map_err(|error| unwritable(&path, error.into()))?;
        }
        Ok(clipped_samples)
    }

    fn write_sample(&mut self, sample: f32) -> Result<(), SoundFileError> {
        let written = if self.settings.format == SampleFormat::F32 {
            self.writer.write_sample(sample)
        } else {
            let (integer, is_clipped) = quantize(sample, self.settings.format.full_scale());
            self.clipped_samples += u64::from(is_clipped);
            self.writer.write_sample(integer)
        };
        written.map_err(|error| unwritable(&self.path, error))
    }
}

/// Appends chunks to a complete file.
fn append(file: &mut File, chunks: &[RiffChunk]) -> io::Result<()> {
    let mut bytes = Vec::new();
    if !file.seek(SeekFrom::End(0))?.is_multiple_of(2) {
        bytes.push(0);
    }
    for RiffChunk { id, data } in chunks {
        bytes.extend(id);
        bytes.extend((data.len() as u32).to_le_bytes());
        bytes.extend(data);
        // The size of a chunk does not count what makes it even.
        bytes.resize(bytes.len() + data.len() % 2, 0);
    }
    file.write_all(&bytes)?;
    let riff_bytes = file.seek(SeekFrom::End(0))? - CHUNK_HEADER_BYTES;
    file.seek(SeekFrom::Start(SIZE_OFFSET))?;
    file.write_all(&(riff_bytes as u32).to_le_bytes())
}

fn unwritable(path: &Path, error: hound::Error) -> SoundFileError {
    let source = match error {
        hound::Error::IoError(error) => error,
        error => io::Error::other(error),
    };
    SoundFileError::Unwritable { path: path.to_owned(), source }
}

/// The nearest integer, and whether the sample had to be clipped for it. What is not a number becomes silence.
fn quantize(sample: f32, full_scale: f64) -> (i32, bool) {
    let ideal = (f64::from(sample) * full_scale).round();
    let fits = (-full_scale..full_scale).contains(&ideal);
    (ideal.clamp(-full_scale, full_scale - 1.0) as i32, !fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_rounded_and_clipped_at_full_scale() {
        let full_scale = SampleFormat::I16.full_scale();
        for (sample, expected) in [
            (0.0, (0, false)),
            (0.6 / 32_768.0, (1, false)),
            (-0.6 / 32_768.0, (-1, false)),
            (32_767.0 / 32_768.0, (32_767, false)),
            (-1.0, (-32_768, false)),
            (1.0, (32_767, true)),
            (-1.1, (-32_768, true)),
            (f32::INFINITY, (32_767, true)),
            (f32::NAN, (0, true)),
        ] {
            assert_eq!(quantize(sample, full_scale), expected, "{sample}");
        }
    }

    #[test]
    fn every_integer_survives_the_way_through_a_float() {
        for format in [SampleFormat::I16, SampleFormat::I24] {
            let full_scale = format.full_scale();
            let end = full_scale as i32;
            for integer in (-end..end).step_by(if format == SampleFormat::I16 { 1 } else { 97 }) {
                let sample = (f64::from(integer) / full_scale) as f32;
                assert_eq!(quantize(sample, full_scale), (integer, false));
            }
        }
    }

    #[test]
    fn formats_are_called_by_short_names() {
        for format in SampleFormat::ALL {
            assert_eq!(format.name().parse(), Ok(format));
        }
        assert!("i8".parse::<SampleFormat>().is_err());
        assert_eq!(
            (SampleFormat::I24.to_string(), SampleFormat::F32.to_string().as_str()),
            ("24-bit".to_owned(), "32-bit float")
        );
    }
}
