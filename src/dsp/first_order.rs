//! A first-order filter in double precision, both channels at once.
//!
//! Realtime safety: arithmetic alone.

use super::chunk::{Chunk, Frame, MAX_CHANNELS, to_sample};

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
    pole_squared: f64,
    state: Frame,
}

impl FirstOrder {
    /// A filter with a silent past.
    pub fn new(b0: f64, b1: f64, pole: f64) -> Self {
        Self { b0, feed: b1 + pole * b0, pole, pole_squared: pole * pole, state: [0.0; MAX_CHANNELS] }
    }

    /// Forgets the past signal.
    pub fn reset(&mut self) {
        self.state = [0.0; MAX_CHANNELS];
    }

    /// Whether nothing is left of the past signal, as far as anyone can hear.
    pub fn is_silent(&self) -> bool {
        self.state.iter().all(|value| value.abs() < SILENCE)
    }

    /// One frame.
    #[inline(always)]
    pub fn process(&mut self, input: Frame) -> Frame {
        let mut output = [0.0; MAX_CHANNELS];
        for channel in 0..MAX_CHANNELS {
            output[channel] = self.b0 * input[channel] + self.state[channel];
            self.state[channel] = self.feed * input[channel] + self.pole * self.state[channel];
        }
        output
    }

    /// Two frames in succession: what the second one finds is not computed through what the first one left, so that the
    /// wait is but half as long.
    #[inline(always)]
    fn process_pair(&mut self, inputs: [Frame; 2]) -> [Frame; 2] {
        let mut outputs = [[0.0; MAX_CHANNELS]; 2];
        for channel in 0..MAX_CHANNELS {
            let fed = inputs.map(|input| self.feed * input[channel]);
            let state = self.state[channel];
            outputs[0][channel] = self.b0 * inputs[0][channel] + state;
            outputs[1][channel] = self.b0 * inputs[1][channel] + (fed[0] + self.pole * state);
            self.state[channel] = (fed[1] + self.pole * fed[0]) + self.pole_squared * state;
        }
        outputs
    }

    /// Filters a chunk in place.
    pub fn process_chunk(&mut self, chunk: &mut Chunk) {
        let mut filter = *self;
        let [left, right] = chunk.sides_mut();
        let (left_pairs, left_rest) = left.as_chunks_mut::<2>();
        let (right_pairs, right_rest) = right.as_chunks_mut::<2>();
        for (left, right) in left_pairs.iter_mut().zip(right_pairs) {
            let inputs = std::array::from_fn(|frame| [f64::from(left[frame]), f64::from(right[frame])]);
            let outputs = filter.process_pair(inputs);
            *left = outputs.map(|output| to_sample(output[0]));
            *right = outputs.map(|output| to_sample(output[1]));
        }
        for (left, right) in left_rest.iter_mut().zip(right_rest) {
            [*left, *right] = filter.process([f64::from(*left), f64::from(*right)]).map(to_sample);
        }
        self.state = filter.state;
        if self.is_silent() {
            self.reset();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impulse_response_is_that_of_the_difference_equation() {
        let (b0, b1, pole) = (0.8, -0.3, 0.9);
        let mut filter = FirstOrder::new(b0, b1, pole);
        let mut expected = b0;
        for frame in 0..20 {
            let input = if frame == 0 { 1.0 } else { 0.0 };
            let [left, right] = filter.process([input, -2.0 * input]);
            assert!((left - expected).abs() < 1e-12 && (right + 2.0 * expected).abs() < 1e-12, "at {frame}");
            expected = pole * expected + if frame == 0 { b1 } else { 0.0 };
        }
    }

    #[test]
    fn chunks_of_any_length_give_what_single_frames_give() {
        let signal: Vec<f32> = (0..384_u16).map(|n| (f32::from(n) * 0.37).sin()).collect();
        for frames in [1, 2, 3, 17, 64] {
            let (mut whole, mut single) = (FirstOrder::new(0.8, -0.3, 0.9), FirstOrder::new(0.8, -0.3, 0.9));
            for part in signal.chunks(frames) {
                let mut chunk = Chunk::silent(2, part.len());
                chunk.channel_mut(0).copy_from_slice(part);
                whole.process_chunk(&mut chunk);
                for (input, output) in part.iter().zip(chunk.channel(0)) {
                    let [expected, _] = single.process([f64::from(*input), 0.0]);
                    assert!((f64::from(*output) - expected).abs() < 1e-6, "chunks of {frames}");
                }
            }
        }
    }
}
