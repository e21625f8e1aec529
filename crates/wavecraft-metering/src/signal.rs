//! Named points of a plugin's sound, for whoever wants to see it.
//!
//! Realtime safety: making a signal allocates; writing it while nobody listens is one load, and otherwise copies the block
//! into memory that is there already. It never allocates, locks, waits or fails: what is old is written over.

use std::fmt;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering, fence};
use std::sync::{Arc, OnceLock};

use atomic_float::AtomicF32;

/// How many frames of the past a signal keeps. A power of two.
pub const HISTORY_FRAMES: usize = 1 << 14;

/// So many frames are written at most before it is told that they were.
const STRETCH_FRAMES: usize = 1 << 10;

/// The most frames that can be read at once: nearly as many again may be written meanwhile.
pub const MOST_READ_FRAMES: usize = HISTORY_FRAMES / 2;

/// What is made of a signal for those who see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignalKind {
    /// How loud it is at each frequency.
    Spectrum,
    /// How it swings.
    Waveform,
}

/// What is told of a signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignalDescription {
    /// Under which it is asked for. No two signals of a plugin have the same.
    pub id: String,
    /// What users read.
    pub name: String,
    /// What is made of it.
    pub kind: SignalKind,
    /// What is shown apart: 1 for all channels together, 2 for left and right.
    pub channels: usize,
}

/// A point of a plugin's sound in up to two channels. Clones are of the same signal.
#[derive(Clone)]
pub struct Signal {
    shared: Arc<Shared>,
}

struct Shared {
    name: String,
    kind: SignalKind,
    channels: usize,
    listeners: AtomicU32,
    sample_rate_hz: AtomicF32,
    /// How many frames were written while somebody listened.
    written_frames: AtomicU64,
    /// There from the first listener on.
    history: OnceLock<History>,
}

/// A signal at this point of the plugin, which is seen as a spectrum of all its channels together. Allocates.
pub fn spectrum(name: impl Into<String>) -> Signal {
    Signal::new(name.into(), SignalKind::Spectrum, 1)
}

/// A signal at this point of the plugin, which is seen as a waveform of all its channels together. Allocates.
pub fn waveform(name: impl Into<String>) -> Signal {
    Signal::new(name.into(), SignalKind::Waveform, 1)
}

/// The past of both channels.
struct History {
    left: ChannelHistory,
    right: ChannelHistory,
}

/// The past of one channel. Two samples in each number, the earlier one in the lower half: what is next to each other in a
/// block is copied in one step.
struct ChannelHistory(Box<[AtomicU64]>);

impl ChannelHistory {
    fn new() -> Self {
        let pairs: Box<[AtomicU64]> = (0..HISTORY_FRAMES / 2).map(|_| AtomicU64::new(0)).collect();
        // The system gives memory at the first write to it. That must not be the audio thread's.
        pairs.iter().for_each(|pair| pair.store(0, Ordering::Relaxed));
        Self(pairs)
    }

    /// Copies samples to the places from `start` on, which must not go round the end. For one thread at a time.
    fn keep(&self, start: usize, mut samples: &[f32]) {
        let mut places = &self.0[start / 2..];
        if let ([first, rest @ ..], false, [place, later @ ..]) = (samples, start.is_multiple_of(2), places) {
            let earlier = place.load(Ordering::Relaxed) as u32;
            place.store(u64::from(earlier) | u64::from(first.to_bits()) << 32, Ordering::Relaxed);
            (samples, places) = (rest, later);
        }
        let (pairs, last) = samples.as_chunks::<2>();
        for (place, [earlier, later]) in places.iter().zip(pairs) {
            place.store(u64::from(earlier.to_bits()) | u64::from(later.to_bits()) << 32, Ordering::Relaxed);
        }
        if let (Some(place), [last]) = (places.get(pairs.len()), last) {
            place.store(u64::from(last.to_bits()), Ordering::Relaxed);
        }
    }

    /// The sample at a place below [`HISTORY_FRAMES`].
    fn sample(&self, frame: usize) -> f32 {
        let pair = self.0[frame / 2].load(Ordering::Relaxed);
        f32::from_bits(if frame.is_multiple_of(2) { pair as u32 } else { (pair >> 32) as u32 })
    }
}

impl Signal {
    fn new(name: String, kind: SignalKind, channels: usize) -> Self {
        let shared = Shared {
            name,
            kind,
            channels,
            listeners: AtomicU32::new(0),
            sample_rate_hz: AtomicF32::new(48_000.0),
            written_frames: AtomicU64::new(0),
            history: OnceLock::new(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// The same with left and right apart. Allocates: where the signal is declared.
    #[must_use]
    pub fn stereo(self) -> Self {
        Self::new(self.shared.name.clone(), self.shared.kind, 2)
    }

    /// What is told of the signal under an id. Allocates.
    pub fn describe(&self, id: &str) -> SignalDescription {
        let Shared { name, kind, channels, .. } = &*self.shared;
        SignalDescription { id: id.to_owned(), name: name.clone(), kind: *kind, channels: *channels }
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
        // A listener makes it before it is counted.
        let Some(history) = self.shared.history.get() else { return };
        match channels {
            [] => {}
            [mono] => self.keep(history, mono, mono),
            [left, right, ..] => self.keep(history, left, right),
        }
    }

    fn keep(&self, history: &History, mut left: &[f32], mut right: &[f32]) {
        let mut written = self.shared.written_frames.load(Ordering::Relaxed);
        while !left.is_empty() && !right.is_empty() {
            // A stretch does not go round the end, so that no frame asks where it goes.
            let start = written as usize % HISTORY_FRAMES;
            let count = left.len().min(right.len()).min(HISTORY_FRAMES - start).min(STRETCH_FRAMES);
            // Whoever reads a frame of this stretch finds the stretches before it counted.
            fence(Ordering::Release);
            history.left.keep(start, &left[..count]);
            history.right.keep(start, &right[..count]);
            (left, right) = (&left[count..], &right[count..]);
            written += count as u64;
            self.shared.written_frames.store(written, Ordering::Release);
        }
    }

    /// Listens from now on, until what is returned is dropped. Not on the audio thread: the first to listen allocates what
    /// the signal is kept in.
    pub fn listen(&self) -> SignalListener {
        let Shared { history, listeners, written_frames, .. } = &*self.shared;
        history.get_or_init(|| History { left: ChannelHistory::new(), right: ChannelHistory::new() });
        listeners.fetch_add(1, Ordering::Release);
        SignalListener { from_frame: written_frames.load(Ordering::Relaxed), signal: self.clone() }
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Signal").field("name", &self.shared.name).finish_non_exhaustive()
    }
}

/// The signals of a plugin under their ids, in order. Cloning is cheap, and clones are of the same signals.
#[derive(Clone, Debug, Default)]
pub struct SignalSet {
    signals: Arc<[(String, Signal)]>,
}

impl SignalSet {
    /// These signals. Ids must differ.
    pub fn new<'a>(signals: impl IntoIterator<Item = (&'a str, Signal)>) -> Self {
        Self { signals: signals.into_iter().map(|(id, signal)| (id.to_owned(), signal)).collect() }
    }

    /// What is told of each.
    pub fn describe(&self) -> Vec<SignalDescription> {
        self.signals.iter().map(|(id, signal)| signal.describe(id)).collect()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.signals.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.signals.len()
    }

    /// The signal at a place in the order.
    pub fn get(&self, index: usize) -> Option<&Signal> {
        self.signals.get(index).map(|(_, signal)| signal)
    }

    /// Lets all go on at another sample rate, in Hz.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn set_sample_rate(&self, sample_rate_hz: f32) {
        for (_, signal) in &*self.signals {
            signal.set_sample_rate(sample_rate_hz);
        }
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
    /// What was written before is older than the listener, and there may be a gap after it.
    from_frame: u64,
}

impl SignalListener {
    /// How far the signal has come, whatever can be read of it.
    pub fn position(&self) -> SignalPosition {
        let Shared { written_frames, sample_rate_hz, .. } = &*self.signal.shared;
        SignalPosition {
            end_frame: written_frames.load(Ordering::Acquire),
            sample_rate_hz: sample_rate_hz.load(Ordering::Relaxed),
        }
    }

    /// Reads the newest frames, as many as there is room for: at most [`MOST_READ_FRAMES`]. `None` if fewer were written since
    /// it listens, or if both are not of one length; and `None`, with nothing sensible in `left` and `right`, if the audio
    /// thread has written over them meanwhile.
    pub fn read(&self, left: &mut [f32], right: &mut [f32]) -> Option<SignalPosition> {
        let Shared { written_frames, history, .. } = &*self.signal.shared;
        let history = history.get()?;
        let count = left.len();
        let position = self.position();
        let heard_frames = position.end_frame - self.from_frame;
        if right.len() != count || count > MOST_READ_FRAMES || heard_frames < count as u64 {
            return None;
        }
        let start = position.end_frame as usize - count;
        for (index, (left, right)) in left.iter_mut().zip(right).enumerate() {
            let frame = (start + index) % HISTORY_FRAMES;
            (*left, *right) = (history.left.sample(frame), history.right.sample(frame));
        }
        // No load above may come after this one.
        fence(Ordering::Acquire);
        let meanwhile = written_frames.load(Ordering::Relaxed) - position.end_frame;
        // The stretch of now is not counted yet.
        let is_whole = meanwhile as usize + STRETCH_FRAMES <= HISTORY_FRAMES - count;
        is_whole.then_some(position)
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

    /// How many frames the signal has been given to keep.
    fn kept(signal: &Signal) -> u64 {
        signal.shared.written_frames.load(Ordering::Relaxed)
    }

    #[test]
    fn nothing_is_written_while_nobody_listens() {
        let signal = spectrum("Before");
        signal.write(&[&mut ramp(1, 100)]);
        assert_eq!(kept(&signal), 0);
        assert!(signal.shared.history.get().is_none(), "it has no memory yet either");
        let listener = signal.listen();
        signal.write(&[&mut ramp(1, 100)]);
        assert_eq!(kept(&signal), 100);
        drop(listener);
        let history = || {
            let history = signal.shared.history.get().unwrap();
            (0..HISTORY_FRAMES).map(|frame| history.left.sample(frame)).collect::<Vec<_>>()
        };
        let before = history();
        signal.write(&[&mut ramp(1, 100)]);
        assert_eq!((kept(&signal), history()), (100, before));
    }

    #[test]
    fn of_two_listeners_the_last_one_ends_it() {
        let signal = waveform("Both");
        let (one, other) = (signal.listen(), signal.listen());
        drop(one);
        signal.write(&[&mut [0.5; 8]]);
        assert_eq!(other.read(&mut [0.0; 8], &mut [0.0; 8]).unwrap().end_frame, 8);
        drop(other);
        signal.write(&[&mut [0.5; 8]]);
        assert_eq!(kept(&signal), 8);
    }

    #[test]
    fn what_was_written_before_a_listener_came_is_not_for_it() {
        let signal = spectrum("Before");
        let first = signal.listen();
        signal.write(&[&mut ramp(1, 100)]);
        let second = signal.listen();
        let (mut left, mut right) = ([0.0; 8], [0.0; 8]);
        assert!(first.read(&mut left, &mut right).is_some());
        assert!(second.read(&mut left, &mut right).is_none());
        signal.write(&[&mut ramp(1, 8)]);
        assert!(second.read(&mut left, &mut right).is_some());
    }

    #[test]
    fn the_newest_frames_are_read_whatever_the_blocks() {
        for block in [1, 7, 64, 5_000, HISTORY_FRAMES + 3] {
            let signal = spectrum("After");
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
        let signal = spectrum("Mono");
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
        let signal = spectrum("Busy");
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

    #[test]
    fn a_description_says_what_was_declared() {
        let set = SignalSet::new([("in", spectrum("Before")), ("out", waveform("After").stereo())]);
        let described = |id: &str, name: &str, kind, channels| SignalDescription {
            id: id.to_owned(),
            name: name.to_owned(),
            kind,
            channels,
        };
        let expected = [
            described("in", "Before", SignalKind::Spectrum, 1),
            described("out", "After", SignalKind::Waveform, 2),
        ];
        assert_eq!(set.describe(), expected);
    }
}
