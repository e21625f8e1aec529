//! Second-order sections in a row, at work.
//!
//! Realtime safety: arithmetic alone.

use super::design::SectionCoefficients;
use crate::dsp::chunk::{Frame, MAX_CHANNELS, to_sample};
use crate::dsp::first_order::FirstOrder;

/// Below this the state counts as silence: -300 dBFS.
const SILENCE: f64 = 1e-15;

/// A number for each section and channel, next to each other for the vector instructions.
type Lanes<const SECTIONS: usize> = [Frame; SECTIONS];

/// The coefficients of all sections, each kind for itself.
#[derive(Clone, Copy, Debug)]
pub struct SectionBank<const SECTIONS: usize> {
    keep: Lanes<SECTIONS>,
    cross: Lanes<SECTIONS>,
    gain: Lanes<SECTIONS>,
    mix: [Lanes<SECTIONS>; 3],
}

impl<const SECTIONS: usize> SectionBank<SECTIONS> {
    /// The same coefficients for all channels.
    pub fn new(sections: &[SectionCoefficients; SECTIONS]) -> Self {
        let lanes = |value: fn(&SectionCoefficients) -> f64| {
            std::array::from_fn(|section| [value(&sections[section]); MAX_CHANNELS])
        };
        Self {
            keep: lanes(|section| section.keep),
            cross: lanes(|section| section.cross),
            gain: lanes(|section| section.gain),
            mix: [
                lanes(|section| section.mix[0]),
                lanes(|section| section.mix[1]),
                lanes(|section| section.mix[2]),
            ],
        }
    }

    /// The point `position` of the way, in [0, 1], from these coefficients to `other`.
    #[inline(always)]
    pub fn towards(&self, other: &Self, position: f64) -> Self {
        let between = |from: &Lanes<SECTIONS>, to: &Lanes<SECTIONS>| {
            std::array::from_fn(|section| {
                std::array::from_fn(|channel| {
                    let (from, to) = (from[section][channel], to[section][channel]);
                    from + (to - from) * position
                })
            })
        };
        Self {
            keep: between(&self.keep, &other.keep),
            cross: between(&self.cross, &other.cross),
            gain: between(&self.gain, &other.gain),
            mix: std::array::from_fn(|index| between(&self.mix[index], &other.mix[index])),
        }
    }
}

/// The two integrators of each section.
#[derive(Clone, Copy, Debug)]
pub struct SectionStates<const SECTIONS: usize> {
    first: Lanes<SECTIONS>,
    second: Lanes<SECTIONS>,
}

impl<const SECTIONS: usize> Default for SectionStates<SECTIONS> {
    fn default() -> Self {
        Self { first: [[0.0; MAX_CHANNELS]; SECTIONS], second: [[0.0; MAX_CHANNELS]; SECTIONS] }
    }
}

impl<const SECTIONS: usize> SectionStates<SECTIONS> {
    /// The states of the first `FEWER` sections.
    pub fn of_first<const FEWER: usize>(&self) -> SectionStates<FEWER> {
        SectionStates {
            first: std::array::from_fn(|section| self.first[section]),
            second: std::array::from_fn(|section| self.second[section]),
        }
    }

    /// Takes the states of the first `FEWER` sections.
    pub fn set_of_first<const FEWER: usize>(&mut self, states: &SectionStates<FEWER>) {
        self.first[..FEWER].copy_from_slice(&states.first);
        self.second[..FEWER].copy_from_slice(&states.second);
    }

    /// Whether nothing is left of the past signal, as far as anyone can hear.
    pub fn are_silent(&self) -> bool {
        let mut states = self.first.iter().chain(&self.second).flatten();
        states.all(|value| value.abs() < SILENCE)
    }

    /// One frame through one section.
    #[inline(always)]
    fn step_one(&mut self, bank: &SectionBank<SECTIONS>, section: usize, input: Frame) -> Frame {
        let mut output = [0.0; MAX_CHANNELS];
        for channel in 0..MAX_CHANNELS {
            let first = self.first[section][channel];
            let second = self.second[section][channel];
            let difference = input[channel] - second;
            output[channel] = bank.mix[0][section][channel] * input[channel]
                + bank.mix[1][section][channel] * first
                + bank.mix[2][section][channel] * second;
            self.first[section][channel] =
                bank.keep[section][channel] * first + bank.cross[section][channel] * difference;
            self.second[section][channel] =
                second + (bank.cross[section][channel] * first + bank.gain[section][channel] * difference);
        }
        output
    }

    /// One frame through all sections in turn.
    #[inline(always)]
    pub fn step_in_turn(&mut self, bank: &SectionBank<SECTIONS>, mut frame: Frame) -> Frame {
        for section in 0..SECTIONS {
            frame = self.step_one(bank, section, frame);
        }
        frame
    }

    /// One frame through each section that is at work, each another one. What a section makes is the next one's input in the
    /// next step; what the last one makes is returned.
    #[inline(always)]
    fn step_each(
        &mut self,
        bank: &SectionBank<SECTIONS>,
        inputs: &mut Lanes<SECTIONS>,
        is_at_work: impl Fn(usize) -> bool,
    ) -> Frame {
        let mut outputs = [[0.0; MAX_CHANNELS]; SECTIONS];
        for section in 0..SECTIONS {
            if is_at_work(section) {
                outputs[section] = self.step_one(bank, section, inputs[section]);
            }
        }
        inputs[1..].copy_from_slice(&outputs[..SECTIONS - 1]);
        outputs[SECTIONS - 1]
    }
}

/// Left and right, of equal lengths, through all sections, and through the correction after them, in place.
///
/// A section waits for nothing but its own past, as long as each works on another frame: the first one on the newest, the
/// second on the one before, and so on. At the beginning the later sections have nothing to do yet, at the end the earlier
/// ones nothing more.
#[inline(always)]
pub fn run_sections<const SECTIONS: usize>(
    states: &mut SectionStates<SECTIONS>,
    bank: &SectionBank<SECTIONS>,
    correction: Option<&mut FirstOrder>,
    sides: [&mut [f32]; MAX_CHANNELS],
) {
    match correction {
        Some(correction) => run_staggered(states, bank, sides, |frame| correction.process(frame)),
        None => run_staggered(states, bank, sides, |frame| frame),
    }
}

#[inline(always)]
fn run_staggered<const SECTIONS: usize>(
    states: &mut SectionStates<SECTIONS>,
    bank: &SectionBank<SECTIONS>,
    [left, right]: [&mut [f32]; MAX_CHANNELS],
    mut correct: impl FnMut(Frame) -> Frame,
) {
    let frames = left.len().min(right.len());
    let behind = SECTIONS - 1;
    let mut inputs = [[0.0; MAX_CHANNELS]; SECTIONS];
    let read = |left: &[f32], right: &[f32], frame: usize| [f64::from(left[frame]), f64::from(right[frame])];
    let mut write = |left: &mut [f32], right: &mut [f32], frame: usize, output: Frame| {
        let output = correct(output);
        left[frame] = to_sample(output[0]);
        right[frame] = to_sample(output[1]);
    };
    for step in 0..behind {
        if step < frames {
            inputs[0] = read(left, right, step);
        }
        let working = (step + 1).saturating_sub(frames)..=step;
        states.step_each(bank, &mut inputs, |section| working.contains(&section));
    }
    // Of its own, so that it stays in registers.
    let (mut steady, steady_bank) = (*states, *bank);
    for step in behind..frames {
        inputs[0] = read(left, right, step);
        let output = steady.step_each(&steady_bank, &mut inputs, |_| true);
        write(left, right, step - behind, output);
    }
    *states = steady;
    for step in frames.max(behind)..frames + behind {
        let output = states.step_each(bank, &mut inputs, |section| section > step - frames);
        write(left, right, step - behind, output);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bank() -> SectionBank<4> {
        let section = |shift: f64| SectionCoefficients {
            keep: 0.7 - shift,
            cross: 0.3 + shift,
            gain: 0.05 + shift,
            mix: [0.4, 0.2 - shift, 0.6],
        };
        SectionBank::new(&[section(0.0), section(0.01), section(0.02), section(0.03)])
    }

    #[test]
    fn chunks_of_any_length_give_what_single_frames_give() {
        let bank = bank();
        let input: Vec<f32> = (0..256_u16).map(|n| (f32::from(n) * 0.3).sin()).collect();
        let mut alone = SectionStates::<4>::default();
        let expected: Vec<u32> = input
            .iter()
            .map(|sample| to_sample(alone.step_in_turn(&bank, [f64::from(*sample); 2])[0]).to_bits())
            .collect();
        for frames in [1, 2, 3, 4, 5, 17, 64] {
            let mut states = SectionStates::<4>::default();
            let mut output = Vec::new();
            for part in input.chunks(frames) {
                let (mut left, mut right) = (part.to_vec(), part.to_vec());
                run_sections(&mut states, &bank, None, [&mut left, &mut right]);
                output.extend(left.into_iter().map(f32::to_bits));
            }
            assert_eq!(output, expected, "chunks of {frames}");
        }
    }
}
