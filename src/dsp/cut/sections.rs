//! Second-order sections in a row, at work: those of one cut in two lanes, left and right, or those of both cuts in four.
//!
//! Whatever the number of lanes, each number comes about by the same steps in the same order, so that a cut sounds the same,
//! bit for bit, alone or beside the other one.
//!
//! Realtime safety: arithmetic alone.

use super::COEFFICIENT_FRAMES;
use super::design::{Correction, MAX_SECTIONS, SectionCoefficients};
use crate::dsp::chunk::{MAX_CHANNELS, to_sample};

/// Below this the state counts as silence: -300 dBFS.
const SILENCE: f64 = 1e-15;

/// A number for each channel of each cut, next to each other for the vector instructions.
pub type Lanes<const LANES: usize> = [f64; LANES];

/// The coefficients of one section in all lanes, or how far they go.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
struct SectionLanes<const LANES: usize> {
    keep: Lanes<LANES>,
    cross: Lanes<LANES>,
    gain: Lanes<LANES>,
    mix: [Lanes<LANES>; 3],
}

impl<const LANES: usize> SectionLanes<LANES> {
    const ZERO: Self =
        Self { keep: [0.0; LANES], cross: [0.0; LANES], gain: [0.0; LANES], mix: [[0.0; LANES]; 3] };

    /// One section's coefficients in all lanes.
    #[inline(always)]
    fn of(sections: &SectionCoefficients, index: usize) -> Self {
        Self {
            keep: [sections.keep[index]; LANES],
            cross: [sections.cross[index]; LANES],
            gain: [sections.gain[index]; LANES],
            mix: [
                [sections.mix[0][index]; LANES],
                [sections.mix[1][index]; LANES],
                [sections.mix[2][index]; LANES],
            ],
        }
    }

    /// Takes over the coefficients of one cut into the lanes that begin with `FIRST`.
    #[inline(always)]
    fn copy_cut<const FIRST: usize>(&mut self, cut: &SectionLanes<MAX_CHANNELS>) {
        copy_lanes::<FIRST, 0, LANES, MAX_CHANNELS>(&mut self.keep, &cut.keep);
        copy_lanes::<FIRST, 0, LANES, MAX_CHANNELS>(&mut self.cross, &cut.cross);
        copy_lanes::<FIRST, 0, LANES, MAX_CHANNELS>(&mut self.gain, &cut.gain);
        for (lanes, cut) in self.mix.iter_mut().zip(&cut.mix) {
            copy_lanes::<FIRST, 0, LANES, MAX_CHANNELS>(lanes, cut);
        }
    }

    /// The point `position` of the way, in [0, 1], from here by `change`.
    #[inline(always)]
    fn towards(&self, change: &Self, position: &Lanes<LANES>) -> Self {
        let go = |from: &Lanes<LANES>, change: &Lanes<LANES>| {
            let mut lanes = [0.0; LANES];
            for lane in 0..LANES {
                lanes[lane] = from[lane] + change[lane] * position[lane];
            }
            lanes
        };
        Self {
            keep: go(&self.keep, &change.keep),
            cross: go(&self.cross, &change.cross),
            gain: go(&self.gain, &change.gain),
            mix: [
                go(&self.mix[0], &change.mix[0]),
                go(&self.mix[1], &change.mix[1]),
                go(&self.mix[2], &change.mix[2]),
            ],
        }
    }
}

/// Copies the lanes of one cut: to those that begin with `TO`, from those that begin with `FROM`.
#[inline(always)]
fn copy_lanes<const TO: usize, const FROM: usize, const LANES: usize, const OTHERS: usize>(
    lanes: &mut Lanes<LANES>,
    others: &Lanes<OTHERS>,
) {
    lanes[TO..TO + MAX_CHANNELS].copy_from_slice(&others[FROM..FROM + MAX_CHANNELS]);
}

#[inline(always)]
fn to_samples<const LANES: usize>(values: Lanes<LANES>) -> [f32; LANES] {
    let mut samples = [0.0; LANES];
    for (sample, value) in samples.iter_mut().zip(values) {
        *sample = to_sample(value);
    }
    samples
}

/// The coefficients of all sections and of what corrects them, at rest or on their way in a straight line.
#[derive(Clone, Debug)]
pub struct SectionBank<const LANES: usize> {
    from: [SectionLanes<LANES>; MAX_SECTIONS],
    change: [SectionLanes<LANES>; MAX_SECTIONS],
    /// Whether `change` is anything but zero, for each cut.
    moves: [bool; 2],
    /// How much of the way is gone.
    position: Lanes<LANES>,
    /// Kept as `y = b0 x + s`, `s' = (b1 + pole b0) x + pole s`: from one frame to the next there is but one multiplication
    /// and one addition to wait for.
    correction: [Lanes<LANES>; 3],
}

impl<const LANES: usize> SectionBank<LANES> {
    /// All zero.
    pub fn new() -> Self {
        let sections = [SectionLanes::ZERO; MAX_SECTIONS];
        Self {
            from: sections,
            change: sections,
            moves: [false; 2],
            position: [0.0; LANES],
            correction: [[0.0; LANES]; 3],
        }
    }

    /// Takes over a cut's coefficients, with where they go: into the lanes that begin with `FIRST`, from a bank of its own.
    #[inline(always)]
    pub fn copy_cut<const FIRST: usize>(&mut self, cut: &SectionBank<MAX_CHANNELS>) {
        for index in 0..MAX_SECTIONS {
            self.from[index].copy_cut::<FIRST>(&cut.from[index]);
        }
        if self.moves[FIRST / MAX_CHANNELS] || cut.moves[0] {
            self.moves[FIRST / MAX_CHANNELS] = cut.moves[0];
            for index in 0..MAX_SECTIONS {
                self.change[index].copy_cut::<FIRST>(&cut.change[index]);
            }
        }
        for index in 0..self.correction.len() {
            copy_lanes::<FIRST, 0, LANES, MAX_CHANNELS>(&mut self.correction[index], &cut.correction[index]);
        }
        self.copy_position::<FIRST>(cut);
    }

    /// Takes over how much of the way is gone.
    #[inline(always)]
    pub fn copy_position<const FIRST: usize>(&mut self, cut: &SectionBank<MAX_CHANNELS>) {
        copy_lanes::<FIRST, 0, LANES, MAX_CHANNELS>(&mut self.position, &cut.position);
    }

    /// The same coefficients, which go no further.
    #[inline(always)]
    fn still(&self) -> Self {
        Self { change: [SectionLanes::ZERO; MAX_SECTIONS], ..*self }
    }

    /// How much of the way is gone in each lane.
    pub fn position(&self) -> Lanes<LANES> {
        self.position
    }
}

impl SectionBank<MAX_CHANNELS> {
    /// A cut that rests.
    pub fn resting(at: &SectionCoefficients, correction: &Correction) -> Self {
        let Correction { b0, b1, pole } = *correction;
        Self {
            from: std::array::from_fn(|index| SectionLanes::of(at, index)),
            correction: [b0, b1 + pole * b0, pole].map(|value| [value; MAX_CHANNELS]),
            ..Self::new()
        }
    }

    /// Lets it rest.
    pub fn rest(&mut self, at: &SectionCoefficients) {
        self.go(at, at);
        self.moves[0] = false;
    }

    /// Lets it go, from now on, in a straight line.
    pub fn go(&mut self, from: &SectionCoefficients, to: &SectionCoefficients) {
        let change = to.minus(from);
        for index in 0..MAX_SECTIONS {
            self.from[index] = SectionLanes::of(from, index);
            self.change[index] = SectionLanes::of(&change, index);
        }
        self.moves[0] = true;
        self.position = [0.0; MAX_CHANNELS];
    }

    /// The coefficients have moved on for so many frames.
    pub fn set_elapsed(&mut self, frames: u32) {
        self.position = [f64::from(frames) / f64::from(COEFFICIENT_FRAMES); MAX_CHANNELS];
    }
}

/// What all sections and the correction after them keep of the past signal.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub struct SectionStates<const LANES: usize> {
    first: [Lanes<LANES>; MAX_SECTIONS],
    second: [Lanes<LANES>; MAX_SECTIONS],
    correction: Lanes<LANES>,
}

impl<const LANES: usize> Default for SectionStates<LANES> {
    fn default() -> Self {
        let zero = [[0.0; LANES]; MAX_SECTIONS];
        Self { first: zero, second: zero, correction: [0.0; LANES] }
    }
}

impl<const LANES: usize> SectionStates<LANES> {
    /// Takes over a cut's states: into the lanes that begin with `TO`, from those that begin with `FROM`.
    #[inline(always)]
    pub fn copy_cut<const TO: usize, const FROM: usize, const OTHERS: usize>(
        &mut self,
        others: &SectionStates<OTHERS>,
    ) {
        for index in 0..MAX_SECTIONS {
            copy_lanes::<TO, FROM, LANES, OTHERS>(&mut self.first[index], &others.first[index]);
            copy_lanes::<TO, FROM, LANES, OTHERS>(&mut self.second[index], &others.second[index]);
        }
        copy_lanes::<TO, FROM, LANES, OTHERS>(&mut self.correction, &others.correction);
    }

    /// Whether nothing is left of the past signal, as far as anyone can hear.
    pub fn are_silent(&self) -> bool {
        let mut states = self.first.iter().chain(&self.second).chain([&self.correction]).flatten();
        states.all(|value| value.abs() < SILENCE)
    }

    /// One frame through one section.
    #[inline(always)]
    fn step_section(
        &mut self,
        index: usize,
        section: &SectionLanes<LANES>,
        input: Lanes<LANES>,
    ) -> Lanes<LANES> {
        let mut output = [0.0; LANES];
        for lane in 0..LANES {
            let first = self.first[index][lane];
            let second = self.second[index][lane];
            let difference = input[lane] - second;
            output[lane] = section.mix[0][lane] * input[lane]
                + section.mix[1][lane] * first
                + section.mix[2][lane] * second;
            self.first[index][lane] = section.keep[lane] * first + section.cross[lane] * difference;
            self.second[index][lane] =
                second + (section.cross[lane] * first + section.gain[lane] * difference);
        }
        output
    }

    /// One frame through what corrects the sections.
    #[inline(always)]
    fn correct(&mut self, bank: &SectionBank<LANES>, frame: Lanes<LANES>) -> Lanes<LANES> {
        let [b0, feed, pole] = &bank.correction;
        let mut corrected = [0.0; LANES];
        for lane in 0..LANES {
            corrected[lane] = b0[lane] * frame[lane] + self.correction[lane];
            self.correction[lane] = feed[lane] * frame[lane] + pole[lane] * self.correction[lane];
        }
        corrected
    }

    /// One frame through the first `SECTIONS` sections in turn, with coefficients that rest.
    #[inline(always)]
    pub fn step_still<const SECTIONS: usize>(
        &mut self,
        bank: &SectionBank<LANES>,
        mut frame: Lanes<LANES>,
    ) -> [f32; LANES] {
        for index in 0..SECTIONS {
            frame = self.step_section(index, &bank.from[index], frame);
        }
        to_samples(self.correct(bank, frame))
    }

    /// The same with coefficients that go on by a frame before, as `position` does.
    #[inline(always)]
    pub fn step_moving<const SECTIONS: usize>(
        &mut self,
        bank: &SectionBank<LANES>,
        position: &mut Lanes<LANES>,
        mut frame: Lanes<LANES>,
    ) -> [f32; LANES] {
        for position in position.iter_mut() {
            *position += 1.0 / f64::from(COEFFICIENT_FRAMES);
        }
        for index in 0..SECTIONS {
            let section = bank.from[index].towards(&bank.change[index], position);
            frame = self.step_section(index, &section, frame);
        }
        to_samples(self.correct(bank, frame))
    }

    /// One frame through each section that is at work, each another one. What a section makes is the next one's input in the
    /// next step; what the last one makes is returned.
    #[inline(always)]
    fn step_each<const SECTIONS: usize>(
        &mut self,
        bank: &SectionBank<LANES>,
        inputs: &mut [Lanes<LANES>; SECTIONS],
        is_at_work: impl Fn(usize) -> bool,
    ) -> Lanes<LANES> {
        let mut outputs = [[0.0; LANES]; SECTIONS];
        for section in 0..SECTIONS {
            if is_at_work(section) {
                outputs[section] = self.step_section(section, &bank.from[section], inputs[section]);
            }
        }
        inputs[1..].copy_from_slice(&outputs[..SECTIONS - 1]);
        outputs[SECTIONS - 1]
    }
}

/// Left and right, of equal lengths, through one cut whose coefficients move, in place.
pub fn run_moving<const SECTIONS: usize>(
    states: &mut SectionStates<MAX_CHANNELS>,
    bank: &SectionBank<MAX_CHANNELS>,
    [left, right]: [&mut [f32]; MAX_CHANNELS],
) {
    let mut position = bank.position();
    for (left, right) in left.iter_mut().zip(right) {
        let frame = [f64::from(*left), f64::from(*right)];
        [*left, *right] = states.step_moving::<SECTIONS>(bank, &mut position, frame);
    }
}

/// Left and right, of equal lengths, through one cut whose coefficients rest, in place.
///
/// A section waits for nothing but its own past, as long as each works on another frame: the first one on the newest, the
/// second on the one before, and so on. At the beginning the later sections have nothing to do yet, at the end the earlier
/// ones nothing more.
pub fn run_still<const SECTIONS: usize>(
    states: &mut SectionStates<MAX_CHANNELS>,
    bank: &SectionBank<MAX_CHANNELS>,
    [left, right]: [&mut [f32]; MAX_CHANNELS],
) {
    let frames = left.len().min(right.len());
    let behind = SECTIONS - 1;
    let mut inputs = [[0.0; MAX_CHANNELS]; SECTIONS];
    let read = |left: &[f32], right: &[f32], frame: usize| [f64::from(left[frame]), f64::from(right[frame])];
    for step in 0..behind {
        if step < frames {
            inputs[0] = read(left, right, step);
        }
        let working = (step + 1).saturating_sub(frames)..=step;
        states.step_each(bank, &mut inputs, |section| working.contains(&section));
    }
    // Of their own, so that they stay in registers.
    let (mut steady, steady_bank) = (*states, bank.still());
    for step in behind..frames {
        inputs[0] = read(left, right, step);
        let output = steady.step_each(&steady_bank, &mut inputs, |_| true);
        let output = steady.correct(&steady_bank, output);
        left[step - behind] = to_sample(output[0]);
        right[step - behind] = to_sample(output[1]);
    }
    *states = steady;
    for step in frames.max(behind)..frames + behind {
        let output = states.step_each(bank, &mut inputs, |section| section > step - frames);
        let output = states.correct(bank, output);
        left[step - behind] = to_sample(output[0]);
        right[step - behind] = to_sample(output[1]);
    }
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
        let mut alone = SectionStates::default();
        let expected: Vec<u32> = input
            .iter()
            .map(|sample| alone.step_still::<4>(&bank, [f64::from(*sample); 2])[0].to_bits())
            .collect();
        for frames in [1, 2, 3, 4, 5, 17, 64] {
            let mut states = SectionStates::default();
            let mut output = Vec::new();
            for part in input.chunks(frames) {
                let (mut left, mut right) = (part.to_vec(), part.to_vec());
                run_still::<4>(&mut states, &bank, [&mut left, &mut right]);
                output.extend(left.into_iter().map(f32::to_bits));
            }
            assert_eq!(output, expected, "chunks of {frames}");
        }
    }
}
