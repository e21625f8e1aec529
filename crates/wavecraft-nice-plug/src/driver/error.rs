//! What can go wrong while driving a plugin.

/// Why a plugin could not be activated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ActivateError {
    /// No layout of the plugin has this many channels in and out, and in its side chains.
    #[error("{plugin} does not run with {requested}; it has {available}")]
    UnsupportedChannels {
        /// The plugin's name.
        plugin: &'static str,
        /// The channels that were asked for, in words.
        requested: String,
        /// The names of the layouts that the plugin has.
        available: String,
    },
    /// The sample rate is not a positive finite number of hertz.
    #[error("{0} Hz is no sample rate")]
    InvalidSampleRate(f32),
    /// The largest block has no frames, or more than 2^24.
    #[error("a block cannot have {0} frames")]
    InvalidBlockSize(usize),
    /// The plugin itself declined the configuration.
    #[error(
        "{plugin} refuses to run at {sample_rate_hz} Hz with {channels} channels in blocks of up to {max_block_frames} frames"
    )]
    Refused {
        /// The plugin's name.
        plugin: &'static str,
        /// The sample rate that was asked for, in Hz.
        sample_rate_hz: f32,
        /// The channels that were asked for.
        channels: usize,
        /// The largest block that was asked for, in frames.
        max_block_frames: usize,
    },
}

/// Why a block was not processed. The block is left as it came, unless a later part of it failed.
///
/// It holds no heap memory, so the audio thread may create, return and drop it.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProcessError {
    /// The plugin is not active.
    #[error("the plugin is not active")]
    NotActive,
    /// The block has another number of channels than the plugin was activated for.
    #[error("a block of {found} channels, but the plugin was activated for {expected}")]
    ChannelCount {
        /// The channels that the plugin was activated for.
        expected: usize,
        /// The channels of the block.
        found: usize,
    },
    /// The side chains have another number of channels than the plugin was activated for.
    #[error("side chains of {found} channels, but the plugin was activated for {expected}")]
    SideChainCount {
        /// The channels that the plugin was activated for.
        expected: usize,
        /// The channels of the side chains.
        found: usize,
    },
    /// The block's channels, or those of its side chains, differ in length.
    #[error("the block's channels differ in length")]
    UnequalLengths,
    /// A MIDI event is no channel message, or comes with a block that has no frame to play it at.
    #[error("MIDI event {index} is no channel message, or has no frame to be played at")]
    InvalidMidi {
        /// Its place in the list.
        index: usize,
    },
    /// The tempo, the time signature or the position cannot be.
    #[error("the transport has a tempo, time signature or position that cannot be")]
    InvalidTransport,
    /// A channel pointer is null or not aligned for samples, or two channels share memory.
    #[error("a channel pointer is null, misaligned or shared between channels")]
    InvalidChannelPointer,
    /// A parameter could not be set.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// The plugin reported an error of its own.
    #[error("the plugin reported: {0}")]
    Plugin(&'static str),
}

/// Why a parameter was not set.
///
/// It holds no heap memory, so the audio thread may create, return and drop it.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParameterError {
    /// There is no parameter at this index.
    #[error("there is no parameter {0}")]
    UnknownIndex(usize),
    /// There is no parameter with the given id.
    #[error("there is no parameter with this id")]
    UnknownId,
    /// The value is not a finite number within [0, 1].
    #[error("{value} is no normalized value for parameter {index}")]
    InvalidValue {
        /// The parameter's index.
        index: usize,
        /// The value that was refused.
        value: f32,
    },
    /// Not one value for each parameter.
    #[error("{found} values for {expected} parameters")]
    WrongCount {
        /// How many parameters there are.
        expected: usize,
        /// How many values were given.
        found: usize,
    },
}
