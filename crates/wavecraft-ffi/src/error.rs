//! What can go wrong at the boundary, each with what to do about it.

use std::ffi::CStr;
use std::path::PathBuf;

/// Why a file was not loaded as a plugin's library.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// There is nothing at the path. Build the library, or correct the path.
    #[error("{} does not exist; build the plugin's library first, or correct the path", .path.display())]
    NotFound {
        /// The path as it was given.
        path: PathBuf,
    },
    /// There is a folder at the path, such as a bundle. Name the file in it.
    #[error("{} is a folder; give the path of the library itself", .path.display())]
    IsAFolder {
        /// The path as it was given.
        path: PathBuf,
    },
    /// The file cannot be read. Mostly a matter of permissions.
    #[error("{} cannot be read: {source}", .path.display())]
    Unreadable {
        /// The path as it was given.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is no dynamic library, of whichever system. Correct the path.
    #[error(
        "{} is not a dynamic library, but {found}; give the path of the plugin's .so, .dylib or .dll",
        .path.display()
    )]
    NotALibrary {
        /// The path as it was given.
        path: PathBuf,
        /// What it is instead, as far as that can be told.
        found: &'static str,
    },
    /// The file is damaged, or ends before the library does. Wait until it is written, or build it again.
    #[error("{} is cut short or damaged; wait until it is written, or build it again", .path.display())]
    Damaged {
        /// The path as it was given.
        path: PathBuf,
    },
    /// The library is for another processor or system. Build it for this one.
    #[error(
        "{} is for {found}, but this program is for {expected}; build the plugin for {expected}",
        .path.display()
    )]
    OtherArchitecture {
        /// The path as it was given.
        path: PathBuf,
        /// What the library was built for.
        found: String,
        /// What this program was built for.
        expected: String,
    },
    /// The system declined to load the library. Its words tell what is missing.
    #[error("{} was not loaded: {reason}", .path.display())]
    Refused {
        /// The path as it was given.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The library loads, but exports nothing that the server knows. It is not a plugin's, or lacks the
    /// macro.
    #[error(
        "{} exports nothing for the development server; add export_dev_processor! to the plugin's lib.rs",
        .path.display()
    )]
    NotAPlugin {
        /// The path as it was given.
        path: PathBuf,
    },
}

/// Why the parameters' descriptions were not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParamLoadError {
    /// The library does not export the function for it.
    #[error(
        "{} does not export `{}`; build it with export_dev_processor!",
        .path.display(), .symbol.to_string_lossy()
    )]
    Missing {
        /// The library.
        path: PathBuf,
        /// The symbol that is missing.
        symbol: &'static CStr,
    },
    /// The library returned null instead of a text.
    #[error("{} has no parameters to tell: {}", .path.display(), why_null(.panic.as_deref()))]
    Null {
        /// The library.
        path: PathBuf,
        /// What a panic said, if one was the reason and the library can tell.
        panic: Option<String>,
    },
    /// The text is not UTF-8.
    #[error(
        "{} describes its parameters in a text that is not UTF-8, from byte {valid_up_to} on",
        .path.display()
    )]
    NotUtf8 {
        /// The library.
        path: PathBuf,
        /// Where the first byte is that is not.
        valid_up_to: usize,
    },
    /// The text is not JSON, or does not say what a parameter must.
    #[error("{} describes its parameters in a way that cannot be read: {source}", .path.display())]
    Malformed {
        /// The library.
        path: PathBuf,
        /// What is wrong, and where.
        source: serde_json::Error,
    },
    /// Two parameters have the same id. Every value would reach the wrong one of them some time.
    #[error("{} has two parameters with the id `{id}`; give each its own", .path.display())]
    DuplicateId {
        /// The library.
        path: PathBuf,
        /// The id.
        id: String,
    },
}

/// Why the plugin's description was not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DescriptionError {
    /// The library declines to describe its plugin.
    #[error("{} does not describe its plugin, and gives no reason", .path.display())]
    Refused {
        /// The library.
        path: PathBuf,
    },
    /// The plugin panicked when it was asked.
    #[error("{} does not describe its plugin: it panicked: {message}", .path.display())]
    Panicked {
        /// The library.
        path: PathBuf,
        /// What the panic said.
        message: String,
    },
    /// The description is not JSON, or does not say what it must.
    #[error("{} describes its plugin in a way that cannot be read: {source}", .path.display())]
    Malformed {
        /// The library.
        path: PathBuf,
        /// What is wrong, and where.
        source: serde_json::Error,
    },
    /// Two meters have the same id.
    #[error("{} has two meters with the id `{id}`; give each its own", .path.display())]
    DuplicateMeter {
        /// The library.
        path: PathBuf,
        /// The id.
        id: String,
    },
    /// The meters have more channels than can be sent.
    #[error("{} has meters with {values} channels in all; {most} are the most", .path.display())]
    TooManyMeters {
        /// The library.
        path: PathBuf,
        /// How many there are.
        values: u64,
        /// How many there may be.
        most: u64,
    },
    /// Two signals have the same id.
    #[error("{} has two signals with the id `{id}`; give each its own", .path.display())]
    DuplicateSignal {
        /// The library.
        path: PathBuf,
        /// The id.
        id: String,
    },
    /// There are more signals than can be listened to.
    #[error("{} has {signals} signals; {most} are the most", .path.display())]
    TooManySignals {
        /// The library.
        path: PathBuf,
        /// How many there are.
        signals: usize,
        /// How many there may be.
        most: usize,
    },
}

/// Why a processor was not made, or not made ready.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProcessorError {
    /// The library has no processor.
    #[error("{}: {capability}", .path.display())]
    NoProcessor {
        /// The library.
        path: PathBuf,
        /// What it has, and why that is not enough.
        capability: crate::Capability,
    },
    /// The library returned null instead of an instance.
    #[error("{} makes no processor: {}", .path.display(), why_null(.panic.as_deref()))]
    NotCreated {
        /// The library.
        path: PathBuf,
        /// What a panic said, if one was the reason and the library can tell.
        panic: Option<String>,
    },
    /// The sample rate is not a positive finite number of hertz.
    #[error("{0} Hz is no sample rate")]
    InvalidSampleRate(f32),
    /// The largest block has no frames, or more than C can count.
    #[error("a block cannot have {0} frames")]
    InvalidBlockSize(usize),
    /// No channels, or more than [`MAX_CHANNELS`](crate::MAX_CHANNELS).
    #[error("a block cannot have {0} channels, but 1 to {max}", max = crate::MAX_CHANNELS)]
    InvalidChannelCount(usize),
    /// More channels in the side chains than [`MAX_CHANNELS`](crate::MAX_CHANNELS).
    #[error("a side chain cannot have {0} channels, but {max} at most", max = crate::MAX_CHANNELS)]
    InvalidSideChainCount(usize),
    /// The plugin declines to run like this.
    #[error("the plugin declines: {reason}")]
    Refused {
        /// The plugin's words.
        reason: String,
    },
    /// The plugin has panicked, now or before.
    #[error("the plugin has panicked and passes its input through")]
    Panicked,
}

/// Why a block or the parameters for it were not processed. The block is as it came.
///
/// It holds no heap memory, so the audio thread may create, return and drop it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FfiProcessError {
    /// The processor was not prepared, or the plugin declined.
    #[error("the processor is not prepared")]
    NotPrepared,
    /// The block has another number of channels than the processor was prepared for.
    #[error("a block of {found} channels, but the processor was prepared for {expected}")]
    ChannelCount {
        /// The channels that the processor was prepared for.
        expected: usize,
        /// The channels of the block.
        found: usize,
    },
    /// The side chain has another number of channels than the processor was prepared for.
    #[error("a side chain of {found} channels, but the processor was prepared for {expected}")]
    SideChainCount {
        /// The channels that the processor was prepared for.
        expected: usize,
        /// The channels of the side chain.
        found: usize,
    },
    /// The block's channels, or those of its side chain, differ in length, or are longer than C can count.
    #[error("the block's channels differ in length")]
    UnequalLengths,
    /// A MIDI event is no channel message, or comes with a block that has no frame to play it at.
    #[error("MIDI event {index} of the block is no channel message, or has no frame to be played at")]
    InvalidMidi {
        /// Its place in the list.
        index: usize,
    },
    /// The tempo, the time signature or the position cannot be.
    #[error("the transport has a tempo, time signature or position that cannot be")]
    InvalidTransport,
    /// The plugin's library declines the block.
    #[error("the plugin does not take this block")]
    BlockRefused,
    /// The plugin takes another number of values, or one of them is not normalized. None was set.
    #[error("the plugin does not take these parameter values")]
    ParametersRefused,
    /// The plugin has panicked, now or before.
    #[error("the plugin has panicked and passes its input through")]
    Panicked,
}

/// Why a state was not saved or loaded. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FfiStateError {
    /// The library offers version 1 alone, which knows no state.
    #[error("the library offers no state; build it with this version's export_dev_processor!")]
    Unsupported,
    /// The plugin declines.
    #[error("the plugin declines: {reason}")]
    Refused {
        /// The plugin's words.
        reason: String,
    },
    /// The plugin has panicked, now or before.
    #[error("the plugin has panicked and passes its input through")]
    Panicked,
}

/// Why there is nothing: what a panic said, if that is known.
fn why_null(panic: Option<&str>) -> String {
    panic.map_or_else(|| "it returned null".to_owned(), |message| format!("it panicked: {message}"))
}
