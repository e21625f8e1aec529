//! A first-order filter in double precision, both channels at once.
//!
//! Realtime safety: arithmetic alone.

use fearless_simd::{Select, Simd, SimdBase, SimdFloat, SimdFrom, dispatch, f64x2};

use super::chunk::{Chunk, Frame, MAX_CHANNELS, SMALLEST_SAMPLE};
use super::vector_instructions::level;

/// Below this the state counts as silence and is cleared, so that a tail ends: -300 dBFS.
const SILENCE: f64 = 1e-15;

/// The filter `b0 + b1 z^-1` over `1 - pole z^-1`, with its past.
///
/// Kept as `y = b0 x + s`, `s' = (b1 + pole b0) x + pole s`: from one frame to the next there is but one multiplication and
/// one addition to wait for.
#[derive(Clone, Copy, Debug)]
pub struct FirstOrder {
    b0: f64,
    feed: f64,
    pole: f64,
    state: Frame,
}

impl FirstOrder {
    /// A filter with a silent past.
    pub fn new(b0: f64, b1: f64, pole: f64) -> Self {
        Self { b0, feed: b1 + pole * b0, pole, state: [0.0; MAX_CHANNELS] }
    }

    /// Forgets the past signal.
    pub fn reset(&mut self) {
        self.state = [0.0; MAX_CHANNELS];
    }

    /// Whether nothing is left of the past signal, as far as anyone can hear.
    pub fn is_silent(&self) -> bool {
        self.state.iter().all(|value| value.abs() < SILENCE)
    }

    /// Filters a chunk in place.
    pub fn process_chunk(&mut self, chunk: &mut Chunk) {
        dispatch!(level(), simd => self.process_vectors(simd, chunk.sides_mut()));
        if self.is_silent() {
            self.reset();
        }
    }

    #[inline(always)]
    fn process_vectors<S: Simd>(&mut self, simd: S, [left, right]: [&mut [f32]; MAX_CHANNELS]) {
        let [b0, feed, pole] = [self.b0, self.feed, self.pole].map(|value| f64x2::splat(simd, value));
        let silence = f64x2::splat(simd, 0.0);
        let mut state = f64x2::simd_from(simd, self.state);
        for (left, right) in left.iter_mut().zip(right) {
            let input = f64x2::simd_from(simd, [f64::from(*left), f64::from(*right)]);
            let output = b0.mul_add(input, state);
            state = pole.mul_add(state, feed * input);
            // A tail ends before its numbers are denormal.
            let output = output.abs().simd_ge(f64::from(SMALLEST_SAMPLE)).select(output, silence);
            (*left, *right) = (output[0] as f32, output[1] as f32);
        }
        self.state = state.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The left channel of a signal that is turned round and doubled on the right, in chunks of so many frames.
    fn filtered(signal: &[f32], frames: usize) -> Vec<f32> {
        let mut filter = FirstOrder::new(0.8, -0.3, 0.9);
        let mut output = Vec::new();
        for part in signal.chunks(frames) {
            let mut chunk = Chunk::silent(2, part.len());
            let [left, right] = chunk.sides_mut();
            left.copy_from_slice(part);
            right.iter_mut().zip(part).for_each(|(right, input)| *right = -2.0 * input);
            filter.process_chunk(&mut chunk);
            let turned: Vec<f32> = chunk.channel(0).iter().map(|left| -2.0 * left).collect();
            assert_eq!(chunk.channel(1), turned);
            output.extend_from_slice(chunk.channel(0));
        }
        output
    }

    #[test]
    fn impulse_response_is_that_of_the_difference_equation() {
        let mut impulse = [0.0; 20];
        impulse[0] = 1.0;
        let (b0, b1, pole) = (0.8, -0.3, 0.9);
        let mut expected: f64 = b0;
        for (frame, value) in filtered(&impulse, 20).into_iter().enumerate() {
            assert!((f64::from(value) - expected).abs() < 1e-7, "at {frame}");
            expected = pole * expected + if frame == 0 { b1 } else { 0.0 };
        }
    }

    #[test]
    fn chunks_of_any_length_give_what_single_frames_give() {
        let signal: Vec<f32> = (0..384_u16).map(|n| (f32::from(n) * 0.37).sin()).collect();
        for frames in [2, 3, 17, 64] {
            assert_eq!(filtered(&signal, frames), filtered(&signal, 1), "chunks of {frames}");
        }
    }
}
