//! Named points of a plugin's sound, for whoever wants to see it.
//!
//! Realtime safety: making a signal allocates; writing it while nobody listens is one load, and otherwise copies the block
//! into memory that is always there. It never allocates, locks, waits or fails: what is old is written over.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use atomic_float::AtomicF32;

/// How many frames of the past a signal keeps. A power of two.
pub const HISTORY_FRAMES: usize = 1 << 14;

/// So many frames are written at most before it is told that they were.
const STRETCH_FRAMES: usize = 1 << 10;

/// The most frames that can be read at once: nearly as many again may be written meanwhile.
pub const MOST_READ_FRAMES: usize = HISTORY_FRAMES / 2;

/// A point of a plugin's sound in up to two channels. Clones are of the same signal.
#[derive(Clone, Debug)]
pub struct Signal {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    name: String,
    listeners: AtomicU32,
    sample_rate_hz: AtomicF32,
    /// How many frames were written while somebody listened.
    written_frames: AtomicU64,
    /// Left in the lower half of each, right in the upper, so that both belong to one frame.
    history: Box<[AtomicU64]>,
}

/// A signal at this point of the plugin. Allocates.
pub fn signal(name: impl Into<String>) -> Signal {
    let history = (0..HISTORY_FRAMES).map(|_| AtomicU64::new(0)).collect();
    let shared = Shared {
        name: name.into(),
        listeners: AtomicU32::new(0),
        sample_rate_hz: AtomicF32::new(48_000.0),
        written_frames: AtomicU64::new(0),
        history,
    };
    Signal { shared: Arc::new(shared) }
}

impl Signal {
    /// What users read.
    pub fn name(&self) -> &str {
        &self.shared.name
    }

    /// Goes on at another sample rate, in Hz.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn set_sample_rate(&self, sample_rate_hz: f32) {
        self.shared.sample_rate_hz.store(sample_rate_hz, Ordering::Relaxed);
    }

    /// Keeps a block, if anybody listens: one channel, which stands on both sides, or the first two. Channels are of equal
    /// lengths.
    ///
    /// # Realtime safety
    ///
    /// Safe. It is for one thread at a time, the audio thread; of two at once one's frames are lost.
    pub fn write(&self, channels: &[&mut [f32]]) {
        if self.shared.listeners.load(Ordering::Relaxed) == 0 {
            return;
        }
        match channels {
            [] => {}
            [mono] => self.keep(mono, mono),
            [left, right, ..] => self.keep(left, right),
        }
    }

    fn keep(&self, left: &[f32], right: &[f32]) {
        let Shared { written_frames, history, .. } = &*self.shared;
        let mut written = written_frames.load(Ordering::Relaxed);
        let (mut left, mut right) = (left, right);
        while !left.is_empty() && !right.is_empty() {
            // A stretch does not go round the end, so that no frame asks where it goes.
            let start = written as usize % HISTORY_FRAMES;
            let count = left.len().min(right.len()).min(HISTORY_FRAMES - start).min(STRETCH_FRAMES);
            for ((place, left), right) in history[start..start + count].iter().zip(left).zip(right) {
                let frame = u64::from(left.to_bits()) | u64::from(right.to_bits()) << 32;
                place.store(frame, Ordering::Relaxed);
            }
            (left, right) = (&left[count..], &right[count..]);
            written += count as u64;
            written_frames.store(written, Ordering::Release);
        }
    }

    /// Listens from now on, until what is returned is dropped. Not on the audio thread.
    pub fn listen(&self) -> SignalListener {
        self.shared.listeners.fetch_add(1, Ordering::Relaxed);
        SignalListener { signal: self.clone() }
    }
}

/// Where in a signal what was read ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignalPosition {
    /// Frames that were written while somebody listened.
    pub end_frame: u64,
    /// Frames a second.
    pub sample_rate_hz: f32,
}

/// Somebody who listens to a signal: only while there is one, the audio thread copies anything.
#[derive(Debug)]
pub struct SignalListener {
    signal: Signal,
}

impl SignalListener {
    /// Reads the newest frames, as many as there is room for: at most [`MOST_READ_FRAMES`]. `None`, and nothing sensible in
    /// `left` and `right`, if the audio thread has written over them meanwhile, or if both are not of one length.
    pub fn read(&self, left: &mut [f32], right: &mut [f32]) -> Option<SignalPosition> {
        let Shared { written_frames, history, sample_rate_hz, .. } = &*self.signal.shared;
        let count = left.len();
        if right.len() != count || count > MOST_READ_FRAMES {
            return None;
        }
        let end_frame = written_frames.load(Ordering::Acquire);
        let start = (end_frame as usize).wrapping_sub(count);
        for (index, (left, right)) in left.iter_mut().zip(right).enumerate() {
            let frame = history[start.wrapping_add(index) % HISTORY_FRAMES].load(Ordering::Relaxed);
            (*left, *right) = (f32::from_bits(frame as u32), f32::from_bits((frame >> 32) as u32));
        }
        // No load above may come after this one.
        std::sync::atomic::fence(Ordering::Acquire);
        let meanwhile = written_frames.load(Ordering::Relaxed) - end_frame;
        // The stretch of now is not told yet.
        let is_whole = meanwhile as usize + STRETCH_FRAMES <= HISTORY_FRAMES - count;
        is_whole.then(|| SignalPosition { end_frame, sample_rate_hz: sample_rate_hz.load(Ordering::Relaxed) })
    }
}

impl Drop for SignalListener {
    fn drop(&mut self) {
        self.signal.shared.listeners.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "what was written comes back exactly")]
mod tests {
    use super::*;

    fn ramp(from: usize, frames: usize) -> Vec<f32> {
        (from..from + frames).map(|frame| frame as f32).collect()
    }

    #[test]
    fn nothing_is_kept_while_nobody_listens() {
        let signal = signal("Before");
        signal.write(&[&mut ramp(1, 100)]);
        let listener = signal.listen();
        let (mut left, mut right) = ([1.0; 8], [1.0; 8]);
        assert_eq!(listener.read(&mut left, &mut right).unwrap().end_frame, 0);
        assert_eq!((left, right), ([0.0; 8], [0.0; 8]));
        drop(listener);
        signal.write(&[&mut ramp(1, 100)]);
        assert_eq!(signal.listen().read(&mut left, &mut right).unwrap().end_frame, 0);
    }

    #[test]
    fn the_newest_frames_are_read_whatever_the_blocks() {
        for block in [1, 7, 64, 5_000, HISTORY_FRAMES + 3] {
            let signal = signal("After");
            signal.set_sample_rate(96_000.0);
            let listener = signal.listen();
            let mut written = 0;
            while written < 3 * HISTORY_FRAMES {
                signal.write(&[&mut ramp(written, block), &mut ramp(written + 1, block)]);
                written += block;
            }
            let (mut left, mut right) = (vec![0.0; 4_096], vec![0.0; 4_096]);
            let position = listener.read(&mut left, &mut right).unwrap();
            assert_eq!((position.end_frame, position.sample_rate_hz), (written as u64, 96_000.0));
            assert_eq!(left, ramp(written - 4_096, 4_096), "blocks of {block}");
            assert_eq!(right, ramp(written - 4_095, 4_096));
        }
    }

    #[test]
    fn a_mono_signal_stands_on_both_sides_and_lengths_must_agree() {
        let signal = signal("Mono");
        let listener = signal.listen();
        signal.write(&[&mut [0.25; 4]]);
        signal.write(&[]);
        let (mut left, mut right) = ([0.0; 4], [0.0; 4]);
        assert!(listener.read(&mut left, &mut right).is_some());
        assert_eq!((left, right), ([0.25; 4], [0.25; 4]));
        assert!(listener.read(&mut left, &mut right[1..]).is_none());
        assert!(listener.read(&mut vec![0.0; HISTORY_FRAMES], &mut vec![0.0; HISTORY_FRAMES]).is_none());
    }

    #[test]
    fn what_is_read_while_it_is_written_is_whole_or_not_read() {
        let signal = signal("Busy");
        let listener = signal.listen();
        let writer = signal.clone();
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let audio = std::thread::spawn(move || {
            let mut written = 0;
            while stopped.try_recv().is_err() {
                writer.write(&[&mut ramp(written % 1_000_000, 64)]);
                written += 64;
            }
        });
        let (mut left, mut right) = (vec![0.0; 4_096], vec![0.0; 4_096]);
        let mut read = 0;
        while read < 200 {
            if listener.read(&mut left, &mut right).is_some_and(|position| position.end_frame > 4_096) {
                read += 1;
                let follows = |pair: &[f32]| {
                    pair[1] == pair[0] + 1.0 || pair[1] == 0.0 || pair[1] < pair[0] - 900_000.0
                };
                assert!(left.windows(2).all(follows));
                assert_eq!(left, right);
            }
        }
        stop.send(()).unwrap();
        audio.join().unwrap();
    }
}
