//! Sound files: one reader of all kinds, one writer of WAV.

mod chunks;
mod reader;
mod recording;
mod wave_source;
mod writer;

use std::io;
use std::path::{Path, PathBuf};

pub use chunks::RiffChunk;
pub use reader::SoundFileReader;
pub(crate) use recording::read_recording;
pub use writer::{SampleFormat, SoundFileWriter, WriterSettings};

/// Why a sound file cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SoundFileError {
    /// The file cannot be opened or read at all.
    #[error("cannot read {}: {source}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no sound file, or one that is damaged.
    #[error("{} is not a {} file that can be read: {reason}", .path.display(), kind_of(.path))]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file has something that is not supported.
    #[error("{} has {found}; supported are {supported}", .path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// What the file has.
        found: String,
        /// What it may have.
        supported: &'static str,
    },
    /// The file has less sound than its header promises.
    #[error(
        "{} ends early: its header promises {expected} frames, but only {found} are there", .path.display()
    )]
    EndsEarly {
        /// The file.
        path: PathBuf,
        /// Frames according to the header.
        expected: u64,
        /// Frames that could be read.
        found: u64,
    },
    /// There is no sound in the file.
    #[error("{} is empty", .path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The file does not fit into memory.
    #[error("{} is longer than an hour; cut out the part that you need", .path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// The file to be written would be larger than the format allows.
    #[error(
        "{} would take {bytes} bytes, but a WAV file ends at 4 GiB; render a shorter part or a smaller format",
        .path.display()
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// What it would take.
        bytes: u64,
    },
    /// The file cannot be written.
    #[error("cannot write {}: {source}", .path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// What people call a file of this name.
fn kind_of(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("wav" | "wave" | "bwf" | "rf64") => "WAV",
        Some("aif" | "aiff" | "aifc") => "AIFF",
        Some("flac") => "FLAC",
        Some("mp3") => "MP3",
        Some("ogg" | "oga") => "Ogg Vorbis",
        _ => "sound",
    }
}
