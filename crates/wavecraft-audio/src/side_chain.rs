//! A side chain: what is asked for, and its samples on their way to processors.
//!
//! Guarantees of [`SideChainBuffers`]: everything was allocated before; copying and sums alone.

use std::path::PathBuf;
use std::str::FromStr;

use crate::options::{AudioInput, is_input_channels};
use crate::processor::MAX_CHANNELS;
use crate::signal::{TestSignal, UnknownSignal};

/// What the side chain hears.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum SideChainInput {
    /// Nothing: the processor runs without one.
    #[default]
    None,
    /// Channels of the input device, one or two, counted from 1.
    InputChannels(Vec<usize>),
    /// The system's default input.
    DefaultDevice,
    /// The input device of this name.
    Device(String),
    /// A sound file, again and again.
    File(PathBuf),
    /// A computed signal.
    Signal(TestSignal),
}

impl FromStr for SideChainInput {
    type Err = UnknownSignal;

    /// Reads one number or two with a comma between them as channels of the input device, and all else as
    /// [`AudioInput`] does.
    fn from_str(text: &str) -> Result<Self, UnknownSignal> {
        if is_input_channels(text) {
            let numbers = text.split(',').filter_map(|number| number.trim().parse().ok());
            return Ok(Self::InputChannels(numbers.collect()));
        }
        Ok(match text.parse()? {
            AudioInput::None => Self::None,
            AudioInput::DefaultDevice => Self::DefaultDevice,
            AudioInput::Device(name) => Self::Device(name),
            AudioInput::File(path) => Self::File(path),
            AudioInput::Signal(signal) => Self::Signal(signal),
        })
    }
}

impl SideChainInput {
    /// The channels of the input device, counted from 0, if that is what is heard.
    pub(crate) fn input_channels(&self) -> Option<[usize; MAX_CHANNELS]> {
        match self {
            Self::InputChannels(numbers) => {
                let [first, .., last] = &numbers[..] else {
                    return numbers.first().map(|only| [only.saturating_sub(1); MAX_CHANNELS]);
                };
                Some([first.saturating_sub(1), last.saturating_sub(1)])
            }
            _ => None,
        }
    }
}

/// The samples of a block's side chain.
pub(crate) struct SideChainBuffers {
    left: Box<[f32]>,
    right: Box<[f32]>,
    /// Both, for processors whose side chain has one channel.
    mixed: Box<[f32]>,
    silence: Box<[f32]>,
}

/// A part of them.
#[derive(Clone, Copy)]
pub(crate) struct SideChainBlock<'a> {
    left: &'a [f32],
    right: &'a [f32],
    mixed: &'a [f32],
    silence: &'a [f32],
}

impl SideChainBuffers {
    /// Room for blocks of so many frames.
    pub fn new(max_block_frames: usize) -> Self {
        let buffer = || vec![0.0; max_block_frames].into();
        Self { left: buffer(), right: buffer(), mixed: buffer(), silence: buffer() }
    }

    /// Both channels of a block, to be filled.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn channels_mut(&mut self, frames: usize) -> [&mut [f32]; MAX_CHANNELS] {
        [&mut self.left[..frames], &mut self.right[..frames]]
    }

    /// Mixes what was filled.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn mix(&mut self, frames: usize) {
        for ((mixed, left), right) in self.mixed[..frames].iter_mut().zip(&self.left).zip(&self.right) {
            *mixed = f32::midpoint(*left, *right);
        }
    }

    /// A part of the block.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn part(&self, range: std::ops::Range<usize>) -> SideChainBlock<'_> {
        SideChainBlock {
            left: &self.left[range.clone()],
            right: &self.right[range.clone()],
            mixed: &self.mixed[range.clone()],
            silence: &self.silence[range],
        }
    }
}

impl<'a> SideChainBlock<'a> {
    /// Brings it to as many channels as there is room for: one gets both, and beyond two there is silence.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn channels<'b>(&self, room: &'b mut [&'a [f32]]) -> &'b [&'a [f32]] {
        if let [mono] = &mut *room {
            *mono = self.mixed;
        } else {
            let samples = [self.left, self.right].into_iter().chain(std::iter::repeat(self.silence));
            room.iter_mut().zip(samples).for_each(|(channel, samples)| *channel = samples);
        }
        room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn side_chains_are_told_apart() {
        let side_chain = |text: &str| text.parse::<SideChainInput>().unwrap();
        assert_eq!(side_chain("3,4"), SideChainInput::InputChannels(vec![3, 4]));
        assert_eq!(side_chain("3, 4").input_channels(), Some([2, 3]));
        assert_eq!(side_chain("3").input_channels(), Some([2, 2]));
        assert_eq!(side_chain("none"), SideChainInput::None);
        assert_eq!(side_chain("kick.wav"), SideChainInput::File("kick.wav".into()));
        assert_eq!(side_chain("noise"), SideChainInput::Signal(TestSignal::Noise));
        assert_eq!(side_chain("device:3"), SideChainInput::Device("3".to_owned()));
        assert_eq!(side_chain("0,1"), SideChainInput::Device("0,1".to_owned()));
        assert_eq!(side_chain("system:capture_3,system:capture_4").input_channels(), None);
        assert!("sine:loud".parse::<SideChainInput>().is_err());
    }
}
