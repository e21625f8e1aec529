//! `cargo xtask test`: the tests of all kinds, in stages.
//!
//! The page's own first, then those that need nothing but cargo, then, with the bundles made, those of the package
//! `wavecraft-tests`: they load the bundles into hosts and play sound through servers. These find what they need by two
//! variables: `WAVECRAFT_BUNDLE_DIR`, the folder of the bundles, and `WAVECRAFT_PYTHON`, the Python that has
//! tests/requirements.txt installed. Last comes the page in a browser.

mod page;

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::bundle::{self, Profile};
use crate::process;
use crate::project::{HOST_TESTS_PACKAGE, Project};
use crate::report;
use crate::setup::{self, Need, python};

/// The command line of `cargo xtask test`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Only what needs no host, browser or sound server, and no system package
    #[arg(long)]
    fast: bool,

    /// Only the tests whose name contains one of these; also takes the options of Rust's test harness
    #[arg(last = true, value_name = "FILTER")]
    passed_on: Vec<String>,
}

/// What all stages together need.
const NEEDS: &[Need] =
    &[Need::Standalone, Need::Editor, Need::Page, Need::HostTests, Need::TestSound, Need::BrowserTests];

/// Runs the stages, and closes with what each took.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let project = Project::load()?;
    let mut stages = Stages::default();

    if arguments.fast {
        stages.run("unit and documentation tests", || unit_tests(&project, arguments, false))?;
        return Ok(stages.close());
    }

    setup::ensure(&project, NEEDS)?;
    // The plugin carries it, whatever is tested first.
    crate::page::ensure_built(&project)?;
    // A filter is for the tests in Rust alone.
    if arguments.passed_on.is_empty() {
        stages.run("page: format, lint and types", || page::check(&project))?;
        stages.run("page: unit tests", || page::unit_tests(&project))?;
    }
    stages.run("unit and documentation tests", || unit_tests(&project, arguments, true))?;
    // Failed tests do not keep the next ones from running, but without bundles those could only fail.
    let bundles_made = stages.run("bundles", || bundle::make(&project, Profile::Release).map(|_| true));
    if let Err(error) = bundles_made {
        report::error(&error);
        return Ok(stages.close());
    }
    if project.has_host_tests {
        // Built first of all: nothing else may be busy while sound is played in real time.
        stages.run("programs for host tests", || host_test_programs(&project))?;
        stages.run("host and sound tests", || host_tests(&project, arguments))?;
    }
    if arguments.passed_on.is_empty() {
        stages.run("page: tests in a browser", || page::browser_tests(&project))?;
    }
    Ok(stages.close())
}

/// The tests of every package but the one for hosts.
fn unit_tests(project: &Project, arguments: &Arguments, all_features: bool) -> Result<bool> {
    let mut command = process::cargo(&project.root);
    command.args(["test", "--workspace", "--no-fail-fast"]);
    if project.has_host_tests {
        command.args(["--exclude", HOST_TESTS_PACKAGE]);
    }
    if all_features {
        command.arg("--all-features");
    }
    run_tests(&mut command, arguments)
}

/// The tests themselves, and the development server that some of them start.
fn host_test_programs(project: &Project) -> Result<bool> {
    let mut tests = process::cargo(&project.root);
    tests.args(["test", "--package", HOST_TESTS_PACKAGE, "--no-run"]);
    let mut server = process::cargo(&project.root);
    server.args(["build", "--release", "--package", "wavecraft-dev-server", "--features", "audio"]);
    for command in [&mut tests, &mut server] {
        if !command.status().context("cargo did not start")?.success() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn host_tests(project: &Project, arguments: &Arguments) -> Result<bool> {
    let mut command = process::cargo(&project.root);
    command.args(["test", "--package", HOST_TESTS_PACKAGE, "--no-fail-fast"]);
    command.env("WAVECRAFT_BUNDLE_DIR", bundle::folder(project));
    command.env("WAVECRAFT_PYTHON", python::interpreter(&project.root));
    run_tests(&mut command, arguments)
}

fn run_tests(command: &mut Command, arguments: &Arguments) -> Result<bool> {
    if !arguments.passed_on.is_empty() {
        command.arg("--").args(&arguments.passed_on);
    }
    Ok(command.status().context("cargo did not start")?.success())
}

/// What was run so far, whether it passed, and how long it took.
#[derive(Default)]
struct Stages {
    finished: Vec<(&'static str, bool, Duration)>,
}

impl Stages {
    /// Runs a stage, which tells whether it passed.
    fn run(&mut self, name: &'static str, stage: impl FnOnce() -> Result<bool>) -> Result<()> {
        let started = Instant::now();
        let outcome = stage();
        self.finished.push((name, matches!(outcome, Ok(true)), started.elapsed()));
        outcome.map(drop)
    }

    /// Says how each stage went, and returns how all of them did.
    fn close(self) -> ExitCode {
        for (name, passed, elapsed) in &self.finished {
            let line = format!("{name:<32} {:>12}", report::duration(*elapsed));
            if *passed {
                report::status("Passed", line);
            } else {
                report::failure("Failed", line);
            }
        }
        if self.all_passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn all_passed(&self) -> bool {
        self.finished.iter().all(|(_, passed, _)| *passed)
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn a_failed_stage_fails_the_whole_but_not_the_next_stage() {
        let mut stages = Stages::default();
        stages.run("first", || Ok(false)).unwrap();
        stages.run("second", || Ok(true)).unwrap();
        assert_eq!(stages.finished.iter().map(|stage| stage.1).collect::<Vec<_>>(), [false, true]);
        assert!(!stages.all_passed());
    }

    #[test]
    fn a_stage_that_could_not_run_counts_as_failed() {
        let mut stages = Stages::default();
        assert!(stages.run("first", || bail!("no cargo")).is_err());
        assert!(!stages.all_passed());
    }

    #[test]
    fn passed_stages_pass_the_whole() {
        let mut stages = Stages::default();
        stages.run("first", || Ok(true)).unwrap();
        assert!(stages.all_passed());
    }
}
