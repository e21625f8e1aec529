//! What is asked of the audio.

use std::convert::Infallible;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::processor::MAX_CHANNELS;
use crate::signal::TestSignal;

/// The name that stands for the device that the system would choose.
const DEFAULT_NAME: &str = "default";

/// The name that stands for nothing.
const NONE_NAME: &str = "none";

/// How the names of files end that are read.
const READ_EXTENSIONS: [&str; 13] =
    ["wav", "wave", "bwf", "rf64", "aif", "aiff", "aifc", "flac", "mp3", "ogg", "oga", "m4a", "caf"];

/// Where the sound comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum AudioInput {
    /// The system's default input.
    #[default]
    DefaultDevice,
    /// The input device of this name.
    Device(String),
    /// A sound file, again and again.
    File(PathBuf),
    /// A computed signal.
    Signal(TestSignal),
    /// Nothing: silence, or what the user connects in JACK.
    None,
}

impl FromStr for AudioInput {
    type Err = crate::signal::UnknownSignal;

    /// Reads `default`, `none`, a test signal, a path that ends as a sound file's, or else a device's name. `file:` and `device:`
    /// before it say what is meant.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let kind = text.split(':').next().unwrap_or_default();
        Ok(match text.split_once(':') {
            Some(("device", name)) => Self::Device(name.to_owned()),
            Some(("file", path)) => Self::File(path.into()),
            _ if text == DEFAULT_NAME => Self::DefaultDevice,
            _ if text == NONE_NAME => Self::None,
            _ if matches!(kind, "sine" | "sweep" | "noise" | "impulses") => Self::Signal(text.parse()?),
            _ if has_extension(text, &READ_EXTENSIONS) => Self::File(text.into()),
            _ => Self::Device(text.to_owned()),
        })
    }
}

/// Where the sound goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AudioOutput {
    /// The system's default output.
    #[default]
    DefaultDevice,
    /// The output device of this name.
    Device(String),
    /// A WAV file.
    File(PathBuf),
    /// Nowhere: the processor is run and metered alone.
    None,
}

impl FromStr for AudioOutput {
    type Err = Infallible;

    /// Reads `default`, `none`, a path that ends in `.wav`, or else a device's name. `file:` and `device:` before it say
    /// what is meant.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text.split_once(':') {
            Some(("device", name)) => Self::Device(name.to_owned()),
            Some(("file", path)) => Self::File(path.into()),
            _ if text == DEFAULT_NAME => Self::DefaultDevice,
            _ if text == NONE_NAME => Self::None,
            _ if has_extension(text, &["wav"]) => Self::File(text.into()),
            _ => Self::Device(text.to_owned()),
        })
    }
}

/// Which of the system's ways to the devices is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AudioBackend {
    /// JACK if its server runs and has the devices that are named, otherwise the system's own.
    #[default]
    Auto,
    /// A JACK server that runs.
    Jack,
    /// The system's own: on Linux the sound server that runs, `PulseAudio` or `PipeWire`, and ALSA.
    System,
}

impl fmt::Display for AudioBackend {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Auto => "auto",
            Self::Jack => "jack",
            Self::System => "system",
        })
    }
}

impl FromStr for AudioBackend {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "jack" => Ok(Self::Jack),
            "system" => Ok(Self::System),
            _ => Err(format!("`{text}` is no backend; there are auto, jack and system")),
        }
    }
}

/// What is asked of the audio.
#[derive(Clone, Debug, PartialEq)]
pub struct AudioOptions {
    /// What sound servers call this program.
    pub client_name: String,
    /// The most channels that a processor is run with: 1 or 2.
    pub max_channels: usize,
    /// Where the sound comes from.
    pub input: AudioInput,
    /// Where it goes.
    pub output: AudioOutput,
    /// The way to the devices.
    pub backend: AudioBackend,
    /// Frames a second, if it matters; otherwise the devices' own.
    pub sample_rate_hz: Option<u32>,
    /// Frames in a block, if it matters.
    pub block_frames: Option<u32>,
}

impl Default for AudioOptions {
    fn default() -> Self {
        Self {
            client_name: "wavecraft".to_owned(),
            max_channels: MAX_CHANNELS,
            input: AudioInput::default(),
            output: AudioOutput::default(),
            backend: AudioBackend::default(),
            sample_rate_hz: None,
            block_frames: None,
        }
    }
}

fn has_extension(text: &str, known: &[&str]) -> bool {
    let extension = std::path::Path::new(text).extension();
    known.iter().any(|known| extension.is_some_and(|extension| extension.eq_ignore_ascii_case(known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_told_apart() {
        let input = |text: &str| text.parse::<AudioInput>().unwrap();
        assert_eq!(input("default"), AudioInput::DefaultDevice);
        assert_eq!(input("sine:1000"), AudioInput::Signal(TestSignal::Sine { frequency_hz: 1_000.0 }));
        assert_eq!(input("a/instance.WAV"), AudioInput::File("a/instance.WAV".into()));
        assert_eq!(input("song.Flac"), AudioInput::File("song.Flac".into()));
        assert_eq!(input("hw:CARD=0,DEV=1"), AudioInput::Device("hw:CARD=0,DEV=1".to_owned()));
        assert_eq!(input("device:noise"), AudioInput::Device("noise".to_owned()));
        assert_eq!(input("file:sine"), AudioInput::File("sine".into()));
        assert!("sine:low".parse::<AudioInput>().is_err());
    }

    #[test]
    fn outputs_are_told_apart() {
        let output = |text: &str| text.parse::<AudioOutput>().unwrap();
        assert_eq!(output("none"), AudioOutput::None);
        assert_eq!(output("out.wav"), AudioOutput::File("out.wav".into()));
        assert_eq!(output("device:none"), AudioOutput::Device("none".to_owned()));
    }
}
