//! Sound files: read whole before they are played, written by a thread of their own.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use tracing::{error, info};

use crate::frame_ring::FrameReader;
use crate::interpolator::resample;
use crate::processor::MAX_CHANNELS;
use crate::signal::Recording;

/// The longest recording that is taken into memory, in seconds.
const MAX_RECORDING_S: f64 = 3_600.0;

/// How often what has come is written.
const WRITE_INTERVAL: Duration = Duration::from_millis(20);

/// How often the file is made whole, so that it can be read even if this program is killed.
const COMPLETE_INTERVAL: Duration = Duration::from_secs(1);

/// Frames that are moved at once.
const CHUNK_FRAMES: usize = 4_096;

/// Why a sound file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SoundFileError {
    /// It cannot be read, or is no WAV file.
    #[error("{} cannot be read: {source}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: hound::Error,
    },
    /// There is no sound in it.
    #[error("{} is empty", .path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// It does not fit into memory.
    #[error("{} is longer than an hour; cut out the part that you need", .path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be written.
    #[error("{} cannot be written: {source}", .path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: hound::Error,
    },
}

/// Reads a WAV file of any format, for playing at a rate. A mono file is played on both sides; of more than two
/// channels the first two are taken.
pub(crate) fn read(path: &Path, rate_hz: u32) -> Result<Recording, SoundFileError> {
    let unreadable = |source| SoundFileError::Unreadable { path: path.to_owned(), source };
    let mut reader = WavReader::open(path).map_err(unreadable)?;
    let spec = reader.spec();
    if f64::from(reader.duration()) > MAX_RECORDING_S * f64::from(spec.sample_rate) {
        return Err(SoundFileError::TooLong { path: path.to_owned() });
    }
    let samples: Vec<f32> = match spec.sample_format {
        SampleFormat::Float => reader.samples::<f32>().collect::<Result<_, _>>(),
        SampleFormat::Int => {
            let full_scale = f64::from(1_u32 << (spec.bits_per_sample.clamp(1, 32) - 1));
            let to_float = |sample: i32| (f64::from(sample) / full_scale) as f32;
            reader.samples::<i32>().map(|sample| sample.map(to_float)).collect()
        }
    }
    .map_err(unreadable)?;
    let channels = usize::from(spec.channels.max(1));
    let channel = |index: usize| -> Vec<f32> {
        let signal: Vec<f32> =
            samples.iter().skip(index.min(channels - 1)).step_by(channels).copied().collect();
        resample(&signal, spec.sample_rate, rate_hz)
    };
    let (left, mut right) = (channel(0), channel(1));
    right.resize(left.len(), 0.0);
    if left.is_empty() {
        return Err(SoundFileError::Empty { path: path.to_owned() });
    }
    Ok(Recording { left, right })
}

/// Writes what comes through a ring into a WAV file: stereo, 32-bit floats. Dropping it completes the file.
pub(crate) struct Recorder {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Recorder {
    /// Begins a file, in place of one that is there.
    pub fn start(path: &Path, rate_hz: u32, ring: FrameReader) -> Result<Self, SoundFileError> {
        let spec = WavSpec {
            channels: MAX_CHANNELS as u16,
            sample_rate: rate_hz,
            bits_per_sample: 32,
            sample_format: SampleFormat::Float,
        };
        let unwritable = |source| SoundFileError::Unwritable { path: path.to_owned(), source };
        let writer = WavWriter::create(path, spec).map_err(unwritable)?;
        let stop = Arc::new(AtomicBool::new(false));
        let (path, stopped) = (path.to_owned(), Arc::clone(&stop));
        let record = move || match record(writer, ring, &stopped) {
            Ok(()) => info!(file = %path.display(), "the recording is complete"),
            Err(problem) => error!("{}", SoundFileError::Unwritable { path, source: problem }),
        };
        let thread = thread::Builder::new()
            .name("recorder".to_owned())
            .spawn(record)
            .map_err(|error| unwritable(error.into()))?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // It has reported whatever went wrong.
            let _ = thread.join();
        }
    }
}

fn record(
    mut writer: WavWriter<BufWriter<File>>,
    mut ring: FrameReader,
    stop: &AtomicBool,
) -> Result<(), hound::Error> {
    ring.begin();
    let mut chunk = vec![0.0; CHUNK_FRAMES * MAX_CHANNELS];
    let mut completed = Instant::now();
    loop {
        // Looked at before the ring, so that nothing which came until then is left in it.
        let is_last = stop.load(Ordering::Relaxed);
        loop {
            let frames = ring.read(&mut chunk);
            if frames == 0 {
                break;
            }
            for sample in &chunk[..frames * MAX_CHANNELS] {
                writer.write_sample(*sample)?;
            }
        }
        if is_last {
            return writer.finalize();
        }
        if completed.elapsed() >= COMPLETE_INTERVAL {
            writer.flush()?;
            completed = Instant::now();
        }
        thread::sleep(WRITE_INTERVAL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame_ring::frame_ring;
    use crate::processor_slot::Block;

    #[test]
    fn what_was_recorded_can_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sound.wav");
        let (mut writer, reader) = frame_ring(48_000, 64, Arc::default());
        let recorder = Recorder::start(&path, 48_000, reader).unwrap();
        for block in 0..100 {
            let samples = [block as f32 / 100.0; 64];
            writer.write(Block { left: &samples, right: &samples.map(|sample| -sample) });
        }
        drop(recorder);
        let recording = read(&path, 48_000).unwrap();
        assert_eq!(recording.left.len(), 6_400);
        let expected = |frame: usize| (frame / 64) as f32 / 100.0;
        let is_whole = |frame: usize| recording.left[frame].to_bits() == expected(frame).to_bits();
        assert!((0..6_400).all(is_whole));
        assert!((0..6_400).all(|frame| recording.right[frame].to_bits() == (-expected(frame)).to_bits()));
    }

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
            let recording = read(&path, 48_000).unwrap();
            assert_eq!(recording.left.len(), 48_000, "{bits}");
            assert_eq!(recording.left, recording.right);
            assert!((recording.left[24_000] - 0.5).abs() < 1e-4, "{bits}: {}", recording.left[24_000]);
        }
    }

    #[test]
    fn what_is_no_sound_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("text.wav");
        assert!(matches!(read(&path, 48_000), Err(SoundFileError::Unreadable { .. })));
        std::fs::write(&path, "no sound").unwrap();
        assert!(matches!(read(&path, 48_000), Err(SoundFileError::Unreadable { .. })));
        let spec = WavSpec {
            channels: 2,
            sample_rate: 48_000,
            bits_per_sample: 16,
            sample_format: SampleFormat::Int,
        };
        WavWriter::create(&path, spec).unwrap().finalize().unwrap();
        assert!(matches!(read(&path, 48_000), Err(SoundFileError::Empty { .. })));
    }
}
