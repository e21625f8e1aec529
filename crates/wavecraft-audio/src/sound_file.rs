//! Sound files: one reader of all kinds, one writer of WAV.

mod aiff_header;
mod chunks;
mod mended_file;
mod reader;
mod recording;
mod riff_layout;
mod same_file;
mod warning;
mod wave_source;
mod writer;

use std::io;
use std::path::{Path, PathBuf};

pub use chunks::RiffChunk;
pub use reader::{SAMPLE_RATES_HZ, SoundFileReader};
pub(crate) use recording::read_recording;
pub use same_file::is_same_file;
pub use warning::SoundFileWarning;
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
    #[error("{} is not {} file that can be read: {reason}", .path.display(), kind_of(.path))]
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
    /// What is to be read is no file.
    #[error("{} is a pipe or a device, and sound is read from files; write it into one first", .path.display())]
    NotAFile {
        /// What is to be read.
        path: PathBuf,
    },
    /// What is to be read is a folder.
    #[error("{} is a folder; name a sound file in it", .path.display())]
    Folder {
        /// What is to be read.
        path: PathBuf,
    },
    /// What is played is to be recorded into its own file.
    #[error("{} is what is played; record into another file", .path.display())]
    IsInput {
        /// The file.
        path: PathBuf,
    },
    /// The header promises sound, and there is none.
    #[error("{} has no sound: its header promises {promised} frames, and none is there", .path.display())]
    NothingThere {
        /// The file.
        path: PathBuf,
        /// Frames according to the header.
        promised: u64,
    },
    /// A channel was asked for that the file does not have.
    #[error("{} has no channel {channel}; its channels are 1 to {channels}", .path.display())]
    NoSuchChannel {
        /// The file.
        path: PathBuf,
        /// What was asked for, counted from 1.
        channel: usize,
        /// How many there are.
        channels: usize,
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

/// What people call a file of this name, with its article.
fn kind_of(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("wav" | "wave" | "bwf" | "rf64" | "bw64") => "a WAV",
        Some("aif" | "aiff" | "aifc") => "an AIFF",
        Some("flac") => "a FLAC",
        Some("mp3") => "an MP3",
        Some("ogg" | "oga") => "an Ogg Vorbis",
        _ => "a sound",
    }
}
