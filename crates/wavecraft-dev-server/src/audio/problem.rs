//! What keeps the audio from running as asked, in the words of the status.

use wavecraft_ipc::{AudioDiagnostic, AudioDiagnosticCode};

use super::stage::ProcessorError;
use super::wav::WavError;

/// Why the audio, or its output, was not opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// For the status.
    pub diagnostic: AudioDiagnostic,
    /// Whether it is the output alone, so that the input can go on without it.
    pub concerns_output: bool,
    /// Whether trying again may help: a device may come back, a plugin stays what it is.
    pub may_pass: bool,
}

impl Problem {
    /// A problem that may pass.
    pub fn new(code: AudioDiagnosticCode, message: String, hint: Option<&str>) -> Self {
        let diagnostic = AudioDiagnostic { code, message, hint: hint.map(str::to_owned) };
        Self { diagnostic, concerns_output: false, may_pass: true }
    }

    /// The same, of the output.
    pub fn of_output(mut self) -> Self {
        self.concerns_output = true;
        self
    }

    /// The default input is the sound of the output itself, which would come back and back.
    pub fn input_hears_output(output: &str) -> Self {
        let message = format!("there is no input device but the sound of \"{output}\" itself");
        let hint = "connect a microphone, or play a WAV file or a test signal with --input";
        Self::new(AudioDiagnosticCode::NoInputDevice, message, Some(hint))
    }

    /// The plugin makes no processor.
    pub fn processor(error: ProcessorError) -> Self {
        let ProcessorError { code, message, hint } = error;
        Self { diagnostic: AudioDiagnostic { code, message, hint }, concerns_output: false, may_pass: false }
    }

    /// A sound file cannot be used.
    pub fn file(error: &WavError) -> Self {
        Self::new(AudioDiagnosticCode::Unknown, error.to_string(), Some("correct the path, or free the file"))
    }

    /// Something that has no name.
    pub fn other(message: String) -> Self {
        Self::new(AudioDiagnosticCode::Unknown, message, None)
    }
}
