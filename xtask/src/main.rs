//! The project's own commands: `cargo xtask COMMAND`.
//!
//! One module for each command; [`Task`] is the list of them. Beside those stand a few modules that several
//! commands use: `project` (what cargo knows of the workspace), `process` (running other programs), `report`
//! (what is said on the terminal), `log` (what is said elsewhere) and `system` (which operating system this is).

mod bench;
mod bundle;
mod check_platforms;
mod dev;
mod log;
mod page;
mod process;
mod project;
mod report;
mod run;
mod setup;
mod system;
mod test;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

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
    /// Run the plugin on real audio, and serve its page
    Dev(dev::Arguments),
    /// Install what this machine lacks to build, run and test everything
    Setup(setup::Arguments),
    /// Build the CLAP and VST3 bundles and the standalone, into target/bundled
    Bundle(bundle::Arguments),
    /// Build the standalone and start it
    Run(run::Arguments),
    /// Build the page, into ui/dist
    Page,
    /// Run the tests
    Test(test::Arguments),
    /// Measure speed, size and accuracy against their targets, into bench/
    Bench(bench::Arguments),
    /// Type-check the workspace for macOS and Windows
    CheckPlatforms,
    /// One step of `bundle`, in a process of its own
    #[command(hide = true)]
    Assemble(bundle::assemble::Arguments),
}

fn main() -> ExitCode {
    match dispatch(Arguments::parse().task) {
        Ok(exit_code) => exit_code,
        Err(error) => {
            report::error(&error);
            ExitCode::FAILURE
        }
    }
}

fn dispatch(task: Task) -> Result<ExitCode> {
    match task {
        Task::Dev(arguments) => dev::run(&arguments),
        Task::Setup(arguments) => setup::run(&arguments),
        Task::Bundle(arguments) => bundle::run(&arguments),
        Task::Run(arguments) => run::run(&arguments),
        Task::Page => page::run(),
        Task::Test(arguments) => test::run(&arguments),
        Task::Bench(arguments) => bench::run(&arguments),
        Task::CheckPlatforms => check_platforms::run(),
        Task::Assemble(arguments) => bundle::assemble::run(&arguments),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

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
}
