//! How the sound is doing.

use serde::{Deserialize, Serialize};

/// What runs, at which rate and size, and what is wrong if something is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS), ts(optional_fields))]
pub struct AudioStatus {
    /// What runs.
    pub phase: AudioPhase,
    /// What is wrong, if something is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diagnostic: Option<AudioDiagnostic>,
    /// Frames a second, as the device runs, once it does.
    #[serde(default, skip_serializing_if = "crate::json::is_absent")]
    pub sample_rate: Option<f32>,
    /// Frames in a block, as the device delivers them, once it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buffer_size: Option<u32>,
    /// How often the output ran dry since the start.
    pub underruns: u64,
    /// How often the input found no room since the start.
    pub overruns: u64,
    /// When this became true, in milliseconds since 1970 (UTC).
    pub updated_at_ms: u64,
}

impl AudioStatus {
    /// A status without diagnostic, rate or size, and with nothing lost so far.
    pub fn new(phase: AudioPhase, updated_at_ms: u64) -> Self {
        Self {
            phase,
            diagnostic: None,
            sample_rate: None,
            buffer_size: None,
            underruns: 0,
            overruns: 0,
            updated_at_ms,
        }
    }
}

/// What runs of the audio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum AudioPhase {
    /// None was asked for.
    Disabled,
    /// Devices are being opened.
    Initializing,
    /// Input, plugin, output.
    RunningFullDuplex,
    /// Input and plugin: meters, but nothing to hear.
    RunningInputOnly,
    /// It runs, but not as asked: see the diagnostic.
    Degraded,
    /// It does not run: see the diagnostic.
    Failed,
}

/// What is wrong with the audio, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS), ts(optional_fields))]
pub struct AudioDiagnostic {
    /// The kind of problem.
    pub code: AudioDiagnosticCode,
    /// What is wrong, naming the device or file.
    pub message: String,
    /// What the user can do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// The kinds of audio problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum AudioDiagnosticCode {
    /// The plugin's library cannot be loaded.
    LoaderUnavailable,
    /// The library has no processor that the server understands.
    VtableMissing,
    /// The plugin made no processor.
    ProcessorCreateFailed,
    /// No input device is there.
    NoInputDevice,
    /// The system forbids the use of the microphone.
    InputPermissionDenied,
    /// No output device is there.
    NoOutputDevice,
    /// The device is there but does not start.
    StreamStartFailed,
    /// None of these.
    Unknown,
}
