//! A low-pass of two or four poles, for both channels of a voice.
//!
//! Each pair of poles is a state variable filter whose integrators follow the trapezoidal rule, solved without a delay in its
//! feedback: Vadim Zavalishin, "The Art of VA Filter Design", chapter 4, in the form of Andrew Simper, "Linear Trapezoidal
//! Integrated State Variable Filter With Low Noise Optimisation" (Cytomic). The state is what the integrators hold, not past
//! samples, so it stays bounded however fast the cutoff moves.
//!
//! Realtime safety: nothing here allocates or waits.

use std::f32::consts::PI;

/// The cutoff stays within these shares of the sample rate.
const CUTOFFS: (f32, f32) = (1e-4, 0.46);
/// The damping (1/Q) of two poles without resonance, and of each pair of four: both are Butterworth's.
const DAMPING_OF_TWO: f32 = std::f32::consts::SQRT_2;
const DAMPINGS_OF_FOUR: [f32; 2] = [1.847_759, 0.765_366_9];
/// The damping at full resonance: a peak of 26 dB.
const LEAST_DAMPING: f32 = 0.05;

/// What resonance and slope make of the two stages; the same for all voices.
#[derive(Clone, Copy)]
pub struct Damping {
    stages: [f32; 2],
    /// From two poles, 0, to four, 1.
    four_poles: f32,
}

impl Damping {
    /// `resonance` and `four_poles` go from 0 to 1.
    pub fn new(resonance: f32, four_poles: f32) -> Self {
        // Even steps of resonance are even steps of the peak in dB.
        let resonant = |damping: f32| damping * (LEAST_DAMPING / damping).powf(resonance);
        let two = resonant(DAMPING_OF_TWO);
        let first = two + four_poles * (DAMPINGS_OF_FOUR[0] - two);
        Self { stages: [first, resonant(DAMPINGS_OF_FOUR[1])], four_poles }
    }
}

/// What a frame of a voice needs.
#[derive(Clone, Copy)]
pub struct Coefficients {
    stages: [[f32; 3]; 2],
    four_poles: f32,
}

impl Coefficients {
    /// `cutoff` is a share of the sample rate.
    pub fn new(cutoff: f32, damping: &Damping) -> Self {
        let tangent = (PI * cutoff.clamp(CUTOFFS.0, CUTOFFS.1)).tan();
        let stages = damping.stages.map(|damping| {
            let a1 = 1.0 / (1.0 + tangent * (tangent + damping));
            [a1, tangent * a1, tangent * tangent * a1]
        });
        Self { stages, four_poles: damping.four_poles }
    }
}

/// What the two integrators of a stage hold.
#[derive(Clone, Copy, Default)]
struct Stage {
    first: f32,
    second: f32,
}

impl Stage {
    fn next(&mut self, sample: f32, [a1, a2, a3]: [f32; 3]) -> f32 {
        let rest = sample - self.second;
        let band = a1 * self.first + a2 * rest;
        let low = self.second + a2 * self.first + a3 * rest;
        self.first = 2.0 * band - self.first;
        self.second = 2.0 * low - self.second;
        low
    }
}

/// The filter of a voice.
#[derive(Clone, Copy, Default)]
pub struct LowPass {
    channels: [[Stage; 2]; 2],
}

impl LowPass {
    pub fn next(&mut self, frame: [f32; 2], coefficients: &Coefficients) -> [f32; 2] {
        let mut output = frame;
        for (sample, stages) in output.iter_mut().zip(&mut self.channels) {
            let two = stages[0].next(*sample, coefficients.stages[0]);
            let four = stages[1].next(two, coefficients.stages[1]);
            *sample = two + coefficients.four_poles * (four - two);
        }
        output
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The gain at a frequency, both as shares of the sample rate, in dB.
    fn gain_db(coefficients: &Coefficients, frequency: f32) -> f32 {
        let mut filter = LowPass::default();
        let turns = (200.0 / frequency).ceil() * frequency;
        let frames = (turns / frequency) as usize;
        let settle = 20_000;
        let (mut sine, mut cosine) = (0.0_f64, 0.0_f64);
        for frame in 0..settle + frames {
            let angle = std::f64::consts::TAU * f64::from(frequency) * frame as f64;
            let [sample, _] = filter.next([angle.sin() as f32; 2], coefficients);
            if frame >= settle {
                sine += f64::from(sample) * angle.sin();
                cosine += f64::from(sample) * angle.cos();
            }
        }
        (20.0 * (2.0 * sine.hypot(cosine) / frames as f64).log10()) as f32
    }

    #[test]
    fn without_resonance_the_cutoff_is_3_db_down_and_the_slope_is_as_it_says() {
        for (four_poles, slope_db) in [(0.0, 12.0), (1.0, 24.0)] {
            let coefficients = Coefficients::new(0.005, &Damping::new(0.0, four_poles));
            assert!((gain_db(&coefficients, 0.005) + 3.01).abs() < 0.05, "{}", gain_db(&coefficients, 0.005));
            assert!(gain_db(&coefficients, 0.0005).abs() < 0.01);
            let fall_db = gain_db(&coefficients, 0.02) - gain_db(&coefficients, 0.04);
            assert!((fall_db - slope_db).abs() < 0.4, "{fall_db} dB an octave");
        }
    }

    #[test]
    fn full_resonance_has_a_peak_of_26_db_with_two_poles() {
        let peak_db = gain_db(&Coefficients::new(0.02, &Damping::new(1.0, 0.0)), 0.02);
        assert!((peak_db - 26.0).abs() < 0.1, "{peak_db}");
    }

    #[test]
    fn it_stays_bounded_while_cutoff_and_resonance_jump_with_every_sample() {
        let mut filter = LowPass::default();
        let mut random = 1_u32;
        let mut next = || {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 8) as f32 / 16_777_216.0
        };
        let mut highest = 0.0_f32;
        for _ in 0..2_000_000 {
            let coefficients = Coefficients::new(0.5 * next().powi(4), &Damping::new(next(), next()));
            let [sample, _] = filter.next([2.0 * next() - 1.0; 2], &coefficients);
            highest = highest.max(sample.abs());
        }
        assert!(highest < 1_000.0, "{highest}");
    }
}
