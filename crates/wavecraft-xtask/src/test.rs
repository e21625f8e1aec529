//! `cargo xtask test`: the tests of all kinds, in stages.
//!
//! `stage` says what a stage is, [`STAGES`] lists those that every project has, in the order in which they run: they stand
//! in `page` (what the page is checked for) and `units` (those that need nothing but cargo). Each names there what it needs of the
//! machine. `cargo_test` and `vitest` run a harness and tell of it in a line for each program; everything else that programs
//! say goes to a log.

pub mod cargo_test;
pub mod page;
pub mod stage;
pub mod tally;
pub mod units;
pub mod vitest;

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
    #[arg(long, conflicts_with_all = ["stage", "endurance"])]
    fast: bool,

    /// Endurance tests in full length: hundreds of openings and reloads, minutes of sound
    #[arg(long)]
    endurance: bool,

    /// Only this stage; may be given several times
    #[arg(long, value_name = "NAME")]
    stage: Vec<String>,

    /// Only set up what each stage needs, and run the one test of each program that tries it
    #[arg(long)]
    try_needs: bool,

    /// Only the tests whose name contains one of these; also takes the options of Rust's test harness
    #[arg(last = true, value_name = "FILTER")]
    passed_on: Vec<String>,
}

/// The stages of every project.
pub const STAGES: &[Stage] = &[page::GENERATED, page::CHECK, units::ALL, units::FAST];

/// Runs those of a project's stages that are asked for, and closes with what each took.
pub fn run(arguments: &Arguments, stages: &[Stage]) -> Result<ExitCode> {
    let chosen = chosen(arguments, stages)?;
    let project = Project::load()?;
    let log = log::start(&project.target_directory.join("test.log"))?;
    let mut run = Stages::new(&project, arguments);
    for stage in chosen {
        if !run.run(stage) {
            break;
        }
    }
    let exit_code = run.close();
    report::status("Written", format_args!("{}, with everything that was said", Project::shown(&log)));
    Ok(exit_code)
}

fn chosen<'a>(arguments: &Arguments, stages: &'a [Stage]) -> Result<Vec<&'a Stage>> {
    let names: Vec<&str> = stages.iter().map(|stage| stage.name).collect();
    if let Some(unknown) = arguments.stage.iter().find(|name| !names.contains(&name.as_str())) {
        bail!("there is no stage `{unknown}`; there are {}", names.join(", "));
    }
    let is_named = |stage: &Stage| arguments.stage.iter().any(|name| name == stage.name);
    let is_chosen = |stage: &&Stage| {
        if arguments.fast {
            return stage.name == units::FAST.name;
        }
        let is_wanted = if arguments.stage.is_empty() { !stage.is_asked_for_alone } else { is_named(stage) };
        // A filter is for the tests in Rust alone.
        is_wanted && (arguments.passed_on.is_empty() || stage.takes_filters)
    };
    let chosen: Vec<&Stage> = stages.iter().filter(is_chosen).collect();
    if chosen.is_empty() {
        bail!("the stages that were chosen take no filters");
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(arguments: &Arguments) -> Vec<&'static str> {
        chosen(arguments, STAGES).unwrap().iter().map(|stage| stage.name).collect()
    }

    fn arguments() -> Arguments {
        Arguments { fast: false, endurance: false, stage: vec![], try_needs: false, passed_on: vec![] }
    }

    #[test]
    fn all_stages_run_but_the_one_that_is_asked_for_alone() {
        assert_eq!(names(&arguments()), ["generated", "page-check", "units"]);
        assert_eq!(names(&Arguments { fast: true, ..arguments() }), ["fast"]);
    }

    #[test]
    fn filters_leave_out_what_takes_none() {
        assert_eq!(
            names(&Arguments { passed_on: vec!["mix".into(), "gain".into()], ..arguments() }),
            ["units"]
        );
    }

    #[test]
    fn an_unknown_stage_is_named_with_those_that_there_are() {
        let error = chosen(&Arguments { stage: vec!["unit".into()], ..arguments() }, STAGES).err().unwrap();
        assert_eq!(
            error.to_string(),
            "there is no stage `unit`; there are generated, page-check, units, fast"
        );
    }

    #[test]
    fn stages_have_names_of_their_own() {
        for (index, stage) in STAGES.iter().enumerate() {
            assert!(STAGES[..index].iter().all(|other| other.name != stage.name), "{}", stage.name);
        }
    }
}
