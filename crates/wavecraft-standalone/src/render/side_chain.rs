//! A sound file as a side chain.

use std::path::{Path, PathBuf};

use nice_plug::prelude::Plugin;
use wavecraft_audio::{SoundFileError, SoundFileReader, SoundFileWarning};
use wavecraft_nice_plug::driver;

/// A sound file that a plugin listens to, from its first frame, silent after its last.
pub(super) struct SideChain {
    reader: SoundFileReader,
    /// A block of the file.
    block: Vec<Vec<f32>>,
    /// How many channels the plugin has for it; a mono file is heard on all of them.
    channels: usize,
    has_ended: bool,
}

/// Why a file is not a rendering's side chain.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SideChainError {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] SoundFileError),
    /// It has another sample rate than what is rendered.
    #[error(
        "the side chain {} has {found_hz} Hz, but what is rendered has {expected_hz} Hz; convert one of them",
        .path.display()
    )]
    SampleRate {
        /// The file.
        path: PathBuf,
        /// Its sample rate, in Hz.
        found_hz: u32,
        /// That of the rendering, in Hz.
        expected_hz: u32,
    },
    /// The plugin has no side chain with these main channels.
    #[error("{plugin} has no side chain with {channels} channels in and out; leave out --sidechain")]
    None {
        /// The plugin's name.
        plugin: &'static str,
        /// The main channels.
        channels: usize,
    },
    /// The plugin has no side chain of so many channels.
    #[error(
        "the side chain {} has {found} channels, but that of {plugin} has {available}; a mono file fits any",
        .path.display()
    )]
    Channels {
        /// The file.
        path: PathBuf,
        /// The plugin's name.
        plugin: &'static str,
        /// The file's channels.
        found: usize,
        /// The channels of the plugin's side chains, in words.
        available: String,
    },
}

impl SideChain {
    /// Opens a file for a rendering of `P` with these main channels, at this rate, in blocks of `block_frames` frames.
    pub(super) fn open<P: Plugin>(
        path: &Path,
        main_channels: usize,
        sample_rate_hz: u32,
        block_frames: usize,
    ) -> Result<Self, SideChainError> {
        let reader = SoundFileReader::open(path)?;
        let path = || path.to_owned();
        let found_hz = reader.sample_rate_hz();
        if found_hz != sample_rate_hz {
            return Err(SideChainError::SampleRate { path: path(), found_hz, expected_hz: sample_rate_hz });
        }
        let available: Vec<usize> = driver::layouts::<P>()
            .into_iter()
            .filter(|layout| layout.channels == main_channels && layout.side_chain_channels > 0)
            .map(|layout| layout.side_chain_channels)
            .collect();
        let found = reader.channels();
        let fitting = available.iter().copied().find(|&channels| channels == found);
        let channels = match (fitting, &available[..]) {
            (Some(channels), _) => channels,
            (None, []) => {
                return Err(SideChainError::None { plugin: P::NAME, channels: main_channels });
            }
            (None, [first, ..]) if found == 1 => *first,
            (None, available) => {
                let available = available.iter().map(usize::to_string).collect::<Vec<_>>().join(" or ");
                return Err(SideChainError::Channels { path: path(), plugin: P::NAME, found, available });
            }
        };
        let block = vec![vec![0.0; block_frames]; found];
        Ok(Self { reader, block, channels, has_ended: false })
    }

    /// How many channels the plugin is to be activated with.
    pub(super) fn channels(&self) -> usize {
        self.channels
    }

    /// Goes on to the next block.
    pub(super) fn read(&mut self) -> Result<(), SideChainError> {
        let frames = self.block.first().map_or(0, Vec::len);
        let read = if self.has_ended { 0 } else { self.reader.read(&mut self.block)? };
        self.has_ended |= read < frames;
        for channel in &mut self.block {
            channel[read..].fill(0.0);
        }
        Ok(())
    }

    /// Where what the file says and what is in it disagree, as far as it was read.
    pub(super) fn warnings(&self) -> Result<Vec<SoundFileWarning>, SideChainError> {
        Ok(self.reader.warnings()?)
    }

    /// The samples of each channel of the plugin's side chain.
    pub(super) fn samples(&self) -> impl Iterator<Item = &[f32]> {
        (0..self.channels).map(|channel| self.block[channel.min(self.block.len() - 1)].as_slice())
    }
}
