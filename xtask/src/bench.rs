//! `cargo xtask bench`: what the design promises, measured on a release build, each row beside its yardstick in the same
//! run.
//!
//! `rows` has one file for each measurement and the list of them. Most of them ask the program of the package
//! `wavecraft-benches`, or one of the package `wavecraft-tests`, through `program`; `row` is what they return, `table` shows it, and `results` writes it to
//! bench/latest.json and bench/README.md, with the machine that `machine` describes.

mod machine;
mod program;
mod results;
mod row;
mod rows;
mod table;

use std::cell::{Cell, OnceCell};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use machine::Machine;
use program::Program;
use results::Results;
use rows::{MEASUREMENTS, Measurement};
use wavecraft_xtask::project::Project;
use wavecraft_xtask::report;

/// The command line of `cargo xtask bench`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Only these measurements, and nothing written to bench/
    #[arg(value_name = "MEASUREMENT")]
    only: Vec<String>,

    /// List the measurements
    #[arg(long)]
    list: bool,

    /// Also measure builds from nothing, one of them on a bare machine, which takes minutes
    #[arg(long)]
    clean_build: bool,
}

/// What measurements work with.
struct Bench {
    project: Project,
    program: Program,
    library: OnceCell<PathBuf>,
    has_clean_build: bool,
    /// What was spent on building what is measured.
    built_for: Cell<Duration>,
}

impl Bench {
    /// Builds something, which does not count as measuring.
    fn build<T>(&self, build: impl FnOnce() -> Result<T>) -> Result<T> {
        let started = Instant::now();
        let built = build();
        self.built_for.set(self.built_for.get() + started.elapsed());
        built
    }
}

/// Measures, prints the tables and writes them.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    if arguments.list {
        for measurement in MEASUREMENTS {
            println!("{:<14}  {}", measurement.name, measurement.description);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let measurements = chosen(&arguments.only)?;
    let project = Project::load()?;
    let program = Program::build(&project)?;
    let started = Instant::now();
    let machine = Machine::describe();
    let bench = Bench {
        project,
        program,
        library: OnceCell::new(),
        has_clean_build: arguments.clean_build,
        built_for: Cell::default(),
    };
    let mut results = Results::new(machine);
    for measurement in measurements {
        report::status("Measuring", measurement.description);
        match (measurement.measure)(&bench) {
            Ok(rows) => results.add(measurement.table, rows),
            // The others can still be measured; the table says that this one is missing.
            Err(error) => {
                report::failure("Failed", format_args!("{}: {error:#}", measurement.name));
                results.fail(measurement.name, &error);
            }
        }
    }
    results.finish(started.elapsed().saturating_sub(bench.built_for.get()));
    print!("{}", results.to_terminal());
    if arguments.only.is_empty() {
        results.write(&bench.project.root.join("bench"))?;
        report::status("Wrote", "bench/latest.json and bench/README.md");
    }
    Ok(if results.is_complete() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The measurements of these names, or all of them.
fn chosen(names: &[String]) -> Result<Vec<&'static Measurement>> {
    if names.is_empty() {
        return Ok(MEASUREMENTS.iter().collect());
    }
    let find = |name: &String| match MEASUREMENTS.iter().find(|measurement| measurement.name == name) {
        Some(measurement) => Ok(measurement),
        None => bail!("there is no measurement `{name}`; `cargo xtask bench --list` names them all"),
    };
    names.iter().map(find).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_names_everything_is_measured() {
        assert_eq!(chosen(&[]).unwrap().len(), MEASUREMENTS.len());
    }

    #[test]
    fn an_unknown_name_is_refused_by_name() {
        let error = chosen(&["chain".into(), "chian".into()]).err().unwrap().to_string();
        assert!(error.contains("`chian`") && error.contains("--list"), "{error}");
    }
}
