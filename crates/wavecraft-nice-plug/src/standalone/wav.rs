//! WAV files as a plugin needs them: samples as 32-bit floats, one slice for each channel, a block at a time.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};

/// The largest file that a RIFF header can describe, in bytes.
const MAX_FILE_BYTES: u64 = u32::MAX as u64;

/// More than any header that is written here, in bytes.
const HEADER_BYTES: u64 = 128;

/// How samples are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum WavFormat {
    /// 16-bit integers.
    I16,
    /// 24-bit integers.
    I24,
    /// 32-bit integers.
    I32,
    /// 32-bit floating point.
    F32,
}

impl WavFormat {
    fn of_spec(spec: WavSpec) -> Option<Self> {
        match (spec.sample_format, spec.bits_per_sample) {
            (SampleFormat::Int, 16) => Some(Self::I16),
            (SampleFormat::Int, 24) => Some(Self::I24),
            (SampleFormat::Int, 32) => Some(Self::I32),
            (SampleFormat::Float, 32) => Some(Self::F32),
            _ => None,
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

    /// The format in words: "24-bit".
    pub fn describe(self) -> &'static str {
        match self {
            Self::I16 => "16-bit",
            Self::I24 => "24-bit",
            Self::I32 => "32-bit",
            Self::F32 => "32-bit float",
        }
    }
}

/// Why a WAV file could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WavError {
    /// The file cannot be opened or read at all.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no WAV file, or one whose header is damaged.
    #[error("{path} is not a WAV file that can be read: {reason}")]
    NotWav {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file's sample format or channel count is not supported.
    #[error("{path} has {found}; supported are mono and stereo in 16, 24 or 32-bit integers or 32-bit float")]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// What the file has.
        found: String,
    },
    /// The file has less sound than its header promises.
    #[error("{path} ends early: its header promises {expected} frames, but only {found} are there")]
    EndsEarly {
        /// The file.
        path: PathBuf,
        /// Frames according to the header.
        expected: u64,
        /// Frames that could be read.
        found: u64,
    },
    /// The file to be written would be larger than the format allows.
    #[error(
        "{path} would take {bytes} bytes, but a WAV file ends at 4 GiB; render a shorter part or a smaller format"
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// What it would take.
        bytes: u64,
    },
    /// The file cannot be written.
    #[error("cannot write {path}: {source}")]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Reads a file from beginning to end.
pub(super) struct WavInput {
    reader: WavReader<BufReader<File>>,
    format: WavFormat,
    path: PathBuf,
    frames_read: u64,
}

impl WavInput {
    pub(super) fn open(path: &Path) -> Result<Self, WavError> {
        let unreadable = |source| WavError::Unreadable { path: path.to_owned(), source };
        let mut file = BufReader::new(File::open(path).map_err(unreadable)?);
        let start = file.fill_buf().map_err(unreadable)?;
        let not_wav = |reason: &str| WavError::NotWav { path: path.to_owned(), reason: reason.to_owned() };
        if start.is_empty() {
            return Err(not_wav("it is empty"));
        }
        if start.starts_with(b"RF64") || start.starts_with(b"BW64") {
            return Err(not_wav("files of more than 4 GiB (RF64) are not supported"));
        }
        let reader = WavReader::new(file).map_err(|error| match error {
            hound::Error::IoError(error) if is_failure(&error) => unreadable(error),
            hound::Error::IoError(_) => not_wav("it ends within its header"),
            hound::Error::FormatError(reason) => not_wav(reason),
            hound::Error::Unsupported => not_wav("its samples are compressed or of an unknown kind"),
            error => not_wav(&error.to_string()),
        })?;
        let spec = reader.spec();
        let unsupported = |found: String| WavError::Unsupported { path: path.to_owned(), found };
        if spec.channels > 2 {
            return Err(unsupported(format!("{} channels", spec.channels)));
        }
        if spec.sample_rate == 0 {
            return Err(not_wav("its sample rate is 0 Hz"));
        }
        let Some(format) = WavFormat::of_spec(spec) else {
            return Err(unsupported(format!("{}-bit samples", spec.bits_per_sample)));
        };
        Ok(Self { reader, format, path: path.to_owned(), frames_read: 0 })
    }

    pub(super) fn channels(&self) -> usize {
        self.reader.spec().channels.into()
    }

    pub(super) fn sample_rate_hz(&self) -> u32 {
        self.reader.spec().sample_rate
    }

    pub(super) fn format(&self) -> WavFormat {
        self.format
    }

    /// Frames in the whole file.
    pub(super) fn frames(&self) -> u64 {
        self.reader.duration().into()
    }

    /// Fills the channels with the next frames and returns how many there were; what lies behind stays as it is.
    pub(super) fn read(&mut self, channels: &mut [Vec<f32>]) -> Result<usize, WavError> {
        let left = self.frames() - self.frames_read;
        let frames =
            channels.iter().map(Vec::len).min().unwrap_or(0).min(usize::try_from(left).unwrap_or(usize::MAX));
        let result = match self.format {
            WavFormat::F32 => fill(self.reader.samples::<f32>(), channels, frames, |sample| sample),
            format => {
                let scale = 1.0 / format.full_scale();
                fill(self.reader.samples::<i32>(), channels, frames, |sample| {
                    (f64::from(sample) * scale) as f32
                })
            }
        };
        result.map_err(|(frame, error)| match error {
            hound::Error::IoError(error) if is_failure(&error) => {
                WavError::Unreadable { path: self.path.clone(), source: error }
            }
            hound::Error::IoError(_) => WavError::EndsEarly {
                path: self.path.clone(),
                expected: self.reader.duration().into(),
                found: self.frames_read + frame as u64,
            },
            error => WavError::NotWav { path: self.path.clone(), reason: error.to_string() },
        })?;
        self.frames_read += frames as u64;
        Ok(frames)
    }
}

/// Whether the system reported a failure, rather than the decoder the end of the file.
fn is_failure(error: &io::Error) -> bool {
    error.raw_os_error().is_some()
}

/// Spreads interleaved samples over the channels. On an error, says in which frame it came.
fn fill<S>(
    mut samples: impl Iterator<Item = hound::Result<S>>,
    channels: &mut [Vec<f32>],
    frames: usize,
    convert: impl Fn(S) -> f32,
) -> Result<(), (usize, hound::Error)> {
    for frame in 0..frames {
        for channel in &mut *channels {
            let ends_early = || Err(hound::Error::UnfinishedSample);
            let sample = samples.next().unwrap_or_else(ends_early);
            channel[frame] = convert(sample.map_err(|error| (frame, error))?);
        }
    }
    Ok(())
}

/// Writes a file from beginning to end.
///
/// Integers are rounded to the nearest; no dither is added, so that what passes unchanged stays unchanged.
pub(super) struct WavOutput<W: Write + Seek> {
    writer: WavWriter<BufWriter<W>>,
    format: WavFormat,
    path: PathBuf,
    clipped_samples: u64,
}

impl<W: Write + Seek> WavOutput<W> {
    /// Begins a file in `destination` that will have `frames` frames. `path` is what errors call it.
    pub(super) fn create(
        destination: W,
        path: &Path,
        format: WavFormat,
        channels: usize,
        sample_rate_hz: u32,
        frames: u64,
    ) -> Result<Self, WavError> {
        let frame_bytes = u64::from(format.bits() / 8) * channels as u64;
        let bytes = frames.saturating_mul(frame_bytes).saturating_add(HEADER_BYTES);
        if bytes > MAX_FILE_BYTES {
            return Err(WavError::TooLarge { path: path.to_owned(), bytes });
        }
        let spec = WavSpec {
            channels: channels as u16,
            sample_rate: sample_rate_hz,
            bits_per_sample: format.bits(),
            sample_format: if format == WavFormat::F32 { SampleFormat::Float } else { SampleFormat::Int },
        };
        let writer =
            WavWriter::new(BufWriter::new(destination), spec).map_err(|error| unwritable(path, error))?;
        Ok(Self { writer, format, path: path.to_owned(), clipped_samples: 0 })
    }

    /// Appends frames `range` of the channels.
    pub(super) fn write(
        &mut self,
        channels: &[Vec<f32>],
        range: std::ops::Range<usize>,
    ) -> Result<(), WavError> {
        for frame in range {
            for channel in channels {
                let sample = channel[frame];
                let written = match self.format {
                    WavFormat::F32 => self.writer.write_sample(sample),
                    format => {
                        let (integer, clipped) = quantize(sample, format.full_scale());
                        self.clipped_samples += u64::from(clipped);
                        self.writer.write_sample(integer)
                    }
                };
                written.map_err(|error| unwritable(&self.path, error))?;
            }
        }
        Ok(())
    }

    /// Completes the file. Returns how many samples did not fit the integer format and were clipped.
    pub(super) fn finish(self) -> Result<u64, WavError> {
        self.writer.finalize().map_err(|error| unwritable(&self.path, error))?;
        Ok(self.clipped_samples)
    }
}

fn unwritable(path: &Path, error: hound::Error) -> WavError {
    let source = match error {
        hound::Error::IoError(error) => error,
        error => io::Error::other(error),
    };
    WavError::Unwritable { path: path.to_owned(), source }
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
        let full_scale = WavFormat::I16.full_scale();
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
        for format in [WavFormat::I16, WavFormat::I24] {
            let full_scale = format.full_scale();
            let end = full_scale as i32;
            for integer in (-end..end).step_by(if format == WavFormat::I16 { 1 } else { 97 }) {
                let sample = (f64::from(integer) / full_scale) as f32;
                assert_eq!(quantize(sample, full_scale), (integer, false));
            }
        }
    }
}
