//! What the drive stage does to the level, in one number.
//!
//! Realtime safety: arithmetic alone.

use crate::dsp::chunk::Chunk;

/// How long the past counts: it has faded to 37 % after this time.
const MEMORY_SECONDS: f64 = 0.4;

/// A chunk below this mean square, -70 dBFS, is a pause and does not count.
const GATE_POWER: f64 = 1e-7;

/// Squares summed side by side, so that the compiler can use vector instructions.
const LANES: usize = 8;

/// Compares what comes out with what came in.
#[derive(Clone, Debug)]
pub struct GainMeter {
    memory_frames: f64,
    input_power: f64,
    output_power: f64,
}

impl GainMeter {
    /// A meter that has heard nothing.
    pub fn new(sample_rate_hz: f64) -> Self {
        Self { memory_frames: MEMORY_SECONDS * sample_rate_hz, input_power: 0.0, output_power: 0.0 }
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        (self.input_power, self.output_power) = (0.0, 0.0);
    }

    /// Adds a chunk before and after the stage, of the same moment.
    pub fn add(&mut self, input: &Chunk, output: &Chunk) {
        let [input_power, output_power] = [square_sum(input), square_sum(output)];
        let frames = input.frames() as f64;
        let is_sound = input_power >= GATE_POWER * frames * input.channels() as f64;
        // Single precision does not hold the squares of the loudest numbers.
        if is_sound && (input_power + output_power).is_finite() {
            let kept = (1.0 - frames / self.memory_frames).max(0.0);
            self.input_power = kept * self.input_power + input_power;
            self.output_power = kept * self.output_power + output_power;
        }
    }

    /// The level after the stage over that before it, in dB; 0 as long as nothing was heard.
    pub fn gain_db(&self) -> f32 {
        if self.input_power > 0.0 && self.output_power > 0.0 {
            10.0 * (self.output_power / self.input_power).log10() as f32
        } else {
            0.0
        }
    }
}

fn square_sum(chunk: &Chunk) -> f64 {
    let mut sums = [0.0_f32; LANES];
    for channel in 0..chunk.channels() {
        let (blocks, rest) = chunk.channel(channel).as_chunks::<LANES>();
        for block in blocks {
            for (sum, sample) in sums.iter_mut().zip(block) {
                *sum += sample * sample;
            }
        }
        for (sum, sample) in sums.iter_mut().zip(rest) {
            *sum += sample * sample;
        }
    }
    sums.into_iter().map(f64::from).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_amplitude_is_six_decibels_less_and_a_pause_changes_nothing() {
        let mut meter = GainMeter::new(48_000.0);
        assert!(meter.gain_db().abs() < f32::EPSILON);
        let (mut input, mut output) = (Chunk::silent(2, 61), Chunk::silent(2, 61));
        for channel in 0..2 {
            input.channel_mut(channel).fill(0.5);
            output.channel_mut(channel).fill(0.25);
        }
        (0..100).for_each(|_| meter.add(&input, &output));
        assert!((meter.gain_db() - -6.0206).abs() < 1e-3, "{}", meter.gain_db());
        (0..1_000).for_each(|_| meter.add(&Chunk::silent(2, 61), &output));
        assert!((meter.gain_db() - -6.0206).abs() < 1e-3, "{}", meter.gain_db());
    }
}
