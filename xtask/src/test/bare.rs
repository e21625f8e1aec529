//! `cargo xtask test --bare`: the README's two commands on a machine that has a Rust toolchain, Node.js and nothing else.
//!
//! `machine` makes a Debian in a folder and runs commands in it, `readme` reads the commands, `record` remembers for which
//! lists of needs they have passed. The whole takes as long as a newcomer's first half hour; what decides about needs alone
//! takes a few minutes, since it uses what has been built here.

mod machine;
mod readme;
mod record;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;

use super::STAGES;
use machine::{Base, Machine};
use wavecraft_xtask::process;
use wavecraft_xtask::project::Project;
use wavecraft_xtask::report;
use wavecraft_xtask::setup::{self, Need};

/// How much is done on the bare machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Extent {
    /// The README's two commands, from a fresh clone of what is committed
    Whole,
    /// The setup of each stage by itself, and one test of each program that uses what it needs
    Needs,
    /// The needs if a list of them has changed since the whole last passed, otherwise nothing
    Auto,
}

/// What the README's first command ends with when it runs.
const SERVER_RUNS: &str = "Ctrl-C stops it";

/// Makes the machine and runs what is asked for on it. Where it cannot be made, says why and passes.
pub fn run(project: &Project, extent: Extent) -> Result<ExitCode> {
    if let Some(reason) = machine::reason_against() {
        report::warning(format_args!("no bare machine was made, and nothing was tested on one: {reason}"));
        return Ok(ExitCode::SUCCESS);
    }
    setup::ensure(project, &[Need::BareMachine])?;
    let digest = record::digest(project)?;
    let has_passed = record::passed(project)?.as_ref() == Some(&digest);
    match extent {
        Extent::Whole => {
            whole(project, &Base::make(project)?)?;
            record::write(project, &digest)?;
        }
        Extent::Auto if has_passed => {
            report::status(
                "Skipping",
                "the bare machine: the lists of needs are those for which it has passed",
            );
        }
        Extent::Needs | Extent::Auto => needs(project, &Base::make(project)?)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// How long the README's first command takes on a bare machine until the page is there, and how long once more.
pub fn time_to_page(project: &Project) -> Result<(Duration, Duration)> {
    if let Some(reason) = machine::reason_against() {
        anyhow::bail!("no bare machine can be made: {reason}");
    }
    setup::ensure(project, &[Need::BareMachine])?;
    let machine = Base::make(project)?.machine(project)?;
    machine.clone_project(project)?;
    let [dev, _] = readme::commands(project)?;
    let first = open_page(&machine, &dev)?;
    Ok((first, open_page(&machine, &dev)?))
}

/// Both commands of the README, as they stand.
fn whole(project: &Project, base: &Base) -> Result<()> {
    let machine = base.machine(project)?;
    machine.clone_project(project)?;
    if process::output_of(process::git(project).args(["status", "--porcelain"]))
        .is_some_and(|text| !text.is_empty())
    {
        report::warning("the bare machine gets what is committed; there are changes that are not");
    }
    let [dev, test] = readme::commands(project)?;
    report::status("Running", format_args!("`{dev}` on the bare machine, until its page is there"));
    let took = open_page(&machine, &dev)?;
    report::status("Passed", format_args!("`{dev}`: the page after {}", report::duration(took)));

    report::status("Running", format_args!("`{test}` on the bare machine"));
    let started = Instant::now();
    let status = machine.run(&test, "test", report::repeat)?;
    let took = report::duration(started.elapsed());
    ensure!(
        status.success(),
        "on the bare machine, `{test}` failed after {took}; see {}",
        machine.log("test")
    );
    report::status("Passed", format_args!("`{test}` in {took}"));
    Ok(())
}

/// Starts the development server, waits for its page, and ends the server. Returns how long the page took.
fn open_page(machine: &Machine, command: &str) -> Result<Duration> {
    let started = Instant::now();
    let mut running = machine.start(command, "dev", is_worth_repeating)?;
    let said = running.wait_for(SERVER_RUNS);
    let said =
        said.with_context(|| format!("`{command}` failed on the bare machine; see {}", machine.log("dev")))?;
    let url = said.iter().find_map(|line| line.trim().strip_prefix("Page "));
    let url = url.with_context(|| format!("`{command}` names no page; see {}", machine.log("dev")))?.trim();
    machine::fetch_page(url)?;
    let took = started.elapsed();
    let status = running.interrupt()?;
    ensure!(
        status.success(),
        "`{command}` was interrupted and ended with {status}; see {}",
        machine.log("dev")
    );
    Ok(took)
}

/// Of what is built, only that which is not a line for each package.
fn is_worth_repeating(line: &str) {
    let verb = line.split_whitespace().next().unwrap_or_default();
    if !["Compiling", "Downloading", "Downloaded", "Updating", "Locking", "Fresh"].contains(&verb) {
        report::repeat(line);
    }
}

/// Each stage on a machine of its own, so that none can use what another has set up.
fn needs(project: &Project, base: &Base) -> Result<()> {
    for stage in STAGES.iter().filter(|stage| !stage.is_asked_for_alone) {
        let mut machine = base.machine(project)?;
        machine.mirror_project(project)?;
        report::status("Trying", format_args!("the needs of the stage `{}` on a bare machine", stage.name));
        let started = Instant::now();
        let command = format!("cargo xtask test --try-needs --stage {}", stage.name);
        let status = machine.run(&command, stage.name, report::repeat)?;
        ensure!(
            status.success(),
            "the stage `{}` fails on a machine that has what the stage names and nothing else; see {}",
            stage.name,
            machine.log(stage.name)
        );
        report::status("Passed", format_args!("{} in {}", stage.name, report::duration(started.elapsed())));
    }
    Ok(())
}
