//! `cargo xtask run`: the standalone, built and started.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::bundle::{self, ProfileArguments};
use crate::project::Project;
use crate::report;
use crate::setup;

/// The command line of `cargo xtask run`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    profile: ProfileArguments,

    /// What the standalone is given, as in `cargo xtask run -- --help`
    #[arg(last = true, value_name = "ARGS")]
    passed_on: Vec<OsString>,
}

/// Builds the standalone, then becomes it.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let project = Project::load()?;
    setup::ensure(&project, bundle::NEEDS)?;
    let profile = arguments.profile.profile();
    bundle::build_standalone(&project, profile)?;

    let file_name = format!("{}{}", project.plugin.package, std::env::consts::EXE_SUFFIX);
    let program = project.target_directory.join(profile.folder()).join(file_name);
    report::status("Running", Project::shown(&program));
    // The user's own folder stays the current one: paths among the arguments are relative to it.
    become_program(Command::new(&program).args(&arguments.passed_on), &program)
}

/// Replaces this process, so that signals, the terminal and the exit code are the program's own.
#[cfg(unix)]
pub fn become_program(command: &mut Command, program: &Path) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;

    let error = command.exec();
    Err(anyhow::Error::new(error).context(format!("could not start {}", program.display())))
}

/// Waits for the program and hands on its exit code. Ctrl-C reaches both of us; only the program answers it.
#[cfg(not(unix))]
pub fn become_program(command: &mut Command, program: &Path) -> Result<ExitCode> {
    use anyhow::Context;

    ctrlc::set_handler(|| {}).context("could not leave Ctrl-C to the program")?;
    let status = command.status().with_context(|| format!("could not start {}", program.display()))?;
    std::process::exit(status.code().unwrap_or(1))
}
