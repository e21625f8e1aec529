//! What the program says on standard error.

use std::io::{self, IsTerminal};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The audio's state, which the terminal shows by itself.
const SHOWN_OTHERWISE: &str = "wavecraft_dev_server::audio::status";

/// Likewise the state of the plugin.
const PLUGIN: &str = "wavecraft_dev_server::plugin";

/// The JACK library, which calls it an error when no server runs.
const JACK: &str = "jack";

/// The way to `PulseAudio`, which calls it an error when the server ends.
const PULSE_AUDIO: &str = "pulseaudio";

/// Starts logging: warnings and errors, with `verbosity` 1 what happens, 2 details, 3 everything.
pub fn start(verbosity: u8) {
    let level = match verbosity {
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let quiet = if verbosity == 0 { LevelFilter::OFF } else { level };
    let sound_servers = if verbosity < 2 { LevelFilter::OFF } else { level };
    let targets = Targets::new()
        .with_default(level)
        .with_target(SHOWN_OTHERWISE, quiet)
        .with_target(PLUGIN, quiet)
        .with_target(JACK, sound_servers)
        .with_target(PULSE_AUDIO, sound_servers);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false);
    // The program starts logging once; a second time there would be nothing to do.
    let _ = tracing_subscriber::registry().with(targets).with(lines).try_init();
}
