//! The commands of every plugin project, as `cargo xtask COMMAND`. A project's own xtask is one call:
//!
//! ```no_run
//! // `main` returns it
//! let exit_code: std::process::ExitCode = wavecraft_xtask::main();
//! ```
//!
//! What differs from project to project is read from its files: the plugin is the package that bundler.toml names, and its
//! page is in `ui`, or wherever `page` in the manifest's `[package.metadata.wavecraft]` says.
//!
//! One module for each command; [`Command`] is the list of them. Beside those stand a few modules that several commands use:
//! `project` (what cargo knows of the workspace), `process` (running other programs), `report` (what is said on the
//! terminal), `log` (what is said elsewhere), `tools` (building Wavecraft's own programs) and `system` (which operating
//! system this is). A project with commands of its own flattens [`Command`] into its own command line and calls these
//! modules as they do.
#![allow(clippy::missing_errors_doc, reason = "errors here are sentences for the terminal, whatever failed")]

pub mod bundle;
pub mod codegen;
pub mod dev;
pub mod doctor;
pub mod files;
pub mod log;
pub mod new;
pub mod package;
pub mod page;
pub mod process;
pub mod project;
pub mod report;
pub mod run;
pub mod setup;
pub mod sources;
pub mod system;
pub mod test;
pub mod tools;
pub mod validate;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Build, run and test the plugin.
///
/// Every command installs what it needs first, and says so.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct CommandLine {
    #[command(subcommand)]
    command: ProjectCommand,
}

#[derive(Subcommand)]
enum ProjectCommand {
    #[command(flatten)]
    Common(Command),
    /// Run the tests
    Test(test::Arguments),
    /// Write the ids of parameters, meters and signals for the page; with --check, say whether they are out of date
    Codegen(codegen::Arguments),
}

/// A command of every project.
#[derive(Subcommand)]
pub enum Command {
    /// Make the project of a new plugin
    New(new::Arguments),
    /// Run the plugin on real audio, and serve its page
    Dev(dev::Arguments),
    /// Install what this machine lacks to build, run and test everything
    Setup(setup::Arguments),
    /// Build the CLAP and VST3 bundles and the standalone, into target/bundled
    Bundle(bundle::Arguments),
    /// Make what musicians install, an archive and a package of this system, in target/package
    Package(package::Arguments),
    /// Build the standalone and start it
    Run(run::Arguments),
    /// Build the page, into its folder dist
    Page,
    /// Check what must hold for any plugin, on the bundle or any CLAP file
    Validate(validate::Arguments),
    /// Say what this machine has and lacks, and which installed plugins collide
    Doctor(doctor::Arguments),
    /// One step of `bundle`, in a process of its own
    #[command(hide = true)]
    Assemble(bundle::assemble::Arguments),
}

impl Command {
    /// Does it.
    pub fn run(&self) -> Result<ExitCode> {
        match self {
            Self::New(arguments) => new::run(arguments),
            Self::Dev(arguments) => dev::run(arguments),
            Self::Setup(arguments) => setup::run(arguments),
            Self::Bundle(arguments) => bundle::run(arguments),
            Self::Package(arguments) => package::run(arguments),
            Self::Run(arguments) => run::run(arguments),
            Self::Page => page::run(),
            Self::Validate(arguments) => validate::run(arguments),
            Self::Doctor(arguments) => doctor::run(arguments),
            Self::Assemble(arguments) => bundle::assemble::run(arguments),
        }
    }
}

/// The whole of a project's xtask.
pub fn main() -> ExitCode {
    finish(match CommandLine::parse().command {
        ProjectCommand::Common(command) => command.run(),
        ProjectCommand::Test(arguments) => test::run(&arguments, test::STAGES),
        ProjectCommand::Codegen(arguments) => codegen::run(&arguments),
    })
}

/// Says why a command failed, if it did, and returns what the program ends with.
pub fn finish(outcome: Result<ExitCode>) -> ExitCode {
    outcome.unwrap_or_else(|error| {
        report::error(&error);
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;
    use clap::{CommandFactory, Parser};
    use plugin_test_support::documented_commands::{self, DocumentedCommand};

    use super::CommandLine;

    #[test]
    fn the_command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn every_command_says_what_it_does() {
        for command in CommandLine::command().get_subcommands() {
            assert!(command.get_about().is_some(), "{} has no description", command.get_name());
        }
    }

    #[test]
    fn every_command_of_the_guide_is_one_of_every_project() {
        for DocumentedCommand { place, words } in documented_commands::of_the_guide() {
            let is_name_alone = words.len() == 1;
            let parsed = CommandLine::try_parse_from(std::iter::once("xtask".to_owned()).chain(words));
            let error = parsed.err().filter(|error| {
                // A sentence may name a command that wants more.
                !(is_name_alone && error.kind() == ErrorKind::MissingRequiredArgument)
            });
            assert!(error.is_none(), "{place}: {}", error.map(|error| error.to_string()).unwrap_or_default());
        }
    }
}
