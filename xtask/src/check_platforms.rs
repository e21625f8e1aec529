//! `cargo xtask check-platforms`: the workspace type-checks for the systems that this machine does not run.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::ValueEnum;

use wavecraft_xtask::bundle::Profile;
use wavecraft_xtask::page;
use wavecraft_xtask::project::Project;
use wavecraft_xtask::report;
use wavecraft_xtask::setup::platform_toolchain::{MACOS, PlatformToolchain, TARGETS, WINDOWS};
use wavecraft_xtask::setup::{self, Need};

/// The command line of `cargo xtask check-platforms`.
#[derive(clap::Args)]
pub struct Arguments {
    /// For these systems alone
    #[arg(value_name = "SYSTEM")]
    systems: Vec<System>,
}

/// A system that the plugin is written for beside Linux.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum System {
    Macos,
    Windows,
}

impl System {
    /// What is checked for it.
    fn target(self) -> &'static str {
        match self {
            Self::Macos => MACOS,
            Self::Windows => WINDOWS,
        }
    }
}

/// Checks for each of the systems, or for all if none is named, and says which ones passed.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let project = Project::load()?;
    setup::ensure(&project, &[Need::PlatformChecks])?;
    // The plugin carries it.
    page::ensure_built(&project)?;
    let toolchain = PlatformToolchain::find(&project, TARGETS)
        .context("the toolchain that was set up is not to be found")?;

    let systems =
        if arguments.systems.is_empty() { System::value_variants() } else { arguments.systems.as_slice() };
    let mut outcomes = Vec::new();
    for target in systems.iter().map(|system| system.target()) {
        report::status("Checking", format_args!("the workspace for {target} ({})", toolchain.description()));
        let started = Instant::now();
        let mut command = toolchain.command(&project, "check", target);
        command.args(["--workspace", "--all-targets", "--all-features", "--locked"]);
        // The workspace's own profile optimises macros and build scripts, which checking does compile.
        command.args(Profile::Unoptimized.arguments());
        let status = command.status().context("cargo did not start")?;
        outcomes.push((target, status.success(), started.elapsed()));
    }

    for (target, passed, elapsed) in &outcomes {
        let line = format!("{target:<24} {:>10}", report::duration(*elapsed));
        if *passed {
            report::status("Passed", line);
        } else {
            report::failure("Failed", line);
        }
    }
    let all_passed = outcomes.iter().all(|(_, passed, _)| *passed);
    Ok(if all_passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
