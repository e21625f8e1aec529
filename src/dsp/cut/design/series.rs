//! A sine, a cosine and an exponential by their power series, for the few arguments that the cuts' designs have. They are
//! as exact as the C library's there, and can be computed for several sections at once.
//!
//! Realtime safety: arithmetic alone.

use fearless_simd::{ExtractToken, Simd, SimdBase, SimdFloat, f64x4};

/// One over the factorials, from 0! on.
const INVERSE_FACTORIALS: [f64; 22] = {
    let (mut inverses, mut factorial, mut n) = ([1.0; 22], 1.0, 1);
    while n < inverses.len() {
        factorial *= n as f64;
        inverses[n] = 1.0 / factorial;
        n += 1;
    }
    inverses
};

/// The sum of (-1)^(n / 2) x^n / n! over every other n from `FIRST` to `LAST`, divided by x^`FIRST`, from x^2.
#[inline(always)]
fn alternating<S: Simd, const FIRST: usize, const LAST: usize>(square: f64x4<S>) -> f64x4<S> {
    let mut sum = f64x4::splat(square.token(), 0.0);
    let mut n = LAST;
    loop {
        let sign = if (n / 2).is_multiple_of(2) { 1.0 } else { -1.0 };
        sum = sum.mul_add(square, sign * INVERSE_FACTORIALS[n]);
        if n == FIRST {
            return sum;
        }
        n -= 2;
    }
}

/// The sine of angles in [0, 1.5].
#[inline(always)]
pub fn sine<S: Simd>(angle: f64x4<S>) -> f64x4<S> {
    angle * alternating::<S, 1, 21>(angle * angle)
}

/// The cosine of angles in [0, 1.5].
#[inline(always)]
pub fn cosine<S: Simd>(angle: f64x4<S>) -> f64x4<S> {
    alternating::<S, 0, 20>(angle * angle)
}

/// 1 - e^-x for each x in [0, 3], without cancellation near zero.
#[inline(always)]
pub fn one_minus_exponential<S: Simd>(x: f64x4<S>) -> f64x4<S> {
    const TERMS: usize = 13;
    let part = x * (1.0 / 8.0);
    let mut sum = f64x4::splat(x.token(), 0.0);
    let mut n = TERMS;
    while n > 0 {
        let sign = if n.is_multiple_of(2) { -1.0 } else { 1.0 };
        sum = sum.mul_add(part, sign * INVERSE_FACTORIALS[n]);
        n -= 1;
    }
    let mut value = sum * part;
    // 1 - e^-2x = (1 - e^-x) (2 - (1 - e^-x)), three times.
    for _ in 0..3 {
        value *= 2.0 - value;
    }
    value
}

#[cfg(test)]
mod tests {
    use fearless_simd::dispatch;

    use super::*;
    use crate::dsp::vector_instructions::level;

    /// The largest error, as a share of the exact value.
    fn largest_error(to: f64, function: impl Fn(f64) -> f64, exact: fn(f64) -> f64) -> f64 {
        let arguments = (1..=100_000).map(|step| to * f64::from(step) / 100_000.0);
        let error = |x: f64| ((function(x) - exact(x)) / exact(x)).abs();
        arguments.chain((1..60).map(|power| to * 0.5_f64.powi(power))).map(error).fold(0.0, f64::max)
    }

    #[test]
    fn the_functions_are_as_exact_as_double_precision_is() {
        let errors = [
            largest_error(1.5, |x| dispatch!(level(), simd => sine(f64x4::splat(simd, x))[0]), f64::sin),
            // The cosine is small at the end of its range, and its error is that of numbers near one.
            largest_error(1.5, |x| dispatch!(level(), simd => cosine(f64x4::splat(simd, x))[0]), f64::cos)
                * 1.5_f64.cos(),
            largest_error(
                3.0,
                |x| dispatch!(level(), simd => one_minus_exponential(f64x4::splat(simd, x))[0]),
                |x| -(-x).exp_m1(),
            ),
        ];
        assert!(errors.iter().all(|error| *error < 4.0 * f64::EPSILON), "{errors:?}");
    }
}
