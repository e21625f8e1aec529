//! The command line.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, RangedU64ValueParser, TypedValueParser};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use nice_plug::prelude::Plugin;

use wavecraft_audio::{
    AudioBackend, AudioInput, AudioOptions, AudioOutput, MidiInput, MidiOutput, SampleFormat, SideChainInput,
    parse_tempo_bpm,
};
use wavecraft_ipc::assignment::Assignment;
use wavecraft_nice_plug::parameters::ParameterTable;

use crate::render::MAX_CHANNELS;
use crate::settings;

/// The arguments whose help gives examples of the plugin's own parameters.
const ASSIGNMENTS: &str = "assignments";

/// The sample rates that may be asked for, in Hz.
const RATES_HZ: RangeInclusive<u64> = 1_000..=768_000;

/// The largest block, in frames.
const MAX_BLOCK_FRAMES: u64 = 65_536;

/// The longest tail, in seconds: an hour.
const MAX_TAIL_SECONDS: f64 = 3_600.0;

/// The whole command line. Its comments are the program's help.
#[derive(Debug, Parser)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) live: LiveOptions,

    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    /// Say more about what happens; give it twice for details.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// Where the sound goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum BackendChoice {
    /// JACK if a server is running, otherwise the system's own audio.
    #[default]
    Auto,
    /// The running JACK server.
    Jack,
    /// The system's own audio; on Linux the sound server that runs, and ALSA.
    System,
    /// Nowhere: the plugin runs without sound.
    None,
}

/// How to play live.
#[derive(Args, Debug)]
pub(crate) struct LiveOptions {
    /// Start with a parameter set. May be given many times.
    #[arg(long = "set", value_name = "ID=VALUE")]
    pub(crate) assignments: Vec<Assignment>,

    /// Open no window.
    #[arg(long)]
    pub(crate) headless: bool,

    /// Where the sound goes.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) backend: BackendChoice,

    /// Listen to this: default, a device's name, a sound file (played again and again), or a test signal: sine, sine:1000
    /// (in Hz), sweep, noise, impulses. With JACK, one port or two separated by a comma.
    ///
    /// Nothing is listened to unless asked: a microphone next to loudspeakers howls.
    #[arg(long, visible_alias = "input-device", value_name = "INPUT", default_value = "none")]
    pub(crate) input: AudioInput,

    /// Play on this: default, a device's name, or a WAV file to be written. With JACK, one port or two separated by a
    /// comma.
    #[arg(long, visible_alias = "output-device", value_name = "OUTPUT", default_value = "default")]
    pub(crate) output: AudioOutput,

    /// Let the plugin's side chain hear this: further channels of the input, as in 3,4, or whatever --input takes.
    #[arg(long = "sidechain", value_name = "INPUT", default_value = "none", hide_default_value = true)]
    pub(crate) side_chain: SideChainInput,

    /// Let this play notes and controllers: all (MIDI ports that there are, and those that come), a part of a port's name, a
    /// MIDI file (played again and again), or none.
    #[arg(long, value_name = "MIDI", default_value = "all")]
    pub(crate) midi: MidiInput,

    /// Let this hear the notes that the plugin plays: a part of a MIDI port's name, or none. Under JACK they come out of the
    /// port `midi_out` in any case.
    #[arg(long, value_name = "PORT", default_value = "none")]
    pub(crate) midi_output: MidiOutput,

    /// The tempo, in beats a minute; without it that of the MIDI file, or else 120. The song plays from its beginning.
    #[arg(long = "tempo", value_name = "BPM", value_parser = parse_tempo_bpm)]
    pub(crate) tempo_bpm: Option<f64>,

    /// List the devices and MIDI ports, and play nothing.
    #[arg(long)]
    pub(crate) list_devices: bool,

    /// The sample rate; without it, the device's own.
    #[arg(long = "sample-rate", value_name = "HZ", value_parser = RangedU64ValueParser::<u32>::new().range(RATES_HZ))]
    pub(crate) sample_rate_hz: Option<u32>,

    /// How many frames the device asks for at a time.
    #[arg(
        long = "period-size",
        value_name = "FRAMES",
        value_parser = RangedU64ValueParser::<u32>::new().range(1..=MAX_BLOCK_FRAMES)
    )]
    pub(crate) period_frames: Option<u32>,

    /// One channel instead of two.
    #[arg(long)]
    pub(crate) mono: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Process a sound file instead of playing live.
    ///
    /// Reads WAV, AIFF, FLAC, MP3, Ogg Vorbis and ALAC, mono or stereo, and writes WAV in 16, 24 or 32-bit integers or 32-bit
    /// float, at rates from 1 to 768 kHz. The output has the input's rate and channels and lines up with it: the plugin's
    /// latency is taken out. Integers are rounded without dither. What a WAV file says about its sound is kept.
    Render(RenderOptions),
    /// List the parameters: their ids, ranges and defaults.
    Parameters,
    /// List the presets, show one, or write one as another kind of file.
    #[command(subcommand)]
    Presets(PresetCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum PresetCommand {
    /// List the presets that the plugin comes with, and the user's.
    List,
    /// Show what a preset says of itself, and the values that it sets.
    Show {
        /// Its name, or a file that ends in .toml or .vstpreset.
        #[arg(value_name = "NAME|FILE")]
        preset: String,
    },
    /// Write a preset as a file: .toml, for this plugin and for people, or .vstpreset, for VST3 hosts.
    ///
    /// A .vstpreset has no author, tags and description; its name is that of the file.
    Convert {
        /// The preset's name, or a file that ends in .toml or .vstpreset.
        #[arg(value_name = "NAME|FILE")]
        from: String,
        /// The file to write; its ending says which kind.
        to: PathBuf,
        /// Replace the file that is there.
        #[arg(long)]
        replace: bool,
    },
}

#[derive(Args, Debug)]
pub(crate) struct RenderOptions {
    /// The sound file to read; none with --midi and an instrument.
    #[arg(required_unless_present = "list_parameters")]
    input: Option<PathBuf>,

    /// The WAV file to write; an existing one is replaced, unless it is read-only. It may be the one to read.
    #[arg(required_unless_present_any = ["list_parameters", "midi"])]
    output: Option<PathBuf>,

    /// Play this MIDI file, with its tempo. System-exclusive messages are left out.
    ///
    /// An instrument needs no sound file then, and goes on until it is silent: render --midi song.mid song.wav
    #[arg(long, value_name = "FILE")]
    pub(crate) midi: Option<PathBuf>,

    /// Let the plugin's side chain hear this sound file, of the same sample rate; silence after its end.
    #[arg(long = "sidechain", value_name = "FILE")]
    pub(crate) side_chain: Option<PathBuf>,

    /// The tempo, in beats a minute; without it that of the MIDI file, or else 120. The song plays from its beginning.
    #[arg(long = "tempo", value_name = "BPM", value_parser = parse_tempo_bpm)]
    pub(crate) tempo_bpm: Option<f64>,

    /// The sample rate where there is no sound file to read.
    #[arg(
        long = "sample-rate",
        value_name = "HZ",
        default_value_t = 48_000,
        value_parser = RangedU64ValueParser::<u32>::new().range(RATES_HZ)
    )]
    pub(crate) sample_rate_hz: u32,

    /// Begin with a preset: its name, or a file that ends in .toml or .vstpreset.
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) preset: Option<String>,

    /// Set a parameter, after the preset. May be given many times.
    #[arg(long = "set", value_name = "ID=VALUE")]
    pub(crate) assignments: Vec<Assignment>,

    /// Go on for this long after the end of the input. Without it, not at all, and for --midi without a sound file until it
    /// has been silent for a second, a minute at most.
    #[arg(long = "tail", value_name = "SECONDS", value_parser = tail_seconds)]
    pub(crate) tail_seconds: Option<f64>,

    /// Process in blocks of this many frames.
    #[arg(
        long = "block-size",
        value_name = "FRAMES",
        default_value_t = 512,
        value_parser = RangedU64ValueParser::<usize>::new().range(1..=MAX_BLOCK_FRAMES)
    )]
    pub(crate) block_frames: usize,

    /// Write this sample format instead of the input's.
    #[arg(long, value_parser = sample_format())]
    pub(crate) format: Option<SampleFormat>,

    /// Render these of the input's channels, one or two: 1 is the first.
    #[arg(long, value_name = "CHANNELS", value_parser = channels)]
    pub(crate) channels: Option<std::vec::Vec<usize>>,

    /// List the parameters, like the command of that name, and render nothing.
    #[arg(long)]
    pub(crate) list_parameters: bool,
}

/// Reads the command line. Help, version and mistakes are answered here and end the program.
pub(crate) fn parse<P: Plugin>() -> Arguments {
    let examples = settings::examples(&ParameterTable::of_plugin::<P>());
    let name_examples = |command: clap::Command| {
        command.mut_args(|argument| match argument.get_help() {
            Some(help) if argument.get_id() == ASSIGNMENTS && !examples.is_empty() => {
                let help = format!("{help}, as in {examples}");
                argument.help(help)
            }
            _ => argument,
        })
    };
    let command = name_examples(Arguments::command())
        .mut_subcommands(name_examples)
        .name(P::NAME)
        .version(P::VERSION)
        .about(format!("{}, live on this computer's audio or on sound files", P::NAME));
    Arguments::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
}

impl RenderOptions {
    /// The file to read, if there is one, and the file to write; none if nothing is to be rendered.
    pub(crate) fn files(&self) -> Option<(Option<PathBuf>, PathBuf)> {
        match (&self.input, &self.output) {
            _ if self.list_parameters => None,
            (input, Some(output)) => Some((input.clone(), output.clone())),
            (Some(output), None) => Some((None, output.clone())),
            (None, None) => None,
        }
    }
}

impl LiveOptions {
    /// What is asked of the audio, of a program of this name.
    pub(crate) fn audio(&self, client_name: String) -> AudioOptions {
        AudioOptions {
            client_name,
            max_channels: if self.mono { 1 } else { 2 },
            input: self.input.clone(),
            output: if self.is_silent() { AudioOutput::None } else { self.output.clone() },
            side_chain: self.side_chain.clone(),
            midi: self.midi.clone(),
            hears_controllers: true,
            midi_output: self.midi_output.clone(),
            tempo_bpm: self.tempo_bpm,
            backend: match self.backend {
                BackendChoice::Auto | BackendChoice::None => AudioBackend::Auto,
                BackendChoice::Jack => AudioBackend::Jack,
                BackendChoice::System => AudioBackend::System,
            },
            sample_rate_hz: self.sample_rate_hz,
            block_frames: self.period_frames,
        }
    }

    /// Whether nothing is to be listened to.
    pub(crate) fn has_no_input(&self) -> bool {
        self.input == AudioInput::None
    }

    /// Whether the plugin is to run without sound.
    pub(crate) fn is_silent(&self) -> bool {
        self.backend == BackendChoice::None
    }
}

fn sample_format() -> impl TypedValueParser<Value = SampleFormat> {
    let names = SampleFormat::ALL.map(SampleFormat::name);
    PossibleValuesParser::new(names).try_map(|name| name.parse::<SampleFormat>())
}

fn channels(text: &str) -> Result<Vec<usize>, String> {
    let numbers: Result<Vec<usize>, _> = text.split(',').map(|number| number.trim().parse()).collect();
    match numbers {
        Ok(numbers) if (1..=MAX_CHANNELS).contains(&numbers.len()) && !numbers.contains(&0) => Ok(numbers),
        _ => Err("one or two numbers, counted from 1, as in 2 or 1,2".to_owned()),
    }
}

fn tail_seconds(text: &str) -> Result<f64, String> {
    match text.trim().parse() {
        Ok(seconds) if (0.0..=MAX_TAIL_SECONDS).contains(&seconds) => Ok(seconds),
        _ => Err(format!("a tail is 0 to {MAX_TAIL_SECONDS} seconds long")),
    }
}

#[cfg(test)]
mod tests {
    use plugin_test_support::documented_commands::{self, DocumentedCommand};

    use super::*;

    #[test]
    fn the_arguments_that_the_documentation_shows_are_taken() {
        for DocumentedCommand { place, words } in documented_commands::after(&["run", "--"]) {
            let parsed = Arguments::try_parse_from(std::iter::once("standalone".to_owned()).chain(words));
            let error = parsed.err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.is_empty(), "{place}: {error}");
        }
    }
}
