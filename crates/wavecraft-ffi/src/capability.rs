//! What a library can do for the development server, and if not everything, why.

use std::fmt;

use crate::vtable::{DEV_PROCESSOR_V1_VERSION, DEV_PROCESSOR_V2_VERSION, DevProcessorVTableV2};

/// What a [`PluginLibrary`](crate::PluginLibrary) can do. Displayed, it says so in a sentence for the
/// plugin's author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Capability {
    /// Version 2: everything.
    Live,
    /// Version 1 alone: its sound, with parameters at their defaults, no latency, texts or state.
    DefaultsOnly {
        /// What keeps version 2 from being used.
        version_2: TableProblem,
    },
    /// No processor: at most the parameters' descriptions.
    NoProcessor {
        /// What keeps version 2 from being used.
        version_2: TableProblem,
        /// What keeps version 1 from being used.
        version_1: TableProblem,
    },
}

impl Capability {
    /// Whether a processor can be made. Any thread.
    pub fn can_process(&self) -> bool {
        !matches!(self, Self::NoProcessor { .. })
    }

    /// Whether parameters reach the processor. Any thread.
    pub fn is_live(&self) -> bool {
        *self == Self::Live
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Live => write!(formatter, "parameters, texts and state reach the plugin"),
            Self::DefaultsOnly { version_2 } => write!(
                formatter,
                "parameters stay at their defaults, because the library offers version 1 of the processor \
                 table only (version 2 {version_2}); build it with this version's export_dev_processor!"
            ),
            Self::NoProcessor { version_2, version_1 } if version_1 == version_2 => write!(
                formatter,
                "no audio, because the library's processor table {version_1}; build it with \
                 export_dev_processor!"
            ),
            Self::NoProcessor { version_2, version_1 } => write!(
                formatter,
                "no audio, because no processor table of the library can be used (version 2 {version_2}; \
                 version 1 {version_1}); build it with this version's export_dev_processor!"
            ),
        }
    }
}

/// Why a processor table cannot be used. Displayed, it continues a sentence about the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TableProblem {
    /// The library does not export it.
    Missing,
    /// The exported function returned null.
    Null,
    /// The exported function returned an address where no table can be.
    Misaligned,
    /// The table has a version that is not known here.
    WrongVersion {
        /// The version that it has.
        found: u32,
        /// The version that it should have, or for version 2, at least have.
        expected: u32,
    },
    /// The table is too small for its version.
    TooSmall {
        /// How many bytes it has.
        found: u32,
        /// How many bytes are needed.
        needed: u32,
    },
    /// One of its functions is null.
    NullFunction(&'static str),
}

impl TableProblem {
    pub(crate) fn wrong_v1(found: u32) -> Self {
        Self::WrongVersion { found, expected: DEV_PROCESSOR_V1_VERSION }
    }

    pub(crate) fn wrong_v2(found: u32) -> Self {
        Self::WrongVersion { found, expected: DEV_PROCESSOR_V2_VERSION }
    }

    pub(crate) fn too_small(found: u32) -> Self {
        Self::TooSmall { found, needed: DevProcessorVTableV2::SIZE }
    }
}

impl fmt::Display for TableProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => write!(formatter, "is missing"),
            Self::Null => write!(formatter, "is null"),
            Self::Misaligned => write!(formatter, "is at an impossible address"),
            Self::WrongVersion { found, expected } => {
                write!(formatter, "says that it is version {found} instead of {expected}")
            }
            Self::TooSmall { found, needed } => {
                write!(formatter, "has {found} bytes where {needed} are needed")
            }
            Self::NullFunction(name) => write!(formatter, "has no function `{name}`"),
        }
    }
}
