//! The command line.

use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use nice_plug::prelude::Plugin;

use super::devices::BackendChoice;
use super::settings::Assignment;
use super::wav::WavFormat;

/// The highest sample rate, in Hz.
const MAX_RATE_HZ: u64 = 768_000;

/// The largest block, in frames.
const MAX_BLOCK_FRAMES: u64 = 65_536;

/// The longest tail, in seconds: an hour.
const MAX_TAIL_SECONDS: f64 = 3_600.0;

/// The whole command line. Its comments are the program's help.
#[derive(Debug, Parser)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) live: LiveOptions,

    #[command(subcommand)]
    pub(super) command: Option<Command>,

    /// Say more about what happens; give it twice for details.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
}

/// How to play live.
#[derive(Args, Debug)]
pub(super) struct LiveOptions {
    /// Start with a parameter set, as in drive=12, mix=50% or bypass=on. May be given many times.
    #[arg(long = "set", value_name = "ID=VALUE")]
    pub(super) assignments: Vec<Assignment>,

    /// Open no window.
    #[arg(long)]
    pub(super) headless: bool,

    /// Where the sound goes.
    #[arg(long, value_enum, default_value_t)]
    pub(super) backend: BackendChoice,

    /// Listen to this device, or "default". With JACK, one port or several separated by commas.
    ///
    /// Nothing is listened to unless asked: a microphone next to loudspeakers howls.
    #[arg(long, value_name = "NAME")]
    pub(super) input_device: Option<String>,

    /// Play on this device instead of the system's default.
    #[arg(long, value_name = "NAME")]
    pub(super) output_device: Option<String>,

    /// List the devices and play nothing.
    #[arg(long)]
    pub(super) list_devices: bool,

    /// The sample rate; without it, the device's own.
    #[arg(long = "sample-rate", value_name = "HZ", value_parser = RangedU64ValueParser::<u32>::new().range(1..=MAX_RATE_HZ))]
    pub(super) sample_rate_hz: Option<u32>,

    /// How many frames the device asks for at a time.
    #[arg(
        long = "period-size",
        value_name = "FRAMES",
        value_parser = RangedU64ValueParser::<u32>::new().range(1..=MAX_BLOCK_FRAMES)
    )]
    pub(super) period_frames: Option<u32>,

    /// One channel instead of two.
    #[arg(long)]
    pub(super) mono: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Process a sound file instead of playing live.
    ///
    /// Reads and writes WAV, mono or stereo, in 16, 24 or 32-bit integers or 32-bit float, at any rate. The output has
    /// the input's rate and channels and lines up with it: the plugin's latency is taken out. Integers are rounded
    /// without dither.
    Render(RenderOptions),
    /// List the parameters: their ids, ranges and defaults.
    Parameters,
}

#[derive(Args, Debug)]
pub(super) struct RenderOptions {
    /// The WAV file to read.
    #[arg(required_unless_present = "list_parameters")]
    pub(super) input: Option<PathBuf>,

    /// The WAV file to write; an existing one is replaced.
    #[arg(required_unless_present = "list_parameters")]
    pub(super) output: Option<PathBuf>,

    /// Set a parameter, as in drive=12, mix=50% or bypass=on. May be given many times.
    #[arg(long = "set", value_name = "ID=VALUE")]
    pub(super) assignments: Vec<Assignment>,

    /// Go on for this long after the end of the input.
    #[arg(long = "tail", value_name = "SECONDS", default_value_t = 0.0, value_parser = tail_seconds)]
    pub(super) tail_seconds: f64,

    /// Process in blocks of this many frames.
    #[arg(
        long = "block-size",
        value_name = "FRAMES",
        default_value_t = 512,
        value_parser = RangedU64ValueParser::<usize>::new().range(1..=MAX_BLOCK_FRAMES)
    )]
    pub(super) block_frames: usize,

    /// Write this sample format instead of the input's.
    #[arg(long, value_enum)]
    pub(super) format: Option<WavFormat>,

    /// List the parameters, like the command of that name, and render nothing.
    #[arg(long)]
    pub(super) list_parameters: bool,
}

/// Reads the command line. Help, version and mistakes are answered here and end the program.
pub(super) fn parse<P: Plugin>() -> Arguments {
    let command = Arguments::command()
        .name(P::NAME)
        .version(P::VERSION)
        .about(format!("{}, live on this computer's audio or on sound files", P::NAME));
    Arguments::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
}

fn tail_seconds(text: &str) -> Result<f64, String> {
    match text.trim().parse() {
        Ok(seconds) if (0.0..=MAX_TAIL_SECONDS).contains(&seconds) => Ok(seconds),
        _ => Err(format!("a tail is 0 to {MAX_TAIL_SECONDS} seconds long")),
    }
}
