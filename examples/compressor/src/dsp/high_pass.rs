//! A high-pass of 12 dB an octave for what the detector hears.

use std::f64::consts::{PI, SQRT_2};

/// A Butterworth high-pass as a state variable filter, whose corner may move while it runs: A. Simper, "Solving the continuous
/// SVF equations using trapezoidal integration and equivalent currents", Cytomic, 2013.
#[derive(Clone)]
pub struct HighPass {
    sample_rate_hz: f32,
    corner_hz: f32,
    /// The factors for the states, which follow from the corner.
    factors: [f64; 3],
    states: [f64; 2],
}

impl HighPass {
    pub fn new(sample_rate_hz: f32) -> Self {
        Self { sample_rate_hz, corner_hz: 0.0, factors: [0.0; 3], states: [0.0; 2] }
    }

    pub fn reset(&mut self) {
        self.states = [0.0; 2];
    }

    pub fn next(&mut self, input: f32, corner_hz: f32) -> f32 {
        if corner_hz != self.corner_hz {
            self.corner_hz = corner_hz;
            // Low sample rates have no such corner.
            let turns = f64::from(corner_hz / self.sample_rate_hz).min(0.45);
            let g = (PI * turns).tan();
            let first = 1.0 / (1.0 + g * (g + SQRT_2));
            self.factors = [first, g * first, g * g * first];
        }
        let [a1, a2, a3] = self.factors;
        let [one, two] = self.states;
        let input = f64::from(input);
        let band = a1 * one + a2 * (input - two);
        let low = two + a2 * one + a3 * (input - two);
        self.states = [2.0 * band - one, 2.0 * low - two];
        (input - SQRT_2 * band - low) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The gain for a sine, in dB.
    fn gain_db(corner_hz: f32, sine_hz: f32) -> f32 {
        let mut high_pass = HighPass::new(48_000.0);
        let sine = |frame: u16| (f32::from(frame) * sine_hz / 48_000.0 * std::f32::consts::TAU).sin();
        let heard = (0..48_000).map(|frame| high_pass.next(sine(frame), corner_hz));
        20.0 * heard.skip(24_000).fold(0.0_f32, |peak, sample| peak.max(sample.abs())).log10()
    }

    #[test]
    fn it_takes_12_db_an_octave_below_its_corner() {
        assert!((gain_db(100.0, 100.0) - -3.0).abs() < 0.1, "{}", gain_db(100.0, 100.0));
        assert!(gain_db(100.0, 1_000.0).abs() < 0.05);
        let octave_db = gain_db(800.0, 50.0) - gain_db(800.0, 25.0);
        assert!((octave_db - 12.0).abs() < 0.1, "{octave_db}");
    }
}
