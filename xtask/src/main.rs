//! This repository's commands, as `cargo xtask COMMAND`: those of every plugin project, from `wavecraft-xtask`, and its own.
//! One module for each of these; [`Task`] is the list of them all.

mod bench;
mod check_platforms;
mod codegen;
mod icon;
mod package_crates;
mod test;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The package of the tests that need a host, a browser, a sound server or Python.
const HOST_TESTS_PACKAGE: &str = "wavecraft-tests";

/// Build, run and test Wavecraft.
///
/// Every command installs what it needs first, and says so.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    #[command(flatten)]
    Common(wavecraft_xtask::Command),
    /// Run the tests
    Test(test::Arguments),
    /// Measure speed, size and accuracy against their targets, into bench/
    Bench(bench::Arguments),
    /// Write the files that follow from the Rust sources; with --check, say which are out of date
    Codegen(wavecraft_xtask::codegen::Arguments),
    /// Package the crates and the page's packages as registries would have them, into target/package
    PackageCrates,
    /// Type-check the workspace for macOS and Windows
    CheckPlatforms(check_platforms::Arguments),
}

fn main() -> ExitCode {
    wavecraft_xtask::finish(dispatch(Arguments::parse().task))
}

fn dispatch(task: Task) -> Result<ExitCode> {
    match task {
        Task::Common(command) => command.run(),
        Task::Test(arguments) => test::run(&arguments),
        Task::Bench(arguments) => bench::run(&arguments),
        Task::Codegen(arguments) => codegen::run(&arguments),
        Task::PackageCrates => package_crates::run(),
        Task::CheckPlatforms(arguments) => check_platforms::run(&arguments),
    }
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;
    use clap::{CommandFactory, Parser};
    use plugin_test_support::documented_commands::{self, DocumentedCommand};

    use super::Arguments;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_says_what_it_does() {
        for command in Arguments::command().get_subcommands() {
            assert!(command.get_about().is_some(), "{} has no description", command.get_name());
        }
    }

    #[test]
    fn every_command_of_the_readme_is_one_of_these() {
        for DocumentedCommand { place, words } in documented_commands::of_the_readme() {
            let is_name_alone = words.len() == 1;
            let parsed = Arguments::try_parse_from(std::iter::once("xtask".to_owned()).chain(words));
            let error = parsed.err().filter(|error| {
                // A sentence may name a command that wants more.
                !(is_name_alone && error.kind() == ErrorKind::MissingRequiredArgument)
            });
            assert!(error.is_none(), "{place}: {}", error.map(|error| error.to_string()).unwrap_or_default());
        }
    }
}
