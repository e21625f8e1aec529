//! `cargo xtask test`: the tests of all kinds, in stages.
//!
//! `stage` says what a stage is, [`STAGES`] lists them in the order in which they run. The stages themselves stand in
//! `page` (the page's own tests), `units` (those that need nothing but cargo) and `hosts` (the bundles, loaded into hosts and
//! played through servers); each names there what it needs of the machine. `cargo_test` and `vitest` run a harness and tell
//! of it in a line for each program; everything else that programs say goes to a log. `bare` does all of it on a machine
//! that has nothing.

pub mod bare;
mod cargo_test;
mod hosts;
mod page;
mod stage;
mod tally;
mod units;
mod vitest;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::log;
use crate::project::Project;
use crate::report;
use stage::{Stage, Stages};

/// The command line of `cargo xtask test`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Only what needs no host, browser or sound server, and no system package
    #[arg(long, conflicts_with_all = ["stage", "bare", "endurance"])]
    fast: bool,

    /// Endurance tests in full length: hundreds of openings and reloads, minutes of sound
    #[arg(long)]
    endurance: bool,

    /// Only this stage; may be given several times
    #[arg(long, value_name = "NAME", value_parser = stage_names())]
    stage: Vec<String>,

    /// Only set up what each stage needs, and run the one test of each program that tries it
    #[arg(long)]
    try_needs: bool,

    /// On a Debian with a Rust toolchain, Node.js and nothing else, in a folder of its own
    #[arg(long, value_enum, value_name = "EXTENT", num_args = 0..=1, require_equals = true,
          default_missing_value = "whole", conflicts_with_all = ["stage", "try_needs", "passed_on"])]
    bare: Option<bare::Extent>,

    /// Only the tests whose name contains one of these; also takes the options of Rust's test harness
    #[arg(last = true, value_name = "FILTER")]
    passed_on: Vec<String>,
}

/// All stages, in the order in which they run.
const STAGES: &[Stage] =
    &[page::CHECK, page::UNITS, units::ALL_FEATURES, hosts::BUNDLES, hosts::HOSTS, page::BROWSER];

/// The names that `--stage` takes.
fn stage_names() -> Vec<&'static str> {
    STAGES.iter().map(|stage| stage.name).collect()
}

/// Runs the stages, and closes with what each took.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let project = Project::load()?;
    if let Some(extent) = arguments.bare {
        return bare::run(&project, extent);
    }
    let log = log::start(&project.target_directory.join("test.log"))?;
    let chosen: Vec<&Stage> = if arguments.fast {
        vec![&units::WITHOUT_PACKAGES]
    } else {
        let is_chosen = |stage: &&Stage| {
            (arguments.stage.is_empty() || arguments.stage.iter().any(|name| name == stage.name))
                // A filter is for the tests in Rust alone, which the bundles are made for.
                && (arguments.passed_on.is_empty() || stage.takes_filters)
        };
        STAGES.iter().filter(is_chosen).collect()
    };
    if chosen.is_empty() {
        bail!("the stages that were chosen take no filters");
    }
    let mut stages = Stages::new(&project, arguments);
    for stage in chosen {
        if !stages.run(stage) {
            break;
        }
    }
    let exit_code = stages.close();
    report::status("Written", format_args!("everything that was said is in {}", Project::shown(&log)));
    Ok(exit_code)
}
