//! The four curves of the drive stage, one channel, at whatever rate they are called.
//!
//! Each has a slope of one at zero, so that a quiet signal passes as it is.
//!
//! Realtime safety: arithmetic alone.

use multiversion::multiversion;

/// What the drive stage makes of a loud signal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Character {
    /// A hyperbolic tangent: odd harmonics that fall evenly.
    #[default]
    Soft,
    /// Odd harmonics, compression of what is loud, and a little less treble the louder it is.
    Tape,
    /// An asymmetric curve: even harmonics as well.
    Tube,
    /// Straight up to full scale, then flat.
    Hard,
}

impl Character {
    /// Every character.
    pub const ALL: [Self; 4] = [Self::Soft, Self::Tape, Self::Tube, Self::Hard];

    /// The curve: what becomes of `input`, linear and of any size, when the sample before was the same.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe, though meant for drawing: a signal goes through [`Drive`](super::Drive).
    pub fn curve(self, input: f32) -> f32 {
        let mut samples = [input; 2];
        Shaper::new().process(self, &mut samples);
        samples[1]
    }
}

/// How far the tube's operating point lies from the middle of its curve. It sets the second harmonic: about
/// tanh(bias) / 2 of the amplitude for small signals.
const TUBE_BIAS: f32 = 0.35;

/// The tangent: relative error below 1e-6.
///
/// A rational function x P(x^2) / Q(x^2) fitted to tanh over [0, 9.2] for the least largest relative error; beyond, the
/// tangent is 1 to all digits of an `f32`.
#[inline(always)]
#[allow(clippy::excessive_precision, reason = "the coefficients as the fit gave them")]
pub fn tanh(x: f32) -> f32 {
    let x = x.clamp(-9.2, 9.2);
    let u = x * x;
    let p =
        (((-4.852_451_3e-9 * u + 6.389_811_5e-6) * u + 2.588_484_4e-3) * u + 0.126_043_48) * u + 0.999_999_34;
    let q = ((1.831_573_8e-4 * u + 0.022_385_137) * u + 0.459_371_98) * u + 1.0;
    x * p / q
}

/// The tape's curve: like the tangent, but it never quite arrives.
#[inline(always)]
fn tape(x: f32) -> f32 {
    x / (1.0 + x * x).sqrt()
}

/// The tube's curve: a tangent with its operating point moved to zero, and its slope there to one.
#[derive(Clone, Copy, Debug)]
struct Tube {
    offset: f32,
    inverse_slope: f32,
}

impl Tube {
    fn new() -> Self {
        let offset = tanh(TUBE_BIAS);
        Self { offset, inverse_slope: 1.0 / (1.0 - offset * offset) }
    }

    #[inline(always)]
    fn apply(self, x: f32) -> f32 {
        (tanh(x + TUBE_BIAS) - self.offset) * self.inverse_slope
    }
}

/// What exceeds full scale, and would be clipped off.
#[inline(always)]
fn excess(x: f32) -> f32 {
    x - x.clamp(-1.0, 1.0)
}

/// The mean of [`excess`] on the straight way between two samples: first-order antiderivative anti-aliasing (Parker,
/// Zavalishin and Le Bivic, "Reducing the aliasing of nonlinear waveshaping using continuous-time convolution", 2016).
///
/// The antiderivative of the excess is half its square. Written with the excess itself, no difference of large
/// numbers is left to cancel.
#[inline(always)]
fn mean_excess(from: f32, to: f32) -> f32 {
    let (e0, e1) = (excess(from), excess(to));
    let distance = to - from;
    // All ways are computed and one is chosen, for a whole vector of samples at once.
    let across = 0.5 * (e1 * e1 - e0 * e0) / distance;
    // The divisor is only ever this small when both ends lie at an edge, where the excess is as small itself.
    let apart = if distance.abs() > 1e-9 { across } else { 0.0 };
    // Both ends beyond the same edge: the excess is a straight line.
    if e0 * e1 > 0.0 { 0.5 * (e0 + e1) } else { apart }
}

/// The clipped sample, and what the mean of the curve since the previous one differs from the mean of both ends.
///
/// The mean alone would dull a signal that is not clipped at all and delay it by half a sample. This passes such a signal
/// untouched and in time, and has the mean's low aliasing where it counts, far below the rate at which it runs.
#[inline(always)]
fn hard(previous: f32, input: f32) -> f32 {
    let mean_of_ends = 0.5 * (excess(previous) + excess(input));
    input.clamp(-1.0, 1.0) + (mean_of_ends - mean_excess(previous, input))
}

/// One channel's curve, with the little past that it needs.
#[derive(Clone, Copy, Debug)]
pub struct Shaper {
    tube: Tube,
    previous: f32,
}

impl Shaper {
    /// A shaper with a silent past.
    pub fn new() -> Self {
        Self { tube: Tube::new(), previous: 0.0 }
    }

    /// Forgets the past signal.
    pub fn reset(&mut self) {
        self.previous = 0.0;
    }

    /// Shapes the samples in place.
    pub fn process(&mut self, character: Character, samples: &mut [f32]) {
        match character {
            Character::Soft => shape_soft(samples),
            Character::Tape => shape_tape(samples),
            Character::Tube => shape_tube(self.tube, samples),
            Character::Hard => self.previous = shape_hard(self.previous, samples),
        }
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn shape_soft(samples: &mut [f32]) {
    for sample in samples {
        *sample = tanh(*sample);
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn shape_tape(samples: &mut [f32]) {
    for sample in samples {
        *sample = tape(*sample);
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn shape_tube(tube: Tube, samples: &mut [f32]) {
    for sample in samples {
        *sample = tube.apply(*sample);
    }
}

/// Returns the last input, for the next call.
#[multiversion(targets("x86_64+avx2"))]
fn shape_hard(mut previous: f32, samples: &mut [f32]) -> f32 {
    const LANES: usize = 32;
    for block in samples.chunks_mut(LANES) {
        let mut inputs = [0.0; LANES + 1];
        inputs[0] = previous;
        inputs[1..=block.len()].copy_from_slice(block);
        for (sample, ends) in block.iter_mut().zip(inputs.windows(2)) {
            *sample = hard(ends[0], ends[1]);
        }
        previous = inputs[block.len()];
    }
    previous
}

impl Default for Shaper {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tangent_is_accurate_to_a_millionth() {
        for step in -12_000..=12_000_i16 {
            let x = f32::from(step) / 1_000.0;
            let exact = f64::from(x).tanh();
            assert!((f64::from(tanh(x)) - exact).abs() <= 1e-6 * exact.abs(), "at {x}");
        }
    }

    #[test]
    fn quiet_signals_pass_every_character() {
        for character in Character::ALL {
            let mut samples = [0.001, -0.001, 0.0005];
            let expected = samples;
            Shaper::new().process(character, &mut samples);
            for (sample, expected) in samples.iter().zip(expected) {
                assert!((sample - expected).abs() < 1e-6, "{character:?}");
            }
        }
    }

    #[test]
    fn silence_stays_exact_silence() {
        for character in Character::ALL {
            let mut samples = [0.0; 8];
            Shaper::new().process(character, &mut samples);
            assert_eq!(samples.map(f32::to_bits), [0; 8], "{character:?}");
        }
    }

    #[test]
    fn mean_excess_is_the_integral_over_the_way() {
        let steps = 20_000;
        for (from, to) in
            [(0.0, 2.0), (-3.0, 3.5), (1.5, 1.500_01), (-1.2, 0.9), (5.0, 1.1), (0.3, 0.3), (1.0, 1.0)]
        {
            let integral: f64 = (0..steps)
                .map(|step| {
                    let x =
                        f64::from(from) + f64::from(to - from) * (f64::from(step) + 0.5) / f64::from(steps);
                    x - x.clamp(-1.0, 1.0)
                })
                .sum();
            let mean = integral / f64::from(steps);
            assert!((f64::from(mean_excess(from, to)) - mean).abs() < 1e-5, "{from} to {to}");
        }
    }
}
