//! `cargo test`, told of in a line for each program of tests. What they say goes to the log; of a test that fails, the
//! terminal shows it as well.

mod output;

use std::process::Command;

use anyhow::{Result, ensure};

use super::stage::Run;
use super::tally::Tally;
use crate::process;
use crate::report;
use output::{Output, Program};

/// The test that every program with needs has, and that tries them.
const NEEDS_TEST: &str = "the_machine_has_what_this_program_needs";

/// Runs `cargo test` with further arguments of its own already given.
pub fn run(mut command: Command, run: &Run) -> Result<Tally> {
    command.args(["--no-fail-fast", "--message-format", "json-render-diagnostics"]);
    // The same words on a terminal and in the log.
    command.args(["--color", "never"]);
    run.tell(&mut command);
    if run.tries_needs {
        command.args(["--", NEEDS_TEST, "--exact"]);
    } else if !run.passed_on.is_empty() {
        command.arg("--").args(run.passed_on);
    }
    let mut output = Output::default();
    let mut tally = Tally::default();
    let watched = process::watch(&mut command, "run the tests", |line| {
        if let Some(program) = output.read(line) {
            tally += tell(&program);
        }
    })?;
    if let Some(program) = output.finish() {
        tally += tell(&program);
    }
    if !watched.status.success() && tally.has_passed() {
        // It did not come as far as running them: something does not compile.
        report::said(&watched.last_lines);
        tally += Tally::of_check(false);
    }
    ensure!(
        !run.tries_needs || tally.passed > 0 || !tally.has_passed(),
        "no test tried what the machine must have"
    );
    Ok(tally)
}

fn tell(program: &Program) -> Tally {
    let tally = program.tally;
    if tally.broken > 0 {
        report::failure("Failed", format_args!("{}: it ended before its tests did", program.name));
        report::said(&program.words);
    } else if !tally.has_passed() {
        report::failure(
            "Failed",
            format_args!("{}: {} of {} tests", program.name, tally.failed, tally.failed + tally.passed),
        );
        report::said(&program.words);
    } else if tally.passed > 0 {
        report::program(&program.name, tally.passed, program.duration);
    }
    tally
}
