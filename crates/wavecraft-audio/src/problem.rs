//! What keeps the audio from running as asked, in words for people.

use crate::midi_file::MidiFileError;
use crate::sound_file::SoundFileError;

/// Why the audio does not run, or not as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct AudioProblem {
    /// The kind of problem.
    pub kind: AudioProblemKind,
    /// What is wrong.
    pub message: String,
    /// What the user can do.
    pub hint: Option<String>,
}

/// The kinds of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AudioProblemKind {
    /// There is nothing that makes processors.
    ProcessorUnavailable,
    /// What makes processors does not fit this program, or not in all.
    ProcessorIncompatible,
    /// A processor could not be made.
    ProcessorNotCreated,
    /// No input device is there.
    NoInputDevice,
    /// The system forbids the use of the microphone.
    InputPermissionDenied,
    /// No output device is there.
    NoOutputDevice,
    /// The device is there but does not start.
    StreamNotStarted,
    /// None of these.
    Other,
}

impl AudioProblem {
    /// A problem of this kind, in these words.
    pub fn new(kind: AudioProblemKind, message: impl Into<String>, hint: Option<&str>) -> Self {
        Self { kind, message: message.into(), hint: hint.map(str::to_owned) }
    }

    /// One of no known kind, in these words.
    pub fn other(message: impl Into<String>) -> Self {
        Self::new(AudioProblemKind::Other, message, None)
    }
}

/// Why the audio, or its output, was not opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpenFailure {
    /// For the status.
    pub problem: AudioProblem,
    /// Whether it is the output alone, so that the input can go on without it.
    pub concerns_output: bool,
    /// Whether trying again may help: a device may come back, a processor stays what it is.
    pub may_pass: bool,
}

impl OpenFailure {
    /// A failure that may pass.
    pub fn new(kind: AudioProblemKind, message: impl Into<String>, hint: Option<&str>) -> Self {
        let problem = AudioProblem::new(kind, message, hint);
        Self { problem, concerns_output: false, may_pass: true }
    }

    /// The same, of the output.
    pub fn of_output(mut self) -> Self {
        self.concerns_output = true;
        self
    }

    /// The default input is the sound of the output itself, which would come back and back.
    pub fn input_hears_output(output: &str) -> Self {
        let message = format!("there is no input device but the sound of \"{output}\" itself");
        let hint = "connect a microphone, or play a sound file or a test signal with --input";
        Self::new(AudioProblemKind::NoInputDevice, message, Some(hint))
    }

    /// There is no processor.
    pub fn processor(problem: AudioProblem) -> Self {
        Self { problem, concerns_output: false, may_pass: false }
    }

    /// A sound file cannot be used.
    pub fn file(error: &SoundFileError) -> Self {
        // The others say themselves what can be done.
        let is_unreadable = matches!(error, SoundFileError::Unreadable { .. });
        let hint = is_unreadable.then_some("correct the path, or free the file");
        Self::new(AudioProblemKind::Other, error.to_string(), hint)
    }

    /// A MIDI file cannot be played.
    pub fn song(error: &MidiFileError) -> Self {
        let is_unreadable = matches!(error, MidiFileError::Unreadable { .. });
        let hint = is_unreadable.then_some("correct the path, or free the file");
        Self::new(AudioProblemKind::Other, error.to_string(), hint)
    }

    /// Something that has no name.
    pub fn other(message: impl Into<String>) -> Self {
        Self::new(AudioProblemKind::Other, message, None)
    }
}
