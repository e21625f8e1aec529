//! A sound file as output: written by a thread of its own, through a ring.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tracing::error;

use crate::frame_ring::FrameReader;
use crate::processor::MAX_CHANNELS;
use crate::sound_file::{SampleFormat, SoundFileError, SoundFileWriter, WriterSettings};
use crate::status::Recorded;

/// How often what has come is written.
const WRITE_INTERVAL: Duration = Duration::from_millis(20);

/// How often the file is made whole, so that it can be read even if this program is killed.
const COMPLETE_INTERVAL: Duration = Duration::from_secs(1);

/// Frames that are moved at once.
const CHUNK_FRAMES: usize = 4_096;

/// Writes what comes through a ring into a WAV file: stereo, 32-bit floats. Dropping it completes the file.
pub(crate) struct Recorder {
    stop: Arc<AtomicBool>,
    path: PathBuf,
    rate_hz: u32,
    /// Returns how many frames the file has.
    thread: Option<JoinHandle<Result<u64, SoundFileError>>>,
}

impl Recorder {
    /// Begins a file, in place of one that is there.
    pub fn start(path: &Path, rate_hz: u32, ring: FrameReader) -> Result<Self, SoundFileError> {
        let settings =
            WriterSettings { format: SampleFormat::F32, channels: MAX_CHANNELS, sample_rate_hz: rate_hz };
        let unwritable = |source| SoundFileError::Unwritable { path: path.to_owned(), source };
        let file = File::create(path).map_err(unwritable)?;
        let writer = SoundFileWriter::create(file, path, settings, &[])?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let record = move || record(writer, ring, &stopped).inspect_err(|error| error!("{error}"));
        let thread = thread::Builder::new().name("recorder".to_owned()).spawn(record).map_err(unwritable)?;
        Ok(Self { stop, path: path.to_owned(), rate_hz, thread: Some(thread) })
    }

    /// Completes the file. `None` if that failed, which is logged.
    pub fn finish(mut self) -> Option<Recorded> {
        self.stop.store(true, Ordering::Relaxed);
        let frames = self.thread.take()?.join().ok()?.ok()?;
        let duration = Duration::from_secs_f64(frames as f64 / f64::from(self.rate_hz));
        Some(Recorded { path: std::mem::take(&mut self.path), duration })
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
    mut writer: SoundFileWriter,
    mut ring: FrameReader,
    stop: &AtomicBool,
) -> Result<u64, SoundFileError> {
    ring.begin();
    let mut frames_written = 0;
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
            writer.write_interleaved(&chunk[..frames * MAX_CHANNELS])?;
            frames_written += frames as u64;
        }
        if is_last {
            return writer.finish().map(|_| frames_written);
        }
        if completed.elapsed() >= COMPLETE_INTERVAL {
            writer.make_whole()?;
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
    use crate::sound_file::read_recording;

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
        let recorded = recorder.finish().unwrap();
        assert_eq!(
            recorded,
            Recorded { path: path.clone(), duration: Duration::from_secs_f64(6_400.0 / 48_000.0) }
        );
        let recording = read_recording(&path, 48_000).unwrap();
        assert_eq!(recording.left.len(), 6_400);
        let expected = |frame: usize| (frame / 64) as f32 / 100.0;
        let is_whole = |frame: usize| recording.left[frame].to_bits() == expected(frame).to_bits();
        assert!((0..6_400).all(is_whole));
        assert!((0..6_400).all(|frame| recording.right[frame].to_bits() == (-expected(frame)).to_bits()));
    }
}
