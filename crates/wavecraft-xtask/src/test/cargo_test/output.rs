//! What `cargo test` says, taken apart into programs of tests.

use std::collections::HashMap;
use std::mem;
use std::time::Duration;

use serde::Deserialize;

use crate::test::tally::Tally;

/// A program of tests that has ended.
#[derive(Debug, Default, PartialEq)]
pub struct Program {
    /// Its package and its target.
    pub name: String,
    /// What became of its tests.
    pub tally: Tally,
    /// How long they took.
    pub duration: Duration,
    /// If something failed: what the failed tests said, or all that the program did.
    pub words: Vec<String>,
}

/// The output so far.
#[derive(Default)]
pub struct Output {
    /// The names of programs by their files.
    names: HashMap<String, String>,
    running: Option<Running>,
}

/// A program that has not ended.
#[derive(Default)]
struct Running {
    name: String,
    lines: Vec<String>,
    /// What failed tests said: it stands between the first two lines `failures:`.
    failures: Vec<String>,
    failure_headings: usize,
    result: Option<(Tally, Duration)>,
}

/// The parts of cargo's messages that matter here.
#[derive(Deserialize)]
struct Artifact {
    package_id: String,
    target: Target,
    executable: Option<String>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

impl Output {
    /// Takes the next line. Returns a program when it has ended.
    pub fn read(&mut self, line: &str) -> Option<Program> {
        if line.starts_with("{\"reason\":") {
            self.note_artifact(line);
            return None;
        }
        if let Some(name) = self.started_program(line) {
            let ended = self.finish();
            self.running = Some(Running { name, ..Running::default() });
            return ended;
        }
        if let Some(running) = &mut self.running {
            running.read(line);
        }
        None
    }

    /// The end of the output.
    pub fn finish(&mut self) -> Option<Program> {
        self.running.take().map(Running::end)
    }

    /// Programs are named by the package that they test and by what they are in it.
    fn note_artifact(&mut self, line: &str) {
        let Ok(artifact) = serde_json::from_str::<Artifact>(line) else { return };
        let Some(executable) = artifact.executable else { return };
        let package = package_name(&artifact.package_id);
        let Target { name, kind } = artifact.target;
        let what = match kind.first().map(String::as_str) {
            Some("test") => name,
            Some(kind @ ("bench" | "example")) => format!("{kind} {name}"),
            _ => "units".to_owned(),
        };
        self.names.insert(executable, format!("{package}: {what}"));
    }

    /// The name of the program that starts with this line, if one does.
    fn started_program(&self, line: &str) -> Option<String> {
        let line = line.trim_start();
        if let Some(package) = line.strip_prefix("Doc-tests ") {
            return Some(format!("{}: documentation", package.replace('_', "-")));
        }
        let (what, file) = line.strip_prefix("Running ")?.rsplit_once(" (")?;
        let file = file.strip_suffix(')')?;
        let known = self.names.iter().find(|(path, _)| path.ends_with(file));
        Some(known.map_or_else(|| what.to_owned(), |(_, name)| name.clone()))
    }
}

impl Running {
    fn read(&mut self, line: &str) {
        self.lines.push(line.to_owned());
        if line == "failures:" {
            self.failure_headings += 1;
        } else if self.failure_headings == 1 {
            self.failures.push(line.to_owned());
        }
        if let Some(result) = line.strip_prefix("test result: ").and_then(result) {
            self.result = Some(result);
        }
    }

    fn end(mut self) -> Program {
        let (tally, duration) =
            self.result.unwrap_or((Tally { broken: 1, ..Tally::default() }, Duration::ZERO));
        let words = match tally {
            tally if tally.has_passed() => Vec::new(),
            Tally { broken: 0, .. } => mem::take(&mut self.failures),
            _ => mem::take(&mut self.lines),
        };
        Program { name: self.name, tally, duration, words }
    }
}

/// The numbers in `ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s`.
fn result(text: &str) -> Option<(Tally, Duration)> {
    let (_, numbers) = text.split_once(". ")?;
    let mut tally = Tally::default();
    let mut duration = Duration::ZERO;
    for part in numbers.split(';').map(str::trim) {
        if let Some(seconds) = part.strip_prefix("finished in ").and_then(|text| text.strip_suffix('s')) {
            duration = Duration::try_from_secs_f64(seconds.parse().ok()?).ok()?;
        } else if let Some((number, what)) = part.split_once(' ') {
            let number = number.parse().ok()?;
            match what {
                "passed" => tally.passed = number,
                "failed" => tally.failed = number,
                "ignored" => tally.skipped = number,
                _ => {}
            }
        }
    }
    Some((tally, duration))
}

/// The name within an identifier such as `path+file:///work/crates/ipc#wavecraft-ipc@0.1.0` or `path+file:///work/xtask#0.1.0`.
fn package_name(id: &str) -> &str {
    let (place, rest) = id.rsplit_once('#').unwrap_or(("", id));
    match rest.split_once('@') {
        Some((name, _)) => name,
        None => place.rsplit('/').next().unwrap_or(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARTIFACT: &str = r#"{"reason":"compiler-artifact","package_id":"path+file:///p/ipc#wavecraft-ipc@0.1.0","target":{"kind":["test"],"name":"protocol"},"executable":"/p/target/debug/deps/protocol-1"}"#;

    fn programs(text: &str) -> Vec<Program> {
        let mut output = Output::default();
        let mut programs: Vec<Program> = text.lines().filter_map(|line| output.read(line)).collect();
        programs.extend(output.finish());
        programs
    }

    #[test]
    fn programs_bear_the_names_of_package_and_target() {
        let text = format!(
            "{ARTIFACT}\n     Running tests/protocol/main.rs (target/debug/deps/protocol-1)\n\
             test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.25s\n   \
             Doc-tests wavecraft_ipc\ntest result: ok. 1 passed; 0 failed; 0 ignored\n"
        );
        let programs = programs(&text);
        assert_eq!(programs[0].name, "wavecraft-ipc: protocol");
        assert_eq!(programs[0].tally, Tally { passed: 3, skipped: 1, ..Tally::default() });
        assert_eq!(programs[0].duration, Duration::from_millis(250));
        assert_eq!(programs[1].name, "wavecraft-ipc: documentation");
    }

    #[test]
    fn examples_are_not_taken_for_units() {
        let names: Vec<String> = ["lib", "bin", "example", "bench"]
            .iter()
            .flat_map(|kind| {
                let artifact = ARTIFACT.replace(r#"["test"]"#, &format!(r#"["{kind}"]"#));
                let running = "     Running unittests it.rs (target/debug/deps/protocol-1)";
                programs(&format!("{artifact}\n{running}\n"))
            })
            .map(|program| program.name)
            .collect();
        let [units, example, bench] =
            ["units", "example protocol", "bench protocol"].map(|what| format!("wavecraft-ipc: {what}"));
        assert_eq!(names, [units.clone(), units, example, bench]);
    }

    #[test]
    fn of_failed_tests_their_own_words_are_kept() {
        let text = "     Running unittests src/lib.rs (target/debug/deps/a-1)\n\nrunning 2 tests\ntest one ... ok\n\
                    test two ... FAILED\n\nfailures:\n\n---- two stdout ----\nleft is not right\n\n\nfailures:\n    two\n\n\
                    test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n";
        let programs = programs(text);
        assert_eq!(programs[0].tally, Tally { passed: 1, failed: 1, ..Tally::default() });
        assert!(programs[0].words.contains(&"left is not right".to_owned()));
        assert!(!programs[0].words.iter().any(|line| line.contains("test one")));
    }

    #[test]
    fn a_program_that_ends_without_a_result_is_broken_and_keeps_all_it_said() {
        let text = "     Running editor.rs (target/debug/deps/editor-1)\nerror: no test was run\nerror: test failed\n";
        let programs = programs(text);
        assert!(!programs[0].tally.has_passed());
        assert_eq!(programs[0].words[0], "error: no test was run");
    }
}
