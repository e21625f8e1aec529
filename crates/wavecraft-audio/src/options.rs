//! What is asked of the audio.

use std::convert::Infallible;
use std::fmt;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use crate::processor::MAX_CHANNELS;
use crate::side_chain::SideChainInput;
use crate::signal::TestSignal;

/// The name that stands for the device that the system would choose.
const DEFAULT_NAME: &str = "default";

/// The name that stands for nothing.
const NONE_NAME: &str = "none";

/// How the names of files end that are read.
const READ_EXTENSIONS: [&str; 13] =
    ["wav", "wave", "bwf", "rf64", "aif", "aiff", "aifc", "flac", "mp3", "ogg", "oga", "m4a", "caf"];

/// How the names of MIDI files end.
const MIDI_EXTENSIONS: [&str; 4] = ["mid", "midi", "kar", "smf"];

/// The name that stands for every port.
const ALL_NAME: &str = "all";

/// The tempos that may be asked for, in beats a minute.
const TEMPOS_BPM: RangeInclusive<f64> = 1.0..=1_000.0;

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

/// Who plays notes and controllers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MidiInput {
    /// All ports that there are, and those that come, if the processor takes notes or somebody wants their controllers.
    #[default]
    AllPorts,
    /// The ports with this in their names.
    Port(String),
    /// A MIDI file, again and again.
    File(PathBuf),
    /// Nobody but the program itself.
    None,
}

impl FromStr for MidiInput {
    type Err = Infallible;

    /// Reads `all`, `none`, a path that ends as a MIDI file's, or else a part of a port's name. `file:` and `device:` before
    /// it say what is meant.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text.split_once(':') {
            Some(("device", name)) => Self::Port(name.to_owned()),
            Some(("file", path)) => Self::File(path.into()),
            _ if text == ALL_NAME => Self::AllPorts,
            _ if text == NONE_NAME => Self::None,
            _ if has_extension(text, &MIDI_EXTENSIONS) => Self::File(text.into()),
            _ => Self::Port(text.to_owned()),
        })
    }
}

/// Who hears the notes that the processor plays, if it plays any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MidiOutput {
    /// Nobody but those whom the user connects in JACK.
    #[default]
    None,
    /// The ports with this in their names.
    Port(String),
}

impl FromStr for MidiOutput {
    type Err = Infallible;

    /// Reads `none`, or else a part of a port's name. `device:` before it says that it is one.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text.split_once(':') {
            Some(("device", name)) => Self::Port(name.to_owned()),
            _ if text == NONE_NAME => Self::None,
            _ => Self::Port(text.to_owned()),
        })
    }
}

impl MidiOutput {
    /// The part of the ports' names, if any are asked for.
    pub(crate) fn wanted(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Port(name) => Some(name),
        }
    }
}

/// Reads a tempo, in beats a minute, from a command line.
///
/// # Errors
///
/// In the words that the user sees, if it is no number or out of range.
pub fn parse_tempo_bpm(text: &str) -> Result<f64, String> {
    match text.trim().parse() {
        Ok(tempo_bpm) if TEMPOS_BPM.contains(&tempo_bpm) => Ok(tempo_bpm),
        _ => Err(format!("a tempo is {} to {} beats a minute", TEMPOS_BPM.start(), TEMPOS_BPM.end())),
    }
}

/// Whether a text is one number or two with a comma between them, counted from 1: channels of the input device.
pub(crate) fn is_input_channels(text: &str) -> bool {
    let is_channel = |number: &str| number.trim().parse::<usize>().is_ok_and(|number| number > 0);
    text.split(',').count() <= MAX_CHANNELS && text.split(',').all(is_channel)
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
    /// What the processor's side chain hears, if it has one.
    pub side_chain: SideChainInput,
    /// Who plays notes and controllers, beside the program itself.
    pub midi: MidiInput,
    /// Whether MIDI ports are heard even if the processor takes no notes: somebody wants their controllers.
    pub hears_controllers: bool,
    /// Who hears the notes that the processor plays.
    pub midi_output: MidiOutput,
    /// The tempo, in beats a minute, if not that of the MIDI file, or else 120. The song plays from its beginning each time
    /// that the audio is opened.
    pub tempo_bpm: Option<f64>,
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
            side_chain: SideChainInput::default(),
            midi: MidiInput::default(),
            hears_controllers: false,
            midi_output: MidiOutput::default(),
            tempo_bpm: None,
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
    fn players_are_told_apart() {
        let midi = |text: &str| text.parse::<MidiInput>().unwrap();
        assert_eq!((midi("all"), midi("none")), (MidiInput::AllPorts, MidiInput::None));
        assert_eq!(midi("songs/a song.MID"), MidiInput::File("songs/a song.MID".into()));
        assert_eq!(midi("Keystation"), MidiInput::Port("Keystation".to_owned()));
        assert_eq!(midi("device:a.mid"), MidiInput::Port("a.mid".to_owned()));
        let output = |text: &str| text.parse::<MidiOutput>().unwrap();
        assert_eq!(
            (output("none"), output("device:none")),
            (MidiOutput::None, MidiOutput::Port("none".into()))
        );
        assert_eq!(output("synth:in").wanted(), Some("synth:in"));
        assert!(parse_tempo_bpm("0").is_err() && parse_tempo_bpm("NaN").is_err());
        assert_eq!(parse_tempo_bpm(" 92.5 "), Ok(92.5));
    }

    #[test]
    fn outputs_are_told_apart() {
        let output = |text: &str| text.parse::<AudioOutput>().unwrap();
        assert_eq!(output("none"), AudioOutput::None);
        assert_eq!(output("out.wav"), AudioOutput::File("out.wav".into()));
        assert_eq!(output("device:none"), AudioOutput::Device("none".to_owned()));
    }
}
