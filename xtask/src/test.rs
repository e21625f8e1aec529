//! `cargo xtask test`: the tests of all kinds, in stages.
//!
//! `wavecraft-xtask` has what stages are and how they run, and the stages of every project; those of this repository stand
//! here: `units` leaves out the package that needs hosts, `hosts` makes the bundles and loads them, `browser` opens the page.
//! Four are run where they are asked for: `projects` does what plugins' authors do, `examples` does it with the examples,
//! `packaged` makes a project on packaged crates, `windows` runs under Wine what is built for Windows. `bare` does all the
//! others on a machine that has nothing.

pub mod bare;
mod browser;
mod hosts;
mod packaged;
mod projects;
mod units;
mod windows;

use std::process::ExitCode;

use anyhow::Result;
use wavecraft_xtask::project::Project;
use wavecraft_xtask::test::stage::Stage;
use wavecraft_xtask::test::{self, page};

/// The command line of `cargo xtask test`.
#[derive(clap::Args)]
// The arguments of every project have a group of the same name.
#[group(id = "repository")]
pub struct Arguments {
    #[command(flatten)]
    common: test::Arguments,

    /// On a Debian with a Rust toolchain, Node.js and nothing else, in a folder of its own
    #[arg(long, value_enum, value_name = "EXTENT", num_args = 0..=1, require_equals = true,
          default_missing_value = "whole", conflicts_with_all = ["stage", "fast", "try_needs", "endurance", "passed_on"])]
    bare: Option<bare::Extent>,
}

/// All stages, in the order in which they run.
const STAGES: &[Stage] = &[
    page::CHECK,
    page::UNITS,
    units::ALL_FEATURES,
    units::FAST,
    hosts::BUNDLES,
    hosts::HOSTS,
    browser::STAGE,
    projects::STAGE,
    projects::EXAMPLES,
    packaged::STAGE,
    windows::STAGE,
];

/// Runs the stages, or does so on a bare machine.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    match arguments.bare {
        Some(extent) => bare::run(&Project::load()?, extent),
        None => test::run(&arguments.common, STAGES),
    }
}
