//! Sections at work, in the registers of vector instructions: both channels of one cut in two lanes, or of both cuts in four.
//!
//! Whatever the number of lanes, each number comes about by the same steps in the same order, so that a cut sounds the same,
//! bit for bit, alone or beside the other one. A multiplication and the addition after it are one instruction where the
//! processor has it, and round once.
//!
//! Realtime safety: arithmetic alone.

use fearless_simd::{Simd, SimdFloat, SimdFrom, f64x2, f64x4};

use super::{SectionBank, SectionStates};
use crate::dsp::chunk::{Frame, MAX_CHANNELS};
use crate::dsp::cut::COEFFICIENT_FRAMES;
use crate::dsp::cut::design::SectionCoefficients;

/// A frame's part of the way from one design to the next.
const FRAME: f64 = 1.0 / COEFFICIENT_FRAMES as f64;

/// A number for each channel of each of `CUTS` cuts.
pub trait Lanes<S: Simd, const CUTS: usize>: SimdFloat<S, Element = f64> {
    /// The same number for both channels of a cut.
    fn of_cuts(simd: S, numbers: [f64; CUTS]) -> Self;

    /// A number for each.
    fn of_frames(simd: S, frames: [Frame; CUTS]) -> Self;

    /// Each number.
    fn frames(self) -> [Frame; CUTS];
}

impl<S: Simd> Lanes<S, 1> for f64x2<S> {
    #[inline(always)]
    fn of_cuts(simd: S, [number]: [f64; 1]) -> Self {
        simd.splat_f64x2(number)
    }

    #[inline(always)]
    fn of_frames(simd: S, [frame]: [Frame; 1]) -> Self {
        Self::simd_from(simd, frame)
    }

    #[inline(always)]
    fn frames(self) -> [Frame; 1] {
        [self.into()]
    }
}

impl<S: Simd> Lanes<S, 2> for f64x4<S> {
    #[inline(always)]
    fn of_cuts(simd: S, [low, high]: [f64; 2]) -> Self {
        simd.combine_f64x2(simd.splat_f64x2(low), simd.splat_f64x2(high))
    }

    #[inline(always)]
    fn of_frames(simd: S, [low, high]: [Frame; 2]) -> Self {
        simd.combine_f64x2(f64x2::simd_from(simd, low), f64x2::simd_from(simd, high))
    }

    #[inline(always)]
    fn frames(self) -> [Frame; 2] {
        let [left, right, high_left, high_right] = self.into();
        [[left, right], [high_left, high_right]]
    }
}

/// The end of the computation.
#[inline(always)]
pub fn to_samples<S: Simd, V: Lanes<S, CUTS>, const CUTS: usize>(values: V) -> [[f32; MAX_CHANNELS]; CUTS] {
    let mut samples = [[0.0; MAX_CHANNELS]; CUTS];
    for (samples, [left, right]) in samples.iter_mut().zip(values.frames()) {
        *samples = [left as f32, right as f32];
    }
    samples
}

/// The coefficients of one section of each cut, or how far they go.
#[derive(Clone, Copy)]
pub struct Coefficients<V> {
    keep: V,
    cross: V,
    gain: V,
    mix: [V; 3],
}

impl<V> Coefficients<V> {
    #[inline(always)]
    fn load<S: Simd, const CUTS: usize>(simd: S, cuts: [&SectionCoefficients; CUTS], index: usize) -> Self
    where
        V: Lanes<S, CUTS>,
    {
        Self {
            keep: V::of_cuts(simd, cuts.map(|cut| cut.keep[index])),
            cross: V::of_cuts(simd, cuts.map(|cut| cut.cross[index])),
            gain: V::of_cuts(simd, cuts.map(|cut| cut.gain[index])),
            mix: [
                V::of_cuts(simd, cuts.map(|cut| cut.mix[0][index])),
                V::of_cuts(simd, cuts.map(|cut| cut.mix[1][index])),
                V::of_cuts(simd, cuts.map(|cut| cut.mix[2][index])),
            ],
        }
    }

    /// Those of the first sections.
    #[inline(always)]
    fn load_all<S: Simd, const CUTS: usize, const SECTIONS: usize>(
        simd: S,
        cuts: [&SectionCoefficients; CUTS],
    ) -> [Self; SECTIONS]
    where
        V: Lanes<S, CUTS>,
    {
        let mut sections = [Self::load(simd, cuts, 0); SECTIONS];
        for (index, section) in sections.iter_mut().enumerate().skip(1) {
            *section = Self::load(simd, cuts, index);
        }
        sections
    }

    /// How far it is from others to these.
    #[inline(always)]
    fn minus<S: Simd>(&self, from: &Self) -> Self
    where
        V: SimdFloat<S>,
    {
        let ([mix_0, mix_1, mix_2], from_mix) = (self.mix, from.mix);
        Self {
            keep: self.keep - from.keep,
            cross: self.cross - from.cross,
            gain: self.gain - from.gain,
            mix: [mix_0 - from_mix[0], mix_1 - from_mix[1], mix_2 - from_mix[2]],
        }
    }

    /// The point `position` of the way, in [0, 1], from here by `change`.
    #[inline(always)]
    fn towards<S: Simd>(&self, change: &Self, position: V) -> Self
    where
        V: SimdFloat<S>,
    {
        let [mix_0, mix_1, mix_2] = self.mix;
        Self {
            keep: change.keep.mul_add(position, self.keep),
            cross: change.cross.mul_add(position, self.cross),
            gain: change.gain.mul_add(position, self.gain),
            mix: [
                change.mix[0].mul_add(position, mix_0),
                change.mix[1].mul_add(position, mix_1),
                change.mix[2].mul_add(position, mix_2),
            ],
        }
    }
}

/// Where the sections have their coefficients from.
pub trait CoefficientSource<S: Simd, V: Lanes<S, CUTS>, const CUTS: usize>: Copy {
    /// From the bank of each cut, so many frames before its position.
    fn load(simd: S, banks: [&SectionBank; CUTS], early_frames: [usize; CUTS]) -> Self;

    /// Goes on by a frame.
    fn advance(&mut self);

    /// A section's of now.
    fn section(&self, index: usize) -> Coefficients<V>;
}

/// Coefficients that rest.
#[derive(Clone, Copy)]
pub struct Still<V, const SECTIONS: usize>([Coefficients<V>; SECTIONS]);

impl<S: Simd, V: Lanes<S, CUTS>, const CUTS: usize, const SECTIONS: usize> CoefficientSource<S, V, CUTS>
    for Still<V, SECTIONS>
{
    #[inline(always)]
    fn load(simd: S, banks: [&SectionBank; CUTS], _: [usize; CUTS]) -> Self {
        Self(Coefficients::load_all(simd, banks.map(SectionBank::from)))
    }

    #[inline(always)]
    fn advance(&mut self) {}

    #[inline(always)]
    fn section(&self, index: usize) -> Coefficients<V> {
        self.0[index]
    }
}

/// Coefficients on their way, from the banks' positions on.
#[derive(Clone, Copy)]
pub struct Moving<V, const SECTIONS: usize> {
    from: [Coefficients<V>; SECTIONS],
    change: [Coefficients<V>; SECTIONS],
    position: V,
}

impl<S: Simd, V: Lanes<S, CUTS>, const CUTS: usize, const SECTIONS: usize> CoefficientSource<S, V, CUTS>
    for Moving<V, SECTIONS>
{
    #[inline(always)]
    fn load(simd: S, banks: [&SectionBank; CUTS], early_frames: [usize; CUTS]) -> Self {
        let from = Coefficients::load_all(simd, banks.map(SectionBank::from));
        // Of one that rests, this is where it rests.
        let to = banks.map(|bank| if bank.is_moving { bank.to() } else { bank.from() });
        let mut change = Coefficients::load_all(simd, to);
        for (change, from) in change.iter_mut().zip(&from) {
            *change = change.minus(from);
        }
        let mut positions = banks.map(|bank| bank.position);
        for (position, early_frames) in positions.iter_mut().zip(early_frames) {
            *position -= early_frames as f64 * FRAME;
        }
        Self { from, change, position: V::of_cuts(simd, positions) }
    }

    #[inline(always)]
    fn advance(&mut self) {
        self.position += FRAME;
    }

    #[inline(always)]
    fn section(&self, index: usize) -> Coefficients<V> {
        self.from[index].towards(&self.change[index], self.position)
    }
}

/// The first `SECTIONS` sections in turn, and what corrects them.
#[derive(Clone, Copy)]
pub struct Sections<V, C, const SECTIONS: usize> {
    coefficients: C,
    /// As in the banks.
    correction: [V; 3],
    first: [V; SECTIONS],
    second: [V; SECTIONS],
    correction_state: V,
}

impl<V, C, const SECTIONS: usize> Sections<V, C, SECTIONS> {
    /// With the coefficients and the past of each cut, and so many frames before the coefficients count.
    #[inline(always)]
    pub fn load<S: Simd, const CUTS: usize>(
        simd: S,
        banks: [&SectionBank; CUTS],
        states: [&SectionStates; CUTS],
        early_frames: [usize; CUTS],
    ) -> Self
    where
        V: Lanes<S, CUTS>,
        C: CoefficientSource<S, V, CUTS>,
    {
        let zero = V::splat(simd, 0.0);
        let mut sections = Self {
            coefficients: C::load(simd, banks, early_frames),
            correction: [
                V::of_cuts(simd, banks.map(|bank| bank.correction[0])),
                V::of_cuts(simd, banks.map(|bank| bank.correction[1])),
                V::of_cuts(simd, banks.map(|bank| bank.correction[2])),
            ],
            first: [zero; SECTIONS],
            second: [zero; SECTIONS],
            correction_state: V::of_frames(simd, states.map(|states| states.correction)),
        };
        for index in 0..SECTIONS {
            sections.first[index] = V::of_frames(simd, states.map(|states| states.first[index]));
            sections.second[index] = V::of_frames(simd, states.map(|states| states.second[index]));
        }
        sections
    }

    /// Takes back what has become of the past of a cut.
    #[inline(always)]
    pub fn restore<S: Simd, const CUTS: usize>(&mut self, simd: S, cut: usize, past: &SectionStates)
    where
        V: Lanes<S, CUTS>,
    {
        let restored = |state: V, past: Frame| {
            let mut frames = state.frames();
            frames[cut] = past;
            V::of_frames(simd, frames)
        };
        for index in 0..SECTIONS {
            self.first[index] = restored(self.first[index], past.first[index]);
            self.second[index] = restored(self.second[index], past.second[index]);
        }
        self.correction_state = restored(self.correction_state, past.correction);
    }

    /// Keeps the past.
    #[inline(always)]
    pub fn store<S: Simd, const CUTS: usize>(&self, states: [&mut SectionStates; CUTS])
    where
        V: Lanes<S, CUTS>,
    {
        for (cut, states) in states.into_iter().enumerate() {
            for index in 0..SECTIONS {
                states.first[index] = self.first[index].frames()[cut];
                states.second[index] = self.second[index].frames()[cut];
            }
            states.correction = self.correction_state.frames()[cut];
        }
    }

    /// One frame through all of them. Moving coefficients go on by a frame before.
    #[inline(always)]
    pub fn step<S: Simd, const CUTS: usize>(&mut self, mut frame: V) -> V
    where
        V: Lanes<S, CUTS>,
        C: CoefficientSource<S, V, CUTS>,
    {
        self.coefficients.advance();
        for index in 0..SECTIONS {
            frame = self.step_section(index, frame);
        }
        let [b0, feed, pole] = self.correction;
        let output = b0.mul_add(frame, self.correction_state);
        self.correction_state = feed.mul_add(frame, pole * self.correction_state);
        output
    }

    /// From the input to the output there is one instruction: the next section waits for nothing more.
    #[inline(always)]
    fn step_section<S: Simd, const CUTS: usize>(&mut self, index: usize, input: V) -> V
    where
        V: Lanes<S, CUTS>,
        C: CoefficientSource<S, V, CUTS>,
    {
        let section = self.coefficients.section(index);
        let (first, second) = (self.first[index], self.second[index]);
        let difference = input - second;
        let past = section.mix[1].mul_add(first, section.mix[2] * second);
        self.first[index] = section.cross.mul_add(difference, section.keep * first);
        self.second[index] = section.gain.mul_add(difference, section.cross.mul_add(first, second));
        section.mix[0].mul_add(input, past)
    }
}
