//! Sound files in memory, to be played again and again.

use std::path::Path;

use super::{SoundFileError, SoundFileReader, SoundFileWarning};
use crate::interpolator::resample;
use crate::processor::MAX_CHANNELS;
use crate::signal::Recording;

/// The longest recording that is taken into memory, in seconds.
const MAX_RECORDING_S: u64 = 3_600;

/// Frames that are read at once.
const BLOCK_FRAMES: usize = 4_096;

/// Reads a file whole, for playing at a rate. A mono file is played on both sides; of more than two channels the first two
/// are taken. One that ends early is played as far as it goes.
pub(crate) fn read_recording(path: &Path, rate_hz: u32) -> Result<Recording, SoundFileError> {
    let mut reader = SoundFileReader::open(path)?;
    let file_rate_hz = reader.sample_rate_hz();
    let too_long = || SoundFileError::TooLong { path: path.to_owned() };
    let max_frames = MAX_RECORDING_S * u64::from(file_rate_hz);
    if reader.frames().is_some_and(|frames| frames > max_frames) {
        return Err(too_long());
    }
    let mut block = vec![vec![0.0; BLOCK_FRAMES]; MAX_CHANNELS];
    let (mut left, mut right) = (Vec::new(), Vec::new());
    loop {
        let frames = reader.read(&mut block)?;
        if frames == 0 {
            break;
        }
        left.extend_from_slice(&block[0][..frames]);
        right.extend_from_slice(&block[1][..frames]);
        if left.len() as u64 > max_frames {
            return Err(too_long());
        }
    }
    let warnings = reader.warnings()?;
    let channels = reader.channels();
    let left_out = (channels > MAX_CHANNELS)
        .then(|| SoundFileWarning::ChannelsLeftOut { path: path.to_owned(), channels });
    if left.is_empty() {
        return Err(SoundFileError::Empty { path: path.to_owned() });
    }
    for warning in warnings.into_iter().chain(left_out) {
        tracing::warn!("{warning}");
    }
    let [left, right] = [left, right].map(|channel| resample(&channel, file_rate_hz, rate_hz));
    Ok(Recording { left, right })
}

#[cfg(test)]
mod tests {
    use hound::{SampleFormat, WavSpec, WavWriter};

    use super::*;

    #[test]
    fn files_of_other_formats_and_rates_are_read() {
        let folder = tempfile::tempdir().unwrap();
        for (bits, rate_hz) in [(8, 48_000), (16, 44_100), (24, 96_000), (32, 22_050)] {
            let path = folder.path().join(format!("{bits}.wav"));
            let spec = WavSpec {
                channels: 1,
                sample_rate: rate_hz,
                bits_per_sample: bits,
                sample_format: SampleFormat::Int,
            };
            let mut writer = WavWriter::create(&path, spec).unwrap();
            let half = 1_i32 << (bits - 2);
            (0..rate_hz).for_each(|_| writer.write_sample(half).unwrap());
            writer.finalize().unwrap();
            let recording = read_recording(&path, 48_000).unwrap();
            assert_eq!(recording.left.len(), 48_000, "{bits}");
            assert_eq!(recording.left, recording.right);
            assert!((recording.left[24_000] - 0.5).abs() < 1e-4, "{bits}: {}", recording.left[24_000]);
        }
    }

    #[test]
    fn what_is_no_sound_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("text.wav");
        assert!(matches!(read_recording(&path, 48_000), Err(SoundFileError::Unreadable { .. })));
        std::fs::write(&path, "no sound").unwrap();
        assert!(matches!(read_recording(&path, 48_000), Err(SoundFileError::Malformed { .. })));
        let spec = WavSpec {
            channels: 2,
            sample_rate: 48_000,
            bits_per_sample: 16,
            sample_format: SampleFormat::Int,
        };
        WavWriter::create(&path, spec).unwrap().finalize().unwrap();
        assert!(matches!(read_recording(&path, 48_000), Err(SoundFileError::Empty { .. })));
    }
}
