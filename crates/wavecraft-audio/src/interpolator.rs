//! Reading a signal between its samples: a windowed sinc.
//!
//! Guarantees: the table is computed once, by [`Interpolator::new`]; after that there is arithmetic alone. At a sample's
//! own place, and unless it also lowers the rate, it gives back that sample exactly.

use std::f64::consts::PI;

/// Places between two samples for which the kernel is tabulated; between them it is interpolated linearly.
const PHASES: usize = 256;

/// Lobes of the sinc to each side.
const LOBES: usize = 24;

/// The shape of the Kaiser window: side lobes some 100 dB down.
const KAISER_BETA: f64 = 10.0;

/// How many taps are summed side by side, for the CPU's vector instructions.
const LANES: usize = 8;

/// When the rate is lowered, the part of the new band that stays untouched by the filter's slope.
const PASSBAND: f64 = 0.95;

/// A kernel, tabulated.
#[derive(Debug)]
pub(crate) struct Interpolator {
    taps: usize,
    /// `PHASES + 1` rows of `taps` each, so that the last place has a neighbour.
    table: Box<[f32]>,
}

impl Interpolator {
    /// A kernel for reading one sample every `step` samples; above 1 it lowers the rate, and filters.
    pub fn new(step: f64) -> Self {
        let cutoff = if step > 1.0 { PASSBAND / step } else { 1.0 };
        let half = ((LOBES as f64 / cutoff).ceil() as usize).next_multiple_of(LANES / 2);
        let taps = 2 * half;
        let mut table = Vec::with_capacity((PHASES + 1) * taps);
        for phase in 0..=PHASES {
            let fraction = phase as f64 / PHASES as f64;
            let row: Vec<f64> = (0..taps)
                .map(|tap| {
                    let distance = tap as f64 - (half - 1) as f64 - fraction;
                    cutoff * sinc(distance * cutoff) * kaiser(distance / half as f64)
                })
                .collect();
            // A constant stays what it is at every place.
            let sum: f64 = row.iter().sum();
            table.extend(row.iter().map(|weight| (weight / sum) as f32));
        }
        Self { taps, table: table.into() }
    }

    /// How many samples the kernel covers.
    pub fn taps(&self) -> usize {
        self.taps
    }

    /// How many samples the result lies behind the newest one that is covered.
    pub fn delay(&self) -> usize {
        self.taps / 2
    }

    /// The frame `fraction` (in [0, 1)) of a sample after the one in the middle: `samples` begins with
    /// [`taps`](Self::taps) frames of interleaved channels.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn at<const CHANNELS: usize>(&self, samples: &[f32], fraction: f64) -> [f32; CHANNELS] {
        let place = fraction * PHASES as f64;
        let phase = (place as usize).min(PHASES - 1);
        let blend = (place - phase as f64) as f32;
        let rows = &self.table[phase * self.taps..(phase + 2) * self.taps];
        let (row, next) = rows.split_at(self.taps);
        let (frames, _) = samples.as_chunks::<CHANNELS>();
        let pieces = frames.as_chunks::<LANES>().0.iter();
        let weights = row.as_chunks::<LANES>().0.iter().zip(next.as_chunks::<LANES>().0);
        let mut sums = [[0.0; CHANNELS]; LANES];
        for (piece, (row, next)) in pieces.zip(weights) {
            for lane in 0..LANES {
                let weight = row[lane] + (next[lane] - row[lane]) * blend;
                for channel in 0..CHANNELS {
                    sums[lane][channel] += piece[lane][channel] * weight;
                }
            }
        }
        std::array::from_fn(|channel| sums.iter().map(|sum| sum[channel]).sum())
    }
}

/// Resamples a whole signal. Not for the audio thread.
pub(crate) fn resample(signal: &[f32], from_hz: u32, to_hz: u32) -> Vec<f32> {
    if from_hz == to_hz {
        return signal.to_vec();
    }
    let step = f64::from(from_hz) / f64::from(to_hz);
    let kernel = Interpolator::new(step);
    let before = kernel.taps() - 1 - kernel.delay();
    let padded = [vec![0.0; before], signal.to_vec(), vec![0.0; kernel.taps()]].concat();
    let frames = (signal.len() as f64 / step).round() as usize;
    (0..frames)
        .map(|frame| {
            let place = frame as f64 * step;
            let start = place as usize;
            let [sample] = kernel.at(&padded[start..start + kernel.taps()], place - start as f64);
            sample
        })
        .collect()
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 {
        return 1.0;
    }
    // Exactly zero at whole numbers, where the sine of a rounded multiple of pi is not.
    if x.fract() == 0.0 { 0.0 } else { (PI * x).sin() / (PI * x) }
}

/// The Kaiser window, 1 in the middle and ending at -1 and 1.
fn kaiser(x: f64) -> f64 {
    let rest = 1.0 - x * x;
    if rest <= 0.0 { 0.0 } else { bessel_i0(KAISER_BETA * rest.sqrt()) / bessel_i0(KAISER_BETA) }
}

/// The modified Bessel function of the first kind and order 0, by its power series.
fn bessel_i0(x: f64) -> f64 {
    let quarter = x * x / 4.0;
    let (mut term, mut sum) = (1.0, 1.0);
    for n in 1..64 {
        term *= quarter / (f64::from(n) * f64::from(n));
        sum += term;
    }
    sum
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "what is not interpolated comes through exactly")]
mod tests {
    use super::*;

    fn sine(hz: f64, rate_hz: f64, frames: usize) -> Vec<f32> {
        (0..frames).map(|frame| (frame as f64 * hz / rate_hz * 2.0 * PI).sin() as f32).collect()
    }

    #[test]
    fn samples_themselves_come_back_exactly() {
        let kernel = Interpolator::new(1.0);
        let signal = sine(1_234.0, 48_000.0, 200);
        for start in 0..signal.len() - kernel.taps() {
            let middle = signal[start + kernel.taps() - 1 - kernel.delay()];
            assert_eq!(kernel.at(&signal[start..], 0.0), [middle]);
        }
    }

    #[test]
    fn between_the_samples_sines_up_to_18_khz_are_accurate_to_100_db() {
        let (kernel, step) = (Interpolator::new(1.0), 1.000_3);
        for hz in [1_000.0, 10_000.0, 18_000.0] {
            let signal = sine(hz, 48_000.0, 48_000);
            let before = (kernel.taps() - 1 - kernel.delay()) as f64;
            let errors = (0..47_000).map(|frame| {
                let place = f64::from(frame) * step;
                let [sample] = kernel.at(&signal[place as usize..], place.fract());
                f64::from(sample) - ((place + before) * hz / 48_000.0 * 2.0 * PI).sin()
            });
            let mean_square = errors.map(|error| error * error).sum::<f64>() / 47_000.0;
            let error_db = 10.0 * (2.0 * mean_square).log10();
            assert!(error_db < -100.0, "{hz} Hz: {error_db} dB");
        }
    }

    #[test]
    fn a_sine_stays_the_same_sine_at_another_rate() {
        for (from_hz, to_hz) in [(44_100, 48_000), (48_000, 44_100), (96_000, 48_000), (8_000, 48_000)] {
            let hz = 997.0;
            let result = resample(&sine(hz, f64::from(from_hz), from_hz as usize), from_hz, to_hz);
            assert_eq!(result.len(), to_hz as usize);
            let expected = sine(hz, f64::from(to_hz), to_hz as usize);
            let inner = 1_000..result.len() - 1_000;
            let error = inner.map(|frame| (result[frame] - expected[frame]).abs()).fold(0.0, f32::max);
            assert!(error < 5e-4, "{from_hz} Hz to {to_hz} Hz: {error}");
        }
    }

    #[test]
    fn what_a_lower_rate_cannot_hold_is_taken_away() {
        let result = resample(&sine(18_000.0, 96_000.0, 96_000), 96_000, 32_000);
        let loudest = result[500..31_000].iter().fold(0.0_f32, |loudest, sample| loudest.max(sample.abs()));
        assert!(loudest < 2e-3, "{loudest}");
    }
}
