//! What is measured, and how.
//!
//! Realtime safety: arithmetic alone.

use fearless_simd::{Level, dispatch};

/// How loud a channel was for the time of a meter frame. Linear: 1.0 is full scale.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ChannelLevel {
    /// The largest absolute sample.
    pub peak: f32,
    /// The root of the mean square.
    pub rms: f32,
}

/// The levels of a sixtieth of a second. A mono signal stands on both sides.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LevelFrame {
    /// When the frame ended: microseconds of audio since the writer was made. It never goes back.
    pub timestamp_us: u64,
    /// Left and right before processing.
    pub input: [ChannelLevel; 2],
    /// Left and right after processing.
    pub output: [ChannelLevel; 2],
}

impl LevelFrame {
    /// Keeps this frame's time and RMS, and the higher of both frames' peaks, so that no peak is lost with `earlier`.
    #[must_use]
    pub fn with_peaks_of(mut self, earlier: &Self) -> Self {
        let levels = self.input.iter_mut().chain(&mut self.output);
        for (level, earlier) in levels.zip(earlier.input.iter().chain(&earlier.output)) {
            level.peak = level.peak.max(earlier.peak);
        }
        self
    }
}

/// One channel's peak and power so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Accumulator {
    peak: f32,
    square_sum: f64,
}

/// Samples measured side by side, so that the compiler can use vector instructions.
const LANES: usize = 8;

impl Accumulator {
    /// Adds samples. Those that are not finite count as silence.
    pub(crate) fn add(&mut self, samples: &[f32]) {
        let (peak, square_sum) = measure(samples);
        if square_sum.is_finite() {
            self.peak = self.peak.max(peak);
            self.square_sum += square_sum;
        } else {
            // Rare enough to take its time: something is not finite, or too large to be squared in single precision.
            for sample in samples.iter().copied().filter(|sample| sample.is_finite()) {
                self.peak = self.peak.max(sample.abs());
                self.square_sum += f64::from(sample) * f64::from(sample);
            }
        }
    }

    /// The level of the `frames` frames added, and a new beginning.
    pub(crate) fn take(&mut self, frames: u32) -> ChannelLevel {
        let Self { peak, square_sum } = std::mem::take(self);
        ChannelLevel { peak, rms: (square_sum / f64::from(frames.max(1))).sqrt() as f32 }
    }
}

/// The largest magnitude of the samples that are finite.
pub(crate) fn peak(samples: &[f32]) -> f32 {
    let (peak, square_sum) = measure(samples);
    if square_sum.is_finite() {
        return peak;
    }
    samples.iter().filter(|sample| sample.is_finite()).fold(0.0, |peak, sample| peak.max(sample.abs()))
}

/// -360 dBFS. Below lies nothing to be seen, and the squares would be denormal numbers, with which every operation takes
/// long.
const SMALLEST: f32 = 1e-18;

/// The largest absolute value and the sum of squares.
fn measure(samples: &[f32]) -> (f32, f64) {
    dispatch!(Level::new(), _simd => measure_lanes(samples))
}

#[inline(always)]
fn measure_lanes(samples: &[f32]) -> (f32, f64) {
    // Magnitudes compare as integers like the numbers do; what is no number comes out on top, and in the sum.
    let (mut peaks, mut sums) = ([0_i32; LANES], [0.0_f32; LANES]);
    let mut add = |block: &[f32]| {
        for lane in 0..LANES {
            let bits = (block[lane].to_bits() & !(1 << 31)) as i32;
            let bits = if bits < SMALLEST.to_bits() as i32 { 0 } else { bits };
            let magnitude = f32::from_bits(bits as u32);
            peaks[lane] = peaks[lane].max(bits);
            sums[lane] += magnitude * magnitude;
        }
    };
    let blocks = samples.chunks_exact(LANES);
    let rest = blocks.remainder();
    blocks.for_each(&mut add);
    if !rest.is_empty() {
        let mut last = [0.0; LANES];
        last[..rest.len()].copy_from_slice(rest);
        add(&last);
    }
    // Halves onto halves: adding up one by one would take as long as the samples themselves.
    let mut squares = sums.map(f64::from);
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            peaks[lane] = peaks[lane].max(peaks[lane + width]);
            squares[lane] += squares[lane + width];
        }
        width /= 2;
    }
    (f32::from_bits(peaks[0] as u32), squares[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(samples: &[f32]) -> ChannelLevel {
        let mut accumulator = Accumulator::default();
        accumulator.add(samples);
        accumulator.take(samples.len() as u32)
    }

    #[test]
    fn rms_is_the_root_of_the_mean_square() {
        let sine: Vec<f32> =
            (0..4_800_u16).map(|n| (std::f32::consts::TAU * f32::from(n) / 48.0).sin()).collect();
        assert!((level(&sine).rms - std::f32::consts::FRAC_1_SQRT_2).abs() < 1e-6);
        // A square wave's RMS is its peak; a pulse's is far below: no fixed ratio to the peak would do.
        assert!((level(&[0.5, -0.5, 0.5, -0.5]).rms - 0.5).abs() < 1e-7);
        let mut pulse = [0.0; 100];
        pulse[37] = -1.0;
        assert_eq!(level(&pulse), ChannelLevel { peak: 1.0, rms: 0.1 });
    }

    #[test]
    fn what_is_not_finite_counts_as_silence() {
        let level = level(&[f32::NAN, 0.5, f32::INFINITY, -0.5]);
        assert!((level.peak - 0.5).abs() < f32::EPSILON);
        assert!((level.rms - 0.5_f32.sqrt() * 0.5).abs() < 1e-7);
    }

    #[test]
    fn huge_samples_are_measured_without_overflow() {
        assert_eq!(level(&[1e30; 16]), ChannelLevel { peak: 1e30, rms: 1e30 });
    }
}
