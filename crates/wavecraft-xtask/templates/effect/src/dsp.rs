//! The sound.

use std::f32::consts::TAU;

/// A level that goes up and down.
#[derive(Default)]
pub struct Tremolo {
    sample_rate_hz: f32,
    /// Where in its turn it is, from 0 to 1.
    phase: f32,
}

impl Tremolo {
    pub fn new(sample_rate_hz: f32) -> Self {
        Self { sample_rate_hz, phase: 0.0 }
    }

    pub fn reset(&mut self) {
        self.phase = 0.0;
    }

    /// The next frame's gain, between 1 and 1 - `depth`.
    pub fn next_gain(&mut self, rate_hz: f32, depth: f32) -> f32 {
        let gain = 1.0 - depth * (0.5 - 0.5 * (TAU * self.phase).cos());
        self.phase = (self.phase + rate_hz / self.sample_rate_hz).fract();
        gain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_turn_after_the_top_the_level_is_down_by_the_depth() {
        let mut tremolo = Tremolo::new(48_000.0);
        let gains: Vec<f32> = (0..48_000).map(|_| tremolo.next_gain(1.0, 0.75)).collect();
        assert!((gains[0] - 1.0).abs() < 1e-6 && (gains[24_000] - 0.25).abs() < 1e-3);
    }
}
