//! What is odd about sound files that can be read all the same.

use std::path::PathBuf;

/// Where what a file says and what is in it disagree. What is there was read, as players do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SoundFileWarning {
    /// There is less sound than the header promises.
    #[error("{} ends early: its header promises {promised} frames, but only {found} are there", .path.display())]
    EndsEarly {
        /// The file.
        path: PathBuf,
        /// Frames according to the header.
        promised: u64,
        /// Frames that were read.
        found: u64,
    },
    /// There is more sound than the header says, and all of it was read: a recording that was never finished.
    #[error(
        "{} was never finished: its header says {promised} frames, but {found} are there; all of them are read",
        .path.display()
    )]
    Unfinished {
        /// The file.
        path: PathBuf,
        /// Frames according to the header.
        promised: u64,
        /// Frames that were read.
        found: u64,
    },
    /// Bytes that may be sound were not read.
    #[error(
        "{} goes on after its sound: {found} frames are read, as its header says, and {bytes} bytes after them are left out",
        .path.display()
    )]
    GoesOn {
        /// The file.
        path: PathBuf,
        /// Frames that were read.
        found: u64,
        /// What was left out.
        bytes: u64,
    },
    /// Parts of the file could not be decoded, and were left out.
    #[error("{} is damaged: {packets} of its parts cannot be decoded and are left out", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// How many.
        packets: u64,
    },
    /// Only some of the channels were read.
    #[error("{} has {channels} channels, of which the first two are played", .path.display())]
    ChannelsLeftOut {
        /// The file.
        path: PathBuf,
        /// How many it has.
        channels: usize,
    },
}
