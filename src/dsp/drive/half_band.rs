//! Half-band filters: from one sample rate to twice it and back, with linear phase.
//!
//! Every other coefficient of a half-band filter is zero and the middle one is a half, so that one of the two phases
//! is a mere delay and the other a symmetric FIR filter at the lower rate (Vaidyanathan, "Multirate Systems and
//! Filter Banks", section 4.6.2).
//!
//! Realtime safety: coefficients and histories are allocated when the filters are built.

use std::ops::Range;

use fearless_simd::{Simd, SimdBase, SimdFloat, dispatch, f32x4, f32x8};

use crate::dsp::vector_instructions::level;

/// How many vectors of outputs the filter computes side by side: enough sums that none waits for the one before it, and few
/// enough that all stay in registers.
const VECTORS: usize = 8;

/// How long the vectors are, in samples, where the processor has such.
const STRIDE: usize = 8;

/// The coefficients of a half-band low-pass: an ideal one under a Kaiser window (Kaiser, "Nonrecursive digital filter
/// design using the I0-sinh window function", 1974).
///
/// Returns the `pairs` coefficients c1, c2, ... that stand at distances 1, 3, 5, ... on both sides of the centre, for
/// unity gain at DC with a centre of 1/2. `beta` trades the depth of the stop band against the width of the
/// transition: about 0.11 (A - 8.7) for A dB.
pub fn half_band_coefficients(pairs: usize, beta: f64) -> Vec<f32> {
    let windowed: Vec<f64> = (0..pairs)
        .map(|index| {
            let distance = (2 * index + 1) as f64;
            let sign = if index % 2 == 0 { 1.0 } else { -1.0 };
            let edge = distance / (2 * pairs) as f64;
            let window = bessel_i0(beta * (1.0 - edge * edge).sqrt()) / bessel_i0(beta);
            sign / (std::f64::consts::PI * distance) * window
        })
        .collect();
    let sum: f64 = windowed.iter().sum();
    windowed.into_iter().map(|coefficient| (coefficient * 0.25 / sum) as f32).collect()
}

/// How late a signal is after an [`Upsampler`] and a [`Downsampler`] with these numbers of pairs, in samples at the lower
/// rate.
pub const fn latency_there_and_back(up_pairs: usize, down_pairs: usize) -> usize {
    up_pairs + down_pairs - 1
}

/// The modified Bessel function of the first kind and order zero, by its power series.
fn bessel_i0(x: f64) -> f64 {
    let (mut sum, mut term, mut index) = (1.0, 1.0, 1.0);
    while term > sum * 1e-17 {
        term *= (0.5 * x / index) * (0.5 * x / index);
        sum += term;
        index += 1.0;
    }
    sum
}

/// The last samples of a signal before the newest ones, all in one slice.
#[derive(Clone, Debug)]
struct History {
    buffer: Vec<f32>,
    /// How many samples before the newest ones are wanted.
    past: usize,
    end: usize,
}

impl History {
    /// Silence. `past` samples are kept; pushes may be up to half of what is allocated beyond them.
    fn new(past: usize, longest_push: usize) -> Self {
        Self { buffer: vec![0.0; past + 4 * longest_push], past, end: past }
    }

    fn reset(&mut self) {
        self.buffer.fill(0.0);
        self.end = self.past;
    }

    /// Appends `samples` and returns them with the `past` ones before.
    #[inline(always)]
    fn push(&mut self, samples: impl ExactSizeIterator<Item = f32>) -> &[f32] {
        let count = samples.len();
        if self.end + count > self.buffer.len() {
            self.buffer.copy_within(self.end - self.past..self.end, 0);
            self.end = self.past;
        }
        for (slot, sample) in self.buffer[self.end..self.end + count].iter_mut().zip(samples) {
            *slot = sample;
        }
        self.end += count;
        &self.buffer[self.end - count - self.past..self.end]
    }
}

/// The symmetric phase: `output[n]` is the sum of `coefficients[i] * (window[n + M - 1 - i] + window[n + M + i])`.
#[inline(always)]
fn symmetric_filter<S: Simd>(simd: S, coefficients: &[f32], window: &[f32], output: &mut [f32]) {
    let (window, output) = filter_blocks::<S, f32x8<S>, VECTORS>(simd, coefficients, window, output);
    // What short blocks and the ends of others leave.
    let (window, output) = filter_blocks::<S, f32x8<S>, 2>(simd, coefficients, window, output);
    let (window, output) = filter_blocks::<S, f32x4<S>, 1>(simd, coefficients, window, output);
    for (index, sample) in output.iter_mut().enumerate() {
        *sample = filter_one(simd, coefficients, &window[index..]);
    }
}

/// Computes as many outputs as there are whole blocks of so many vectors, and returns what is left to do.
#[inline(always)]
fn filter_blocks<'a, S: Simd, V: SimdFloat<S, Element = f32>, const VECTORS: usize>(
    simd: S,
    coefficients: &[f32],
    mut window: &'a [f32],
    output: &'a mut [f32],
) -> (&'a [f32], &'a mut [f32]) {
    let mut blocks = output.chunks_exact_mut(VECTORS * V::LEN);
    for block in &mut blocks {
        filter_block::<S, V, VECTORS>(simd, coefficients, window, block);
        window = &window[block.len()..];
    }
    (window, blocks.into_remainder())
}

/// One block. The order of the sums does not depend on its length, so neither does the result.
#[inline(always)]
fn filter_block<S: Simd, V: SimdFloat<S, Element = f32>, const VECTORS: usize>(
    simd: S,
    coefficients: &[f32],
    window: &[f32],
    block: &mut [f32],
) {
    let pairs = coefficients.len();
    let mut sums = [V::splat(simd, 0.0); VECTORS];
    let couples = Couples::of(pairs);
    for other in STRIDE / 2..couples.mirrored_end {
        add_couple::<S, V, VECTORS>(simd, &mut sums, [STRIDE - 1 - other, other], coefficients, window);
    }
    for group in (couples.mirrored_end..couples.end).step_by(2 * STRIDE) {
        for index in group..group + STRIDE {
            add_couple::<S, V, VECTORS>(simd, &mut sums, [index, index + STRIDE], coefficients, window);
        }
    }
    for index in couples.alone().into_iter().flatten() {
        add_pair::<S, V, VECTORS>(simd, &mut sums, index, coefficients, window);
    }
    for (samples, sum) in block.chunks_exact_mut(V::LEN).zip(sums) {
        sum.store_slice(samples);
    }
}

/// Adds what the pair at `index` makes of the samples before and after the middle.
#[inline(always)]
fn add_pair<S: Simd, V: SimdFloat<S, Element = f32>, const VECTORS: usize>(
    simd: S,
    sums: &mut [V; VECTORS],
    index: usize,
    coefficients: &[f32],
    window: &[f32],
) {
    let pairs = coefficients.len();
    let before = &window[pairs - 1 - index..][..VECTORS * V::LEN];
    let after = &window[pairs + index..][..VECTORS * V::LEN];
    let coefficient = V::splat(simd, coefficients[index]);
    for (vector, sum) in sums.iter_mut().enumerate() {
        let frames = vector * V::LEN..(vector + 1) * V::LEN;
        let both = V::from_slice(simd, &before[frames.clone()]) + V::from_slice(simd, &after[frames]);
        *sum = coefficient.mul_add(both, *sum);
    }
}

/// Adds what two pairs make that come together.
#[inline(always)]
fn add_couple<S: Simd, V: SimdFloat<S, Element = f32>, const VECTORS: usize>(
    simd: S,
    sums: &mut [V; VECTORS],
    [index, other]: [usize; 2],
    coefficients: &[f32],
    window: &[f32],
) {
    if V::LEN != STRIDE {
        add_pair::<S, V, VECTORS>(simd, sums, index, coefficients, window);
        add_pair::<S, V, VECTORS>(simd, sums, other, coefficients, window);
        return;
    }
    // What the one takes from a side, the other takes from one of the sides by a vector further on: each vector is loaded once.
    let pairs = coefficients.len();
    let is_mirrored = index + other == STRIDE - 1;
    let near_start = if is_mirrored { pairs - 1 - index } else { pairs + index };
    let far = &window[pairs - 1 - other..][..(VECTORS + 1) * V::LEN];
    let near = &window[near_start..][..(VECTORS + 1) * V::LEN];
    let (first, second) = (V::splat(simd, coefficients[index]), V::splat(simd, coefficients[other]));
    let mut far_last = V::from_slice(simd, &far[..V::LEN]);
    let mut near_this = V::from_slice(simd, &near[..V::LEN]);
    for (vector, sum) in sums.iter_mut().enumerate() {
        let next = (vector + 1) * V::LEN..(vector + 2) * V::LEN;
        let far_this = V::from_slice(simd, &far[next.clone()]);
        let near_next = V::from_slice(simd, &near[next]);
        *sum = first.mul_add(far_this + near_this, *sum);
        *sum = second.mul_add(far_last + near_next, *sum);
        (far_last, near_this) = (far_this, near_next);
    }
}

/// One output, by the same steps.
#[inline(always)]
fn filter_one<S: Simd>(simd: S, coefficients: &[f32], window: &[f32]) -> f32 {
    let pairs = coefficients.len();
    let mut sum = f32x4::splat(simd, 0.0);
    let mut add = |index: usize| {
        let both = f32x4::splat(simd, window[pairs - 1 - index] + window[pairs + index]);
        sum = f32x4::splat(simd, coefficients[index]).mul_add(both, sum);
    };
    let couples = Couples::of(pairs);
    for other in STRIDE / 2..couples.mirrored_end {
        add(STRIDE - 1 - other);
        add(other);
    }
    for group in (couples.mirrored_end..couples.end).step_by(2 * STRIDE) {
        for index in group..group + STRIDE {
            add(index);
            add(index + STRIDE);
        }
    }
    couples.alone().into_iter().flatten().for_each(add);
    sum[0]
}

/// Which pairs of coefficients come two by two, since they take samples that are a vector apart.
struct Couples {
    pairs: usize,
    /// Before it, two come together whose indices add up to `STRIDE - 1`.
    mirrored_end: usize,
    /// From there to here, two come together whose indices are [`STRIDE`] apart.
    end: usize,
}

impl Couples {
    /// As few as can be are left alone, of the numbers of pairs that the oversampler has.
    const fn of(pairs: usize) -> Self {
        let mirrored_end = if pairs % (2 * STRIDE) >= STRIDE {
            STRIDE
        } else if STRIDE / 2 < pairs && pairs < STRIDE {
            pairs
        } else {
            0
        };
        Self { pairs, mirrored_end, end: pairs - (pairs - mirrored_end) % (2 * STRIDE) }
    }

    /// Those that come one by one.
    fn alone(&self) -> [Range<usize>; 2] {
        let mirrored_start = if self.mirrored_end > 0 { STRIDE - self.mirrored_end } else { 0 };
        [0..mirrored_start, self.end..self.pairs]
    }
}

/// To twice the sample rate.
#[derive(Clone, Debug)]
pub struct Upsampler {
    /// Twice the half-band coefficients: half of the samples to filter are zeros.
    coefficients: Vec<f32>,
    history: History,
}

impl Upsampler {
    /// A silent filter for inputs of up to `longest_input` samples at a time.
    pub fn new(coefficients: &[f32], longest_input: usize) -> Self {
        Self {
            coefficients: coefficients.iter().map(|coefficient| 2.0 * coefficient).collect(),
            history: History::new(2 * coefficients.len() - 1, longest_input),
        }
    }

    /// Forgets the past signal.
    pub fn reset(&mut self) {
        self.history.reset();
    }

    /// Fills `output`, twice as long as `input`. `scratch` is as long as `input`.
    pub fn process(&mut self, input: &[f32], scratch: &mut [f32], output: &mut [f32]) {
        dispatch!(level(), simd => self.process_vectors(simd, input, scratch, output));
    }

    #[inline(always)]
    fn process_vectors<S: Simd>(&mut self, simd: S, input: &[f32], scratch: &mut [f32], output: &mut [f32]) {
        let pairs = self.coefficients.len();
        let window = self.history.push(input.iter().copied());
        symmetric_filter(simd, &self.coefficients, window, scratch);
        // The sample in the middle of the filter is `pairs` before the newest.
        for ((frame, between), on_time) in output.chunks_exact_mut(2).zip(scratch).zip(&window[pairs - 1..]) {
            frame[0] = *on_time;
            frame[1] = *between;
        }
    }
}

/// To half the sample rate.
#[derive(Clone, Debug)]
pub struct Downsampler {
    coefficients: Vec<f32>,
    even: History,
    odd: History,
}

impl Downsampler {
    /// A silent filter for outputs of up to `longest_output` samples at a time.
    pub fn new(coefficients: &[f32], longest_output: usize) -> Self {
        let pairs = coefficients.len();
        Self {
            coefficients: coefficients.to_vec(),
            even: History::new(pairs - 1, longest_output),
            odd: History::new(2 * pairs - 1, longest_output),
        }
    }

    /// Forgets the past signal.
    pub fn reset(&mut self) {
        self.even.reset();
        self.odd.reset();
    }

    /// Fills `output`, half as long as `input`.
    pub fn process(&mut self, input: &[f32], output: &mut [f32]) {
        dispatch!(level(), simd => self.process_vectors(simd, input, output));
    }

    #[inline(always)]
    fn process_vectors<S: Simd>(&mut self, simd: S, input: &[f32], output: &mut [f32]) {
        let odd = self.odd.push(input.chunks_exact(2).map(|frame| frame[1]));
        symmetric_filter(simd, &self.coefficients, odd, output);
        let even = self.even.push(input.chunks_exact(2).map(|frame| frame[0]));
        for (sample, centre) in output.iter_mut().zip(even) {
            *sample += 0.5 * centre;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// |H| of the filter at a fraction of the higher sample rate.
    fn magnitude(coefficients: &[f32], fraction: f64) -> f64 {
        let terms = coefficients.iter().enumerate().map(|(index, coefficient)| {
            let distance = (2 * index + 1) as f64;
            2.0 * f64::from(*coefficient) * (2.0 * std::f64::consts::PI * fraction * distance).cos()
        });
        (0.5 + terms.sum::<f64>()).abs()
    }

    #[test]
    fn bessel_function_agrees_with_its_tables() {
        // Abramowitz and Stegun, table 9.8.
        assert!((bessel_i0(1.0) - 1.266_065_877_752).abs() < 1e-11);
        assert!((bessel_i0(5.0) - 27.239_871_823_604).abs() < 1e-10);
    }

    #[test]
    fn passes_dc_and_stops_the_upper_half() {
        let coefficients = half_band_coefficients(72, 9.5);
        assert!((magnitude(&coefficients, 0.0) - 1.0).abs() < 1e-6);
        for step in 0..=200 {
            let fraction = 0.271 + (0.5 - 0.271) * f64::from(step) / 200.0;
            assert!(20.0 * magnitude(&coefficients, fraction).log10() < -100.0, "at {fraction}");
        }
    }

    #[test]
    fn results_do_not_depend_on_the_lengths_of_the_calls() {
        let signal: Vec<f32> = (0..384_u16).map(|n| (f32::from(n) * 0.37).sin()).collect();
        for pairs in [4, 5, 6, 7, 8, 20, 25, 36, 72] {
            let coefficients = half_band_coefficients(pairs, 8.0);
            let run = |length: usize| {
                let (mut up, mut down) =
                    (Upsampler::new(&coefficients, 64), Downsampler::new(&coefficients, 64));
                let (mut scratch, mut twice) = (vec![0.0; length], vec![0.0; 2 * length]);
                let mut result = vec![0.0; signal.len()];
                for (input, output) in signal.chunks(length).zip(result.chunks_mut(length)) {
                    let twice = &mut twice[..2 * input.len()];
                    up.process(input, &mut scratch[..input.len()], twice);
                    down.process(twice, output);
                }
                result
            };
            // Through eight vectors at a time, through two, through half of one, and sample by sample.
            for length in [1, 3, 4, 16, 20, 63] {
                assert_eq!(run(64), run(length), "{pairs} pairs, calls of {length}");
            }
        }
    }

    #[test]
    fn each_pair_of_coefficients_is_applied_once() {
        for pairs in 1..=73 {
            let coefficients: Vec<f32> = (0..pairs).map(|index| 1.0 + index as f32).collect();
            let window: Vec<f32> = (0..2 * pairs + 63).map(|n| (n as f32 * 0.37).sin()).collect();
            let mut output = [0.0; 64];
            dispatch!(level(), simd => symmetric_filter(simd, &coefficients, &window, &mut output));
            for (frame, sample) in output.into_iter().enumerate() {
                let terms = coefficients.iter().enumerate().map(|(index, coefficient)| {
                    let both = window[frame + pairs - 1 - index] + window[frame + pairs + index];
                    f64::from(*coefficient) * f64::from(both)
                });
                let expected = terms.sum::<f64>();
                assert!(
                    (f64::from(sample) - expected).abs() < 1e-2,
                    "{pairs} pairs, frame {frame}: {sample}, {expected}"
                );
            }
        }
    }

    #[test]
    fn up_and_down_again_is_a_delay_by_the_stated_latency() {
        let coefficients = half_band_coefficients(20, 9.0);
        let (mut up, mut down) = (Upsampler::new(&coefficients, 64), Downsampler::new(&coefficients, 64));
        let latency = latency_there_and_back(coefficients.len(), coefficients.len());
        let signal: Vec<f32> = (0..640_u16).map(|n| (f32::from(n) * 0.1).sin()).collect();
        let mut result = vec![0.0; signal.len()];
        for (input, output) in signal.chunks(64).zip(result.chunks_mut(64)) {
            let (mut scratch, mut twice) = ([0.0; 64], [0.0; 128]);
            up.process(input, &mut scratch, &mut twice);
            down.process(&twice, output);
        }
        for n in 3 * latency..signal.len() {
            assert!((result[n] - signal[n - latency]).abs() < 1e-4, "at {n}");
        }
    }
}
