//! What is rendered: a sound file, or, for an instrument, silence as long as the song.

use wavecraft_audio::{RiffChunk, SampleFormat, SoundFileError, SoundFileReader, SoundFileWarning};

/// The sound that goes into the plugin.
pub(super) enum RenderInput {
    /// A file.
    File(SoundFileReader),
    /// Nothing, for so many frames.
    Silence {
        /// How many channels there are.
        channels: usize,
        /// Frames a second.
        sample_rate_hz: u32,
        /// How many frames are left.
        frames: u64,
    },
}

impl RenderInput {
    pub(super) fn channels(&self) -> usize {
        match self {
            Self::File(reader) => reader.channels(),
            Self::Silence { channels, .. } => *channels,
        }
    }

    pub(super) fn sample_rate_hz(&self) -> u32 {
        match self {
            Self::File(reader) => reader.sample_rate_hz(),
            Self::Silence { sample_rate_hz, .. } => *sample_rate_hz,
        }
    }

    /// The file's sample format, if it is one that can be written. What comes from nowhere is written as it is computed.
    pub(super) fn sample_format(&self) -> Option<SampleFormat> {
        match self {
            Self::File(reader) => reader.sample_format(),
            Self::Silence { .. } => Some(SampleFormat::F32),
        }
    }

    pub(super) fn frames(&self) -> Option<u64> {
        match self {
            Self::File(reader) => reader.frames(),
            Self::Silence { frames, .. } => Some(*frames),
        }
    }

    pub(super) fn chunks(&self) -> &[RiffChunk] {
        match self {
            Self::File(reader) => reader.chunks(),
            Self::Silence { .. } => &[],
        }
    }

    /// Fills the block as far as there is input. Returns how many frames that were; fewer than the block has at the end.
    pub(super) fn read(&mut self, block: &mut [Vec<f32>]) -> Result<usize, SoundFileError> {
        match self {
            Self::File(reader) => reader.read(block),
            Self::Silence { frames, .. } => {
                let room = block.first().map_or(0, Vec::len);
                let count = usize::try_from(*frames).unwrap_or(usize::MAX).min(room);
                for channel in block {
                    channel[..count].fill(0.0);
                }
                *frames -= count as u64;
                Ok(count)
            }
        }
    }

    /// Where what the file says and what is in it disagree.
    pub(super) fn warnings(&self) -> Result<Vec<SoundFileWarning>, SoundFileError> {
        match self {
            Self::File(reader) => reader.warnings(),
            Self::Silence { .. } => Ok(Vec::new()),
        }
    }

    /// Whether something that may be sound was not read so far.
    pub(super) fn has_left_something_out(&self) -> bool {
        match self {
            Self::File(reader) => reader.has_left_something_out(),
            Self::Silence { .. } => false,
        }
    }
}
