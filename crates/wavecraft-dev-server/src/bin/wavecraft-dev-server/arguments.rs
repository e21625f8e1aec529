//! The command line.
//!
//! `cargo xtask dev` gives some options itself. It says its name by a variable, so that mistakes and help are told as that
//! command's, without what its users do not type.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, CommandFactory, FromArgMatches, Parser};
use wavecraft_audio::{
    AudioBackend, AudioInput, AudioOptions, AudioOutput, MidiInput, MidiOutput, SideChainInput,
    parse_tempo_bpm,
};
use wavecraft_dev_server::{BuildCommand, PageOrigin, ReloadOptions};
use wavecraft_ipc::assignment::Assignment;
use wavecraft_session::FactoryBank;

/// The command that has started the program, such as `cargo xtask dev`, and gives the options of [`GIVEN`].
const STARTED_BY_VARIABLE: &str = "WAVECRAFT_STARTED_BY";

/// What such a command gives itself.
const GIVEN: [&str; 9] = [
    "library",
    "ui_dir",
    "presets_dir",
    "plugin_name",
    "plugin_vendor",
    "plugin_version",
    "watch",
    "copies_dir",
    "build",
];

/// Run a plugin on real audio, and serve its page.
#[derive(Parser, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own on the command line")]
#[command(name = "wavecraft-dev-server", version)]
pub struct Arguments {
    /// The plugin's library
    #[arg(long, value_name = "PATH")]
    pub library: Option<PathBuf>,

    /// Where sound comes from: default, a device's name, a sound file (played again and again), or a test signal: sine,
    /// sine:1000 (in Hz), sweep, noise, impulses [default: default, or none for an instrument]
    #[arg(long, value_name = "INPUT")]
    input: Option<AudioInput>,

    /// What the plugin's side chain hears: further channels of the input, as in 3,4, or whatever --input takes [default:
    /// nothing]
    #[arg(long = "sidechain", value_name = "INPUT", default_value = "none", hide_default_value = true)]
    side_chain: SideChainInput,

    /// Who plays notes and controllers beside the page: all, a part of a port's name, a MIDI file (played again and again), or
    /// none
    #[arg(long, value_name = "MIDI", default_value = "all")]
    midi: MidiInput,

    /// Who hears the notes that the plugin plays: a part of a port's name, or none. Under JACK they come out of the port
    /// `midi_out` in any case
    #[arg(long, value_name = "PORT", default_value = "none")]
    midi_output: MidiOutput,

    /// The tempo in beats a minute; the song plays from its beginning [default: that of the MIDI file, or 120]
    #[arg(long = "tempo", value_name = "BPM", value_parser = parse_tempo_bpm)]
    tempo_bpm: Option<f64>,

    /// Where sound goes: default, a device's name, a WAV file, or none
    #[arg(long, value_name = "OUTPUT", default_value = "default")]
    pub output: AudioOutput,

    /// Start with a parameter set; may be given several times
    #[arg(long = "set", value_name = "ID=VALUE")]
    pub assignments: Vec<Assignment>,

    /// The way to the devices: auto (JACK if its server runs), jack or system
    #[arg(long, value_name = "BACKEND", default_value_t)]
    pub backend: AudioBackend,

    /// List the audio devices and MIDI ports, and end
    #[arg(long)]
    pub list_devices: bool,

    /// The sample rate in Hz [default: the device's own]
    #[arg(long, value_name = "HZ", value_parser = clap::value_parser!(u32).range(1_000..=768_000))]
    pub sample_rate: Option<u32>,

    /// The block size in frames [default: 512, or what the device insists on]
    #[arg(long, value_name = "FRAMES", value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub buffer_size: Option<u32>,

    /// The port that pages connect to
    #[arg(long, default_value_t = 9000)]
    pub port: u16,

    /// The address to listen on, for the page's own server as well; with any but a loopback address, the whole network can
    /// connect
    #[arg(long, default_value = "127.0.0.1")]
    host: String,

    /// No sound: parameters only
    #[arg(long)]
    pub no_audio: bool,

    /// No page: it comes from elsewhere
    #[arg(long)]
    pub no_ui: bool,

    /// The port at which another server on this computer delivers the page; may be given several times. No other
    /// server's pages may connect
    #[arg(long, value_name = "PORT")]
    pub page_port: Vec<u16>,

    /// Where pages come from when a port is forwarded or a proxy stands in front, as in a development container: scheme, name
    /// and port, as the browser shows them; may be given several times. Any page of that origin can then turn the knobs, so
    /// name only what is yours
    #[arg(long, value_name = "ORIGIN")]
    pub allow_origin: Vec<PageOrigin>,

    /// Open the page in the browser
    #[arg(long)]
    pub open: bool,

    /// Serve the built page instead of starting Vite
    #[arg(long)]
    pub release: bool,

    /// The page's folder
    #[arg(long, value_name = "PATH", default_value = "ui")]
    pub ui_dir: PathBuf,

    /// The plugin's name, as pages learn it [default: the plugin's own, or its library's]
    #[arg(long, value_name = "NAME")]
    pub plugin_name: Option<String>,

    /// Who makes the plugin, as pages learn it
    #[arg(long, value_name = "NAME")]
    pub plugin_vendor: Option<String>,

    /// The plugin's version, as pages learn it
    #[arg(long, value_name = "VERSION")]
    pub plugin_version: Option<String>,

    /// The folder with the presets that the plugin comes with
    #[arg(long, value_name = "PATH")]
    pub presets_dir: Option<PathBuf>,

    /// Play what was loaded at the start, whatever is saved
    #[arg(long)]
    pub no_reload: bool,

    /// A folder or file that the plugin is built from; may be given several times. With any of them and a BUILD command,
    /// a save becomes the sound that plays
    #[arg(long, value_name = "PATH")]
    pub watch: Vec<PathBuf>,

    /// Look at the sources every half second, in place of waiting for the system to tell of changes: for file systems that
    /// tell nothing, where that is not known by itself
    #[arg(long)]
    pub poll: bool,

    /// Where copies of the library are put [default: the folder wavecraft-dev beside the library]
    #[arg(long, value_name = "PATH")]
    pub copies_dir: Option<PathBuf>,

    /// What builds the library: cargo, with --message-format json
    #[arg(last = true, value_name = "BUILD")]
    pub build: Vec<OsString>,

    /// Say more: -v what happens, -vv details
    #[arg(short, long, action = ArgAction::Count)]
    pub verbose: u8,
}

impl Arguments {
    /// Reads the command line. Help, version and mistakes are answered here and end the program.
    pub fn read() -> Self {
        let started_by = std::env::var(STARTED_BY_VARIABLE).ok();
        let matches = command(started_by.as_deref()).get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }

    /// The name or address to listen on. Addresses of IPv6 may be written as in a browser, in brackets.
    pub fn host(&self) -> &str {
        let bare = self.host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        bare.unwrap_or(&self.host)
    }

    /// The presets that the plugin comes with, as they are in its sources.
    pub fn factory_presets(&self) -> FactoryBank {
        self.presets_dir.clone().map_or(FactoryBank::Empty, FactoryBank::Folder)
    }

    /// What is watched and built; `None` if nothing is.
    pub fn reload(&self) -> Option<ReloadOptions> {
        let (program, arguments) = self.build.split_first()?;
        let library = self.library.as_ref().filter(|_| !self.no_reload && !self.watch.is_empty())?;
        let command = BuildCommand { program: program.clone(), arguments: arguments.to_vec() };
        let copies = self.copies_dir.clone().unwrap_or_else(|| library.with_file_name("wavecraft-dev"));
        Some(ReloadOptions { sources: self.watch.clone(), polls: self.poll, command, copies })
    }

    /// What is asked of the audio. An instrument listens to nothing unless asked.
    pub fn audio(&self, is_instrument: bool) -> AudioOptions {
        let own_input = if is_instrument { AudioInput::None } else { AudioInput::DefaultDevice };
        AudioOptions {
            input: self.input.clone().unwrap_or(own_input),
            side_chain: self.side_chain.clone(),
            midi: self.midi.clone(),
            hears_controllers: true,
            midi_output: self.midi_output.clone(),
            tempo_bpm: self.tempo_bpm,
            output: self.output.clone(),
            backend: self.backend,
            sample_rate_hz: self.sample_rate,
            block_frames: self.buffer_size,
            ..AudioOptions::default()
        }
    }
}

/// The command line as its user knows it.
fn command(started_by: Option<&str>) -> clap::Command {
    let command = Arguments::command();
    let Some(name) = started_by else { return command };
    let command =
        command.bin_name(name).override_usage(format!("{name} [OPTIONS]")).disable_version_flag(true);
    command.mut_args(|argument| {
        let is_given = GIVEN.contains(&argument.get_id().as_str());
        if is_given { argument.hide(true) } else { argument }
    })
}

#[cfg(test)]
mod tests {
    use plugin_test_support::documented_commands::{self, DocumentedCommand};

    use super::*;

    #[test]
    fn the_options_that_the_documentation_shows_are_taken() {
        for DocumentedCommand { place, words } in documented_commands::after(&["dev"]) {
            // That one is the command's own.
            let options = words.into_iter().filter(|word| word != "--help-server");
            let parsed = Arguments::try_parse_from(std::iter::once("server".to_owned()).chain(options));
            let error = parsed.err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.is_empty(), "{place}: {error}");
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_mistake_is_told_in_the_words_of_the_command_that_its_user_typed() {
        let line = ["server", "--library", "plugin.so", "--ui-dir", "ui", "--inptu", "sine"];
        let error = command(Some("cargo xtask dev")).try_get_matches_from(line).unwrap_err().to_string();
        assert!(error.contains("'--inptu'") && error.contains("'--input'"), "{error}");
        assert!(error.contains("Usage: cargo xtask dev [OPTIONS]"), "{error}");
        assert!(!error.contains("--library") && !error.contains("wavecraft-dev-server"), "{error}");
        let help = command(Some("cargo xtask dev")).render_help().to_string();
        assert!(help.contains("--input <INPUT>") && !help.contains("--watch"), "{help}");
        let options = ["--library <PATH>", "--ui-dir <PATH>", "--watch <PATH>"];
        let own = command(None).render_help().to_string();
        assert!(options.iter().all(|option| own.contains(option)), "{own}");
    }

    #[test]
    fn parameters_are_set_as_people_type_them() {
        let arguments = Arguments::try_parse_from(["server", "--set", " drive = 12 dB"]).unwrap();
        assert_eq!(arguments.assignments, [Assignment { id: "drive".into(), text: "12 dB".into() }]);
        let error = Arguments::try_parse_from(["server", "--set", "drive"]).unwrap_err().to_string();
        assert!(error.contains("'drive'") && error.contains("not of the form id=value"), "{error}");
    }

    #[test]
    fn there_is_a_reload_if_it_is_known_what_to_watch_and_to_build() {
        let reload = |arguments: &[&str]| Arguments::try_parse_from(arguments).unwrap().reload();
        let all =
            ["server", "--library", "out/plugin.so", "--watch", "src", "--", "cargo", "build", "--quiet"];
        let options = reload(&all).unwrap();
        assert_eq!((options.sources, options.copies), (vec!["src".into()], "out/wavecraft-dev".into()));
        assert_eq!(options.command.program, "cargo");
        assert_eq!(options.command.arguments, ["build", "--quiet"]);
        assert!(reload(&all[..5]).is_none());
        assert!(reload(&["server", "--library", "plugin.so", "--", "cargo"]).is_none());
        assert!(reload(&[&["server", "--no-reload"], &all[1..]].concat()).is_none());
    }

    #[test]
    fn origins_are_checked_before_anything_starts() {
        let parse = |origin: &str| Arguments::try_parse_from(["server", "--allow-origin", origin]);
        assert_eq!(parse("https://a.example/").unwrap().allow_origin[0].to_string(), "https://a.example");
        for (origin, advice) in
            [("*", "name each origin"), ("a.example", "begins with http"), ("null", "strangers")]
        {
            let error = parse(origin).unwrap_err().to_string();
            assert!(error.contains("--allow-origin") && error.contains(advice), "{error}");
        }
    }

    #[test]
    fn inputs_are_checked_before_anything_starts() {
        assert!(Arguments::try_parse_from(["server", "--input", "sine:loud"]).is_err());
        assert!(Arguments::try_parse_from(["server", "--buffer-size", "0"]).is_err());
        assert!(Arguments::try_parse_from(["server", "--sidechain", "sine:loud"]).is_err());
        assert!(Arguments::try_parse_from(["server", "--tempo", "0"]).is_err());
        let given =
            ["server", "--sidechain", "3,4", "--midi", "song.mid", "--tempo", "90", "--midi-output", "Drums"];
        let audio = Arguments::try_parse_from(given).unwrap().audio(true);
        assert_eq!((audio.input, audio.tempo_bpm), (AudioInput::None, Some(90.0)));
        assert_eq!(audio.midi, MidiInput::File("song.mid".into()));
        assert_eq!(audio.midi_output, MidiOutput::Port("Drums".to_owned()));
        assert!(Arguments::try_parse_from(["server", "--input", "noise", "--output", "none"]).is_ok());
    }
}
