//! What is played into the processor when there is no microphone: test signals and recordings.
//!
//! Guarantees of `fill`: everything was allocated before; arithmetic and copying alone.

use std::f64::consts::TAU;
use std::str::FromStr;
use std::sync::Arc;

/// The level of steady test signals, linear: -12 dB, so that gain has room.
const LEVEL: f32 = 0.25;

/// The level of an impulse, linear.
const IMPULSE_LEVEL: f32 = 0.5;

/// How long a sweep takes, in seconds.
const SWEEP_S: f64 = 10.0;

/// Where a sweep begins and ends, in Hz.
const SWEEP_HZ: (f64, f64) = (20.0, 20_000.0);

/// Impulses a second.
const IMPULSES_PER_SECOND: f64 = 2.0;

/// The frequency of a sine for which none is named, in Hz.
const DEFAULT_SINE_HZ: f64 = 440.0;

/// A signal that is computed: not real sound, and always called a test signal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TestSignal {
    /// A steady sine.
    Sine {
        /// Its frequency, in Hz.
        frequency_hz: f64,
    },
    /// A sine that goes up through all that can be heard, again and again.
    Sweep,
    /// White noise.
    Noise,
    /// Single samples, twice a second.
    Impulses,
}

impl std::fmt::Display for TestSignal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sine { frequency_hz } => write!(formatter, "sine of {frequency_hz} Hz"),
            Self::Sweep => formatter.write_str("sweep"),
            Self::Noise => formatter.write_str("noise"),
            Self::Impulses => formatter.write_str("impulses"),
        }
    }
}

impl FromStr for TestSignal {
    type Err = UnknownSignal;

    fn from_str(text: &str) -> Result<Self, UnknownSignal> {
        let (name, frequency) = text.split_once(':').map_or((text, None), |(name, rest)| (name, Some(rest)));
        let unknown = || UnknownSignal(text.to_owned());
        match (name, frequency) {
            ("sine", None) => Ok(Self::Sine { frequency_hz: DEFAULT_SINE_HZ }),
            ("sine", Some(frequency)) => {
                let frequency_hz: f64 =
                    frequency.trim_end_matches("Hz").trim_end().parse().map_err(|_| unknown())?;
                let is_audible = (1.0..=100_000.0).contains(&frequency_hz);
                if is_audible { Ok(Self::Sine { frequency_hz }) } else { Err(unknown()) }
            }
            ("sweep", None) => Ok(Self::Sweep),
            ("noise", None) => Ok(Self::Noise),
            ("impulses", None) => Ok(Self::Impulses),
            _ => Err(unknown()),
        }
    }
}

/// A text that names no test signal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no test signal; there are sine, sine:FREQUENCY_HZ, sweep, noise and impulses")]
pub struct UnknownSignal(String);

/// A recording, both channels at the rate at which they are played.
#[derive(Debug, PartialEq)]
pub(crate) struct Recording {
    /// The left channel, not empty.
    pub left: Vec<f32>,
    /// The right channel, as long as the left.
    pub right: Vec<f32>,
}

/// What is played into the processor.
pub(crate) enum Source {
    /// Computed.
    Signal(SignalGenerator),
    /// A recording, again and again, from this frame on.
    Loop(Arc<Recording>, usize),
    /// Nothing to hear.
    Silence,
}

impl Source {
    /// Fills the channels with what comes next.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn fill(&mut self, channels: &mut [&mut [f32]]) {
        match self {
            Self::Signal(generator) => generator.fill(channels),
            Self::Loop(recording, position) => fill_from(recording, position, channels),
            Self::Silence => channels.iter_mut().for_each(|channel| channel.fill(0.0)),
        }
    }
}

fn fill_from(recording: &Recording, position: &mut usize, channels: &mut [&mut [f32]]) {
    let total = recording.left.len();
    let frames = channels.first().map_or(0, |channel| channel.len());
    let mut done = 0;
    while done < frames {
        let length = (total - *position).min(frames - done);
        let range = *position..*position + length;
        match channels {
            [mono] => {
                let sides = recording.left[range.clone()].iter().zip(&recording.right[range]);
                for (sample, (left, right)) in mono[done..done + length].iter_mut().zip(sides) {
                    *sample = f32::midpoint(*left, *right);
                }
            }
            [left, right, ..] => {
                left[done..done + length].copy_from_slice(&recording.left[range.clone()]);
                right[done..done + length].copy_from_slice(&recording.right[range]);
            }
            [] => {}
        }
        done += length;
        *position = (*position + length) % total;
    }
}

/// Computes a test signal.
pub(crate) struct SignalGenerator {
    signal: TestSignal,
    rate_hz: f64,
    /// Where in its turn the oscillator is, in [0, 1).
    phase: f64,
    elapsed_frames: u64,
    random: u32,
}

impl SignalGenerator {
    /// A generator at a sample rate.
    pub fn new(signal: TestSignal, rate_hz: u32) -> Self {
        Self { signal, rate_hz: f64::from(rate_hz), phase: 0.0, elapsed_frames: 0, random: 0x9E37_79B9 }
    }

    fn fill(&mut self, channels: &mut [&mut [f32]]) {
        let Some((first, others)) = channels.split_first_mut() else { return };
        for sample in first.iter_mut() {
            *sample = self.next();
        }
        for other in others {
            other.copy_from_slice(first);
        }
    }

    fn next(&mut self) -> f32 {
        let elapsed_s = self.elapsed_frames as f64 / self.rate_hz;
        self.elapsed_frames += 1;
        match self.signal {
            TestSignal::Sine { frequency_hz } => self.oscillate(frequency_hz),
            TestSignal::Sweep => {
                let (low_hz, high_hz) = SWEEP_HZ;
                let high_hz = high_hz.min(self.rate_hz * 0.45);
                self.oscillate(low_hz * (high_hz / low_hz).powf(elapsed_s / SWEEP_S % 1.0))
            }
            TestSignal::Noise => {
                // Marsaglia's xorshift: white enough, and without state to allocate.
                self.random ^= self.random << 13;
                self.random ^= self.random >> 17;
                self.random ^= self.random << 5;
                (self.random as f32 / u32::MAX as f32 * 2.0 - 1.0) * LEVEL
            }
            TestSignal::Impulses => {
                let before = self.phase;
                self.phase = (self.phase + IMPULSES_PER_SECOND / self.rate_hz) % 1.0;
                if self.phase < before { IMPULSE_LEVEL } else { 0.0 }
            }
        }
    }

    fn oscillate(&mut self, frequency_hz: f64) -> f32 {
        let sample = (self.phase * TAU).sin() as f32 * LEVEL;
        self.phase = (self.phase + frequency_hz / self.rate_hz) % 1.0;
        sample
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "copies and constants are exact")]
mod tests {
    use super::*;

    fn second_of(signal: &str) -> Vec<f32> {
        let mut source = Source::Signal(SignalGenerator::new(signal.parse().unwrap(), 48_000));
        let (mut left, mut right) = (vec![9.0; 48_000], vec![9.0; 48_000]);
        source.fill(&mut [&mut left, &mut right]);
        assert_eq!(left, right);
        left
    }

    #[test]
    fn signals_are_what_their_names_say() {
        let sine = second_of("sine:1000");
        let crossings = sine.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count();
        assert!((999..=1_000).contains(&crossings), "{crossings}");
        assert_eq!(second_of("impulses").iter().filter(|sample| **sample == IMPULSE_LEVEL).count(), 2);
        for signal in ["sine", "sweep", "noise"] {
            let peak = second_of(signal).iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
            assert!((0.2..=LEVEL).contains(&peak), "{signal}: {peak}");
        }
    }

    #[test]
    fn other_texts_are_no_signals() {
        for text in ["", "sines", "sine:", "sine:x", "sine:0", "sine:-1", "noise:1", "sine:NaN"] {
            assert!(text.parse::<TestSignal>().is_err(), "{text}");
        }
    }

    #[test]
    fn recordings_loop_at_their_very_end() {
        let recording = Arc::new(Recording { left: vec![1.0, 2.0, 3.0], right: vec![3.0, 4.0, 5.0] });
        let mut stereo = Source::Loop(Arc::clone(&recording), 0);
        let (mut left, mut right) = ([0.0; 5], [0.0; 5]);
        stereo.fill(&mut [&mut left, &mut right]);
        assert_eq!((left, right), ([1.0, 2.0, 3.0, 1.0, 2.0], [3.0, 4.0, 5.0, 3.0, 4.0]));
        let mut mono = [0.0; 2];
        stereo.fill(&mut [&mut mono]);
        assert_eq!(mono, [4.0, 2.0]);
    }
}
