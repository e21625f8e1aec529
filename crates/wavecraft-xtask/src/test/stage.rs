//! What a stage of the tests is, and how stages are run one after the other.

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::Arguments;
use super::tally::Tally;
use crate::log;
use crate::project::Project;
use crate::report;
use crate::setup::{self, Need};

/// By this, programs of tests learn what their stage has set up; `plugin-test-support` refuses whatever is not named.
const NEEDS_VARIABLE: &str = "WAVECRAFT_STAGE_NEEDS";

/// By this, endurance tests learn that they are to run in full length.
const ENDURANCE_VARIABLE: &str = "WAVECRAFT_ENDURANCE";

/// A stage of the tests. What it needs is set up before it runs, and it can use nothing else.
pub struct Stage {
    /// What `--stage` calls it.
    pub name: &'static str,
    /// What it does, in words.
    pub description: &'static str,
    /// What it needs of the machine.
    pub needs: &'static [Need],
    /// Whether it is run where only some tests are asked for.
    pub takes_filters: bool,
    /// Whether the next ones can only fail if it does.
    pub is_foundation: bool,
    /// Whether it runs only where it is named.
    pub is_asked_for_alone: bool,
    /// Runs it.
    pub run: fn(&Run) -> Result<Tally>,
}

/// What a stage is run with.
pub struct Run<'a> {
    /// The workspace.
    pub project: &'a Project,
    /// The names and options for Rust's test harness.
    pub passed_on: &'a [String],
    /// Whether only the test that tries the needs is wanted.
    pub tries_needs: bool,
    needs: &'static [Need],
    is_endurance: bool,
}

impl Run<'_> {
    /// The filters and options that were asked for; with those of a stage in front where no filter is among them.
    pub fn filters_or(&self, usual: &[&str]) -> Vec<String> {
        let has_filter = self.passed_on.iter().any(|argument| !argument.starts_with('-'));
        let usual = if has_filter { &[] } else { usual };
        usual.iter().map(ToString::to_string).chain(self.passed_on.iter().cloned()).collect()
    }

    /// The same run with other filters and options.
    pub fn with_filters<'a>(&'a self, filters: &'a [String]) -> Run<'a> {
        Run { passed_on: filters, ..*self }
    }

    /// Whether endurance tests are wanted in full length.
    pub fn is_endurance(&self) -> bool {
        self.is_endurance
    }

    /// Tells a program of tests what its stage has set up, and how long endurance tests are.
    pub fn tell(&self, command: &mut Command) {
        let names: Vec<String> = self.needs.iter().map(|need| need.name()).collect();
        command.env(NEEDS_VARIABLE, names.join(","));
        if self.is_endurance {
            command.env(ENDURANCE_VARIABLE, "full");
        } else {
            command.env_remove(ENDURANCE_VARIABLE);
        }
    }
}

/// The stages that were run, whether they passed, and how long they took.
pub struct Stages<'a> {
    project: &'a Project,
    arguments: &'a Arguments,
    finished: Vec<(&'static str, bool, Duration)>,
    tally: Tally,
}

impl<'a> Stages<'a> {
    /// None so far.
    pub fn new(project: &'a Project, arguments: &'a Arguments) -> Self {
        Self { project, arguments, finished: Vec::new(), tally: Tally::default() }
    }

    /// Runs a stage. Returns whether others may follow: a failed one does not keep them from it, unless they stand on it.
    pub fn run(&mut self, stage: &Stage) -> bool {
        report::status("Testing", stage.description);
        log::write(format_args!("\n==> {}\n", stage.description));
        let started = Instant::now();
        let run = Run {
            project: self.project,
            passed_on: &self.arguments.passed_on,
            tries_needs: self.arguments.try_needs,
            needs: stage.needs,
            is_endurance: self.arguments.endurance,
        };
        let outcome = setup::ensure(self.project, stage.needs).and_then(|()| (stage.run)(&run));
        let passed = match outcome {
            Ok(tally) => {
                self.tally += tally;
                tally.has_passed()
            }
            Err(error) => {
                report::error(&error.context(format!("the stage `{}` has failed", stage.name)));
                false
            }
        };
        self.finished.push((stage.description, passed, started.elapsed()));
        passed || !stage.is_foundation
    }

    /// Says how each stage went, and returns how all of them did.
    pub fn close(self) -> ExitCode {
        let all_passed = self.all_passed();
        for (description, passed, elapsed) in &self.finished {
            let line = format!("{description:<40} {:>12}", report::duration(*elapsed));
            if *passed {
                report::status("Passed", line);
            } else {
                report::failure("Failed", line);
            }
        }
        println!("{}", self.tally);
        if all_passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn all_passed(&self) -> bool {
        self.finished.iter().all(|(_, passed, _)| *passed)
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::Run;
    use crate::project::Project;
    use crate::setup::Need;

    #[test]
    fn a_stages_own_filters_count_where_none_is_asked_for() {
        let project = Project::load().unwrap();
        let filters = |passed_on: &[&str]| {
            let passed_on: Vec<String> = passed_on.iter().map(ToString::to_string).collect();
            let run = Run {
                project: &project,
                passed_on: &passed_on,
                tries_needs: false,
                needs: &[],
                is_endurance: false,
            };
            run.filters_or(&["page::"])
        };
        assert_eq!(filters(&[]), ["page::"]);
        assert_eq!(filters(&["--nocapture"]), ["page::", "--nocapture"]);
        assert_eq!(filters(&["effect", "--nocapture"]), ["effect", "--nocapture"]);
    }

    #[test]
    fn needs_bear_the_names_by_which_test_programs_ask_for_them() {
        let known: Vec<String> = Need::value_variants().iter().map(|need| need.name()).collect();
        for need in plugin_test_support::Need::ALL {
            assert!(known.iter().any(|name| name == need.name()), "{need:?}");
        }
        assert_eq!(super::NEEDS_VARIABLE, plugin_test_support::needs::STAGE_NEEDS_VARIABLE);
        assert_eq!(super::ENDURANCE_VARIABLE, plugin_test_support::endurance::VARIABLE);
    }
}
