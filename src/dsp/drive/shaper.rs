//! The four curves of the drive stage, one channel, at whatever rate they are called.
//!
//! Each has a slope of one at zero, so that a quiet signal passes as it is.
//!
//! Realtime safety: arithmetic alone.

use fearless_simd::{ExtractToken, Select, Simd, SimdBase, SimdFloat, SimdInto, dispatch, f32x8};

use crate::dsp::vector_instructions::level;

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

/// Samples are shaped so many at a time.
const LANES: usize = 8;

/// The tangent: relative error below 1e-6.
///
/// A rational function x P(x^2) / Q(x^2) fitted to tanh over [0, 9.2] for the least largest relative error; beyond, the
/// tangent is 1 to all digits of an `f32`.
#[inline(always)]
#[allow(clippy::excessive_precision, reason = "the coefficients as the fit gave them")]
fn tanh<S: Simd>(x: f32x8<S>) -> f32x8<S> {
    let x = x.clamp(-9.2, 9.2);
    let u = x * x;
    let p = u.mul_add(-4.852_451_3e-9, 6.389_811_5e-6);
    let p = u.mul_add(u.mul_add(u.mul_add(p, 2.588_484_4e-3), 0.126_043_48), 0.999_999_34);
    let q = u.mul_add(u.mul_add(u.mul_add(1.831_573_8e-4, 0.022_385_137), 0.459_371_98), 1.0);
    x * p / q
}

/// The tape's curve: like the tangent, but it never quite arrives.
#[inline(always)]
fn tape<S: Simd>(x: f32x8<S>) -> f32x8<S> {
    x / x.mul_add(x, 1.0).sqrt()
}

/// The tube's curve: a tangent with its operating point moved to zero, and its slope there to one.
#[inline(always)]
fn tube<S: Simd>(x: f32x8<S>) -> f32x8<S> {
    let offset = tanh(f32x8::splat(x.token(), TUBE_BIAS));
    let inverse_slope = 1.0 / (1.0 - offset * offset);
    (tanh(x + TUBE_BIAS) - offset) * inverse_slope
}

/// What exceeds full scale, and would be clipped off.
#[inline(always)]
fn excess<S: Simd>(x: f32x8<S>) -> f32x8<S> {
    x - x.clamp(-1.0, 1.0)
}

/// The mean of [`excess`] on the straight way between two samples: first-order antiderivative anti-aliasing (Parker,
/// Zavalishin and Le Bivic, "Reducing the aliasing of nonlinear waveshaping using continuous-time convolution", 2016).
///
/// The antiderivative of the excess is half its square. Written with the excess itself, no difference of large
/// numbers is left to cancel.
#[inline(always)]
fn mean_excess<S: Simd>(from: f32x8<S>, to: f32x8<S>) -> f32x8<S> {
    let (e0, e1) = (excess(from), excess(to));
    let distance = to - from;
    // All ways are computed and one is chosen for each.
    let across = (e1 * e1 - e0 * e0) * 0.5 / distance;
    // The divisor is only ever this small when both ends lie at an edge, where the excess is as small itself.
    let apart = distance.abs().simd_gt(1e-9).select(across, f32x8::splat(from.token(), 0.0));
    // Both ends beyond the same edge: the excess is a straight line.
    (e0 * e1).simd_gt(0.0).select((e0 + e1) * 0.5, apart)
}

/// The clipped sample, and what the mean of the curve since the previous one differs from the mean of both ends.
///
/// The mean alone would dull a signal that is not clipped at all and delay it by half a sample. This passes such a signal
/// untouched and in time, and has the mean's low aliasing where it counts, far below the rate at which it runs.
#[inline(always)]
fn hard<S: Simd>(previous: f32x8<S>, input: f32x8<S>) -> f32x8<S> {
    let mean_of_ends = (excess(previous) + excess(input)) * 0.5;
    input.clamp(-1.0, 1.0) + (mean_of_ends - mean_excess(previous, input))
}

/// One channel's curve, with the little past that it needs.
#[derive(Clone, Copy, Debug)]
pub struct Shaper {
    previous: f32,
}

impl Shaper {
    /// A shaper with a silent past.
    pub fn new() -> Self {
        Self { previous: 0.0 }
    }

    /// Forgets the past signal.
    pub fn reset(&mut self) {
        self.previous = 0.0;
    }

    /// Shapes the samples in place.
    #[allow(
        clippy::redundant_closure,
        reason = "a function that is named is called for each vector, a closure inlined"
    )]
    pub fn process(&mut self, character: Character, samples: &mut [f32]) {
        dispatch!(level(), simd => match character {
            Character::Soft => map(simd, samples, #[inline(always)] |x| tanh(x)),
            Character::Tape => map(simd, samples, #[inline(always)] |x| tape(x)),
            Character::Tube => map(simd, samples, #[inline(always)] |x| tube(x)),
            Character::Hard => self.previous = shape_hard(simd, self.previous, samples),
        });
    }
}

/// Applies a curve to the samples, in place.
#[inline(always)]
fn map<S: Simd>(simd: S, samples: &mut [f32], curve: impl Fn(f32x8<S>) -> f32x8<S>) {
    let mut blocks = samples.chunks_exact_mut(LANES);
    for block in &mut blocks {
        curve(f32x8::from_slice(simd, block)).store_slice(block);
    }
    let rest = blocks.into_remainder();
    if !rest.is_empty() {
        let shaped = curve(padded(simd, rest));
        rest.copy_from_slice(&shaped.as_slice()[..rest.len()]);
    }
}

/// Returns the last input, for the next call.
#[inline(always)]
fn shape_hard<S: Simd>(simd: S, previous: f32, samples: &mut [f32]) -> f32 {
    let mut before = f32x8::splat(simd, previous);
    let mut blocks = samples.chunks_exact_mut(LANES);
    for block in &mut blocks {
        let input = f32x8::from_slice(simd, block);
        hard(before.slide::<{ LANES - 1 }>(input), input).store_slice(block);
        before = input;
    }
    let rest = blocks.into_remainder();
    if rest.is_empty() {
        return before[LANES - 1];
    }
    let input = padded(simd, rest);
    let shaped = hard(before.slide::<{ LANES - 1 }>(input), input);
    rest.copy_from_slice(&shaped.as_slice()[..rest.len()]);
    input[rest.len() - 1]
}

/// What does not fill a vector, and silence.
#[inline(always)]
fn padded<S: Simd>(simd: S, samples: &[f32]) -> f32x8<S> {
    let mut block = [0.0; LANES];
    block[..samples.len()].copy_from_slice(samples);
    block.simd_into(simd)
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
            let value = f64::from(Character::Soft.curve(x));
            assert!((value - exact).abs() <= 1e-6 * exact.abs(), "at {x}");
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
            let value = dispatch!(level(), simd => {
                mean_excess(f32x8::splat(simd, from), f32x8::splat(simd, to))[0]
            });
            assert!((f64::from(value) - mean).abs() < 1e-5, "{from} to {to}");
        }
    }
}
