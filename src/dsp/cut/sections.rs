//! Second-order sections in a row: their coefficients, and what they keep of the past signal.
//!
//! Realtime safety: arithmetic alone.

mod vectors;

use fearless_simd::{Simd, SimdFrom, dispatch, f64x2};

use super::COEFFICIENT_FRAMES;
use super::design::{Correction, MAX_SECTIONS, SectionCoefficients};
use crate::dsp::chunk::{Frame, MAX_CHANNELS};
use crate::dsp::vector_instructions::level;
pub use vectors::{CoefficientSource, Moving, Sections, Still, to_samples};

/// Below this the state counts as silence: -300 dBFS.
const SILENCE: f64 = 1e-15;

/// The coefficients of all sections of a cut and of what corrects them, at rest or on their way in a straight line.
#[derive(Clone, Debug)]
pub struct SectionBank {
    /// In turn: where they come from, or rest, where they go, and where they go next.
    designs: [SectionCoefficients; 3],
    from: usize,
    is_moving: bool,
    /// How much of the way is gone, in [0, 1].
    position: f64,
    /// Kept as `y = b0 x + s`, `s' = (b1 + pole b0) x + pole s`: from one frame to the next there is but one multiplication
    /// and one addition to wait for.
    correction: [f64; 3],
}

impl SectionBank {
    /// A cut that passes what it gets.
    pub const PASS: Self = Self {
        designs: [SectionCoefficients::PASS; 3],
        from: 0,
        is_moving: false,
        position: 0.0,
        correction: [1.0, 0.0, 0.0],
    };

    /// A cut that rests.
    pub fn resting(at: &SectionCoefficients, correction: &Correction) -> Self {
        let Correction { b0, b1, pole } = *correction;
        Self { designs: [*at; 3], correction: [b0, b1 + pole * b0, pole], ..Self::PASS }
    }

    /// Where they go next, to be filled in before [`go`](Self::go).
    pub fn next_mut(&mut self) -> &mut SectionCoefficients {
        let next = if self.is_moving { 2 } else { 1 };
        &mut self.designs[(self.from + next) % 3]
    }

    /// Lets them go on to the next ones, in a straight line.
    pub fn go(&mut self) {
        self.rest();
        self.is_moving = true;
    }

    /// Lets them rest where they were to go.
    pub fn rest(&mut self) {
        if self.is_moving {
            self.from = (self.from + 1) % 3;
        }
        (self.is_moving, self.position) = (false, 0.0);
    }

    /// The coefficients have moved on for so many frames.
    pub fn set_elapsed(&mut self, frames: u32) {
        self.position = f64::from(frames) / f64::from(COEFFICIENT_FRAMES);
    }

    fn from(&self) -> &SectionCoefficients {
        &self.designs[self.from]
    }

    fn to(&self) -> &SectionCoefficients {
        &self.designs[(self.from + 1) % 3]
    }
}

/// What all sections of a cut and the correction after them keep of the past signal.
#[derive(Clone, Debug, Default)]
pub struct SectionStates {
    first: [Frame; MAX_SECTIONS],
    second: [Frame; MAX_SECTIONS],
    correction: Frame,
}

impl SectionStates {
    /// Whether nothing is left of the past signal, as far as anyone can hear.
    pub fn are_silent(&self) -> bool {
        let mut states = self.first.iter().chain(&self.second).chain([&self.correction]).flatten();
        states.all(|value| value.abs() < SILENCE)
    }
}

/// Left and right, of equal lengths, through the first `SECTIONS` sections of one cut, in place.
pub fn run<const SECTIONS: usize>(
    states: &mut SectionStates,
    bank: &SectionBank,
    sides: [&mut [f32]; MAX_CHANNELS],
) {
    dispatch!(level(), simd => if bank.is_moving {
        run_vectors::<_, Moving<f64x2<_>, SECTIONS>, SECTIONS>(simd, states, bank, sides);
    } else {
        run_vectors::<_, Still<f64x2<_>, SECTIONS>, SECTIONS>(simd, states, bank, sides);
    });
}

#[inline(always)]
fn run_vectors<S: Simd, C: CoefficientSource<S, f64x2<S>, 1>, const SECTIONS: usize>(
    simd: S,
    states: &mut SectionStates,
    bank: &SectionBank,
    [left, right]: [&mut [f32]; MAX_CHANNELS],
) {
    let mut sections = Sections::<f64x2<S>, C, SECTIONS>::load(simd, [bank], [&*states], [0]);
    for (left, right) in left.iter_mut().zip(right) {
        let output = sections.step(f64x2::simd_from(simd, [f64::from(*left), f64::from(*right)]));
        [[*left, *right]] = to_samples(output);
    }
    sections.store([states]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_of_any_length_give_what_single_frames_give() {
        let shifted = |value: f64, by: f64| [0.0, 0.01, 0.02, 0.03].map(|shift| value + by * shift);
        let sections = SectionCoefficients {
            keep: shifted(0.7, -1.0),
            cross: shifted(0.3, 1.0),
            gain: shifted(0.05, 1.0),
            mix: [shifted(0.4, 0.0), shifted(0.2, -1.0), shifted(0.6, 0.0)],
        };
        let bank = SectionBank::resting(&sections, &Correction { b0: 0.9, b1: -0.2, pole: 0.3 });
        let input: Vec<f32> = (0..256_u16).map(|n| (f32::from(n) * 0.3).sin()).collect();
        let filtered = |frames: usize| {
            let (mut states, mut output) = (SectionStates::default(), Vec::new());
            for part in input.chunks(frames) {
                let (mut left, mut right) = (part.to_vec(), part.to_vec());
                run::<4>(&mut states, &bank, [&mut left, &mut right]);
                output.extend(left.into_iter().map(f32::to_bits));
            }
            output
        };
        let expected = filtered(1);
        for frames in [2, 3, 4, 5, 17, 64] {
            assert_eq!(filtered(frames), expected, "chunks of {frames}");
        }
    }
}
