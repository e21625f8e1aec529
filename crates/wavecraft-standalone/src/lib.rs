//! A program out of a plugin: live on this computer's audio, or rendering sound files.
//!
//! A plugin's `src/main.rs` is one line:
//!
//! ```no_run
//! # use std::sync::Arc;
//! # use nice_plug::prelude::*;
//! # #[derive(Params, Default)]
//! # struct NoParams {}
//! # #[derive(Default)]
//! # struct MyPlugin;
//! # impl Plugin for MyPlugin {
//! #     const NAME: &'static str = "My Plugin";
//! #     const VENDOR: &'static str = "";
//! #     const URL: &'static str = "";
//! #     const EMAIL: &'static str = "";
//! #     const VERSION: &'static str = "1.0.0";
//! #     const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[];
//! #     type Editor = ();
//! #     type SysExMessage = ();
//! #     type BackgroundTask = ();
//! #     fn params(&self) -> Arc<dyn Params> { Arc::new(NoParams {}) }
//! #     fn process(&mut self, _: &mut Buffer, _: &mut AuxiliaryBuffers, _: &mut impl ProcessContext<Self>)
//! #         -> ProcessStatus { ProcessStatus::Normal }
//! # }
//! fn main() -> std::process::ExitCode {
//!     wavecraft_standalone::run::<MyPlugin>()
//! }
//! ```
//!
//! Live, it runs on [`wavecraft_audio`]: a device that is missing at the start is a message and no silence, and one that
//! goes later is opened again when it is back. Its window is the plugin's own editor in a window of the system's. Ctrl-C, a
//! termination signal, a closed window, a panic in any thread and an error of the plugin end the program, each with its
//! exit code.
//!
//! Exit codes: 0 when it was asked to stop, 1 for a problem that was named, 2 for a wrong command line, 101 for a panic,
//! 130 for a rendering that was interrupted.

mod cli;
mod destination;
mod headless_controllers;
mod live;
mod live_plugin;
mod logging;
mod presets;
mod render;
mod settings;
mod signals;
#[cfg(feature = "editor")]
mod window;

use std::io::{self, Write};
use std::process::ExitCode;

use nice_plug::prelude::Plugin;

pub use render::{
    AccompanimentFiles, MidiFileError, RenderError, RenderJob, RenderReport, SideChainError, render,
};
pub use signals::stop_requested;
pub use wavecraft_ipc::assignment::{Assignment, AssignmentError};

use cli::{Command, RenderOptions};
use wavecraft_nice_plug::parameters::ParameterTable;
pub use wavecraft_nice_plug::presets::PluginPresets;

/// The exit code of a program that was interrupted before it had done its work.
const EXIT_INTERRUPTED: u8 = 130;

/// Does what the command line says with `P`, and returns the program's exit code. To be called once, by `main`.
pub fn run<P: Plugin>() -> ExitCode {
    run_with_presets::<P>(&PluginPresets::of_user::<P>())
}

/// The same for a plugin that comes with presets, or has `.vstpreset` files.
pub fn run_with_presets<P: Plugin>(presets: &PluginPresets) -> ExitCode {
    let arguments = cli::parse::<P>();
    logging::start(arguments.verbose);
    signals::install(if arguments.command.is_some() { EXIT_INTERRUPTED } else { 0 });
    match arguments.command {
        Some(Command::Render(options)) => run_render::<P>(options, presets),
        Some(Command::Parameters) => print_parameters::<P>(),
        Some(Command::Presets(command)) => presets::run::<P>(presets, &command),
        None => live::run::<P>(&arguments.live),
    }
}

fn run_render<P: Plugin>(options: RenderOptions, presets: &PluginPresets) -> ExitCode {
    let Some((input, output)) = options.files() else { return print_parameters::<P>() };
    let preset_values = match options.preset.as_deref().map(|preset| presets.find::<P>(preset)).transpose() {
        Ok(read) => {
            let read = read.map(|read| read.resolved);
            for ignored in read.iter().flat_map(|resolved| &resolved.ignored) {
                tracing::warn!("{ignored}; it is left out");
            }
            read.map(|resolved| resolved.values).unwrap_or_default()
        }
        Err(error) => {
            tracing::error!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let job = RenderJob {
        input,
        output,
        accompaniment: AccompanimentFiles {
            midi: options.midi,
            side_chain: options.side_chain,
            tempo_bpm: options.tempo_bpm,
        },
        sample_rate_hz: options.sample_rate_hz,
        preset_values,
        assignments: options.assignments,
        tail_seconds: options.tail_seconds,
        block_frames: options.block_frames,
        format: options.format,
        channels: options.channels,
    };
    match render::<P>(&job) {
        Ok(report) => {
            for warning in &report.warnings {
                tracing::warn!("{warning}");
            }
            if report.clipped_samples > 0 {
                tracing::warn!("{} samples were beyond full scale and are clipped", report.clipped_samples);
            }
            print(&describe(&report))
        }
        Err(RenderError::Interrupted) => {
            tracing::error!("{}", RenderError::Interrupted);
            ExitCode::from(EXIT_INTERRUPTED)
        }
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn describe(report: &RenderReport) -> String {
    let channels = match report.channels {
        1 => "mono".to_owned(),
        2 => "stereo".to_owned(),
        channels => format!("{channels} channels"),
    };
    let speed = report.seconds() / report.elapsed.as_secs_f64().max(1.0e-6);
    format!(
        "{}: {:.2} s, {} Hz, {channels}, {}; {speed:.0} times real time\n",
        report.output.display(),
        report.seconds(),
        report.sample_rate_hz,
        report.format,
    )
}

fn print_parameters<P: Plugin>() -> ExitCode {
    print(&settings::table_text(&ParameterTable::of_plugin::<P>()))
}

/// Prints a result. Whoever reads it may have seen enough and closed the pipe, which is no failure.
fn print(text: &str) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            tracing::error!("cannot print: {error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}
