//! The page's tests, which Vitest runs. It writes what became of each test to a file, from which the terminal is told.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::stage::Run;
use super::tally::Tally;
use crate::process;
use crate::report;
use crate::setup::page_packages;

/// The test that tries what the machine must have.
const NEEDS_TEST: &str = "the machine has what these tests need";

/// What Vitest's reporter `json` writes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    test_results: Vec<File>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    name: String,
    message: String,
    status: String,
    start_time: f64,
    end_time: f64,
    assertion_results: Vec<Test>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Test {
    full_name: String,
    status: String,
    failure_messages: Option<Vec<String>>,
}

/// Runs some of Vitest's projects, with a few more variables in the environment.
pub fn run(run: &Run, projects: &[&str], environment: &[(&str, PathBuf)]) -> Result<Tally> {
    let results = run.project.target_directory.join("vitest.json");
    let _ = fs::remove_file(&results);
    let mut npm = page_packages::npm(run.project);
    npm.args(["exec", "--", "vitest", "run", "--reporter=default", "--reporter=json"]);
    npm.arg(format!("--outputFile.json={}", results.display()));
    for project in projects {
        npm.args(["--project", project]);
    }
    if run.tries_needs && projects.contains(&"browser") {
        npm.args(["--testNamePattern", NEEDS_TEST]);
    }
    run.tell(&mut npm);
    npm.envs(environment.iter().map(|(name, value)| (name, value)));
    let watched = process::watch(&mut npm, "run the page's tests", |_| {})?;
    // Without the file it has not come as far as running a test.
    let Ok(written) = fs::read_to_string(&results) else {
        report::said(&watched.last_lines);
        return Ok(Tally::of_check(false));
    };
    let report: Report = serde_json::from_str(&written).context("Vitest's results are not understood")?;
    let tally = tell(&report, &run.project.plugin.page_folder);
    ensure!(watched.status.success() || !tally.has_passed(), "Vitest failed, and no test of it did");
    if run.tries_needs {
        ensure!(tally.passed > 0, "no test tried what the machine must have");
    }
    Ok(tally)
}

/// Tells of each file with tests, and counts them.
fn tell(report: &Report, folder: &Path) -> Tally {
    let mut all = Tally::default();
    let mut folders: BTreeMap<String, (Tally, f64)> = BTreeMap::new();
    for file in &report.test_results {
        let path = Path::new(&file.name);
        let shown = path.strip_prefix(folder).unwrap_or(path);
        let tally = count(file);
        all += tally;
        let (sum, took_ms) = folders.entry(group(shown)).or_default();
        *sum += tally;
        *took_ms += file.end_time - file.start_time;
        if !tally.has_passed() {
            report::failure("Failed", shown.display());
            report::said(&failures(file));
        }
    }
    for (name, (tally, took_ms)) in folders.iter().filter(|(_, (tally, _))| tally.has_passed()) {
        // A file whose tests were all left out by a pattern is not worth a line.
        if tally.passed > 0 {
            report::program(name, tally.passed, Duration::from_secs_f64(took_ms.max(0.0) / 1_000.0));
        }
    }
    all
}

/// Tests of a package are told of together, those in a browser file by file: they take long.
fn group(file: &Path) -> String {
    let parts: Vec<_> = file.iter().map(|part| part.to_string_lossy()).collect();
    match &parts[..] {
        [packages, name, ..] if packages == "packages" => format!("page {name}"),
        [tests, browser, name, ..] if tests == "tests" && browser == "browser" => {
            format!("page in a browser: {name}")
        }
        _ => "page".to_owned(),
    }
}

fn count(file: &File) -> Tally {
    let mut tally = Tally::default();
    for test in &file.assertion_results {
        match test.status.as_str() {
            "passed" => tally.passed += 1,
            "failed" => tally.failed += 1,
            _ => tally.skipped += 1,
        }
    }
    // A file that fails before its tests has none of them.
    tally.broken = usize::from(file.status == "failed" && tally.failed == 0);
    tally
}

fn failures(file: &File) -> Vec<String> {
    let mut lines: Vec<String> = file.message.lines().map(str::to_owned).collect();
    for test in file.assertion_results.iter().filter(|test| test.status == "failed") {
        lines.push(format!("---- {} ----", test.full_name));
        lines.extend(test.failure_messages.iter().flatten().flat_map(|text| text.lines()).map(str::to_owned));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_counted_and_failures_keep_their_words() {
        let report: Report = serde_json::from_str(
            r#"{"testResults": [
                {"name": "/ui/packages/core/tests/a.test.ts", "message": "", "status": "failed", "startTime": 1, "endTime": 5.5,
                 "assertionResults": [
                    {"fullName": "adds", "status": "passed", "failureMessages": []},
                    {"fullName": "divides", "status": "failed", "failureMessages": ["by zero\nat line 3"]},
                    {"fullName": "multiplies", "status": "skipped"}]},
                {"name": "/ui/tests/browser/b.test.ts", "message": "no Chromium", "status": "failed", "startTime": 1,
                 "endTime": 1, "assertionResults": []}]}"#,
        )
        .unwrap();
        let tallies: Vec<Tally> = report.test_results.iter().map(count).collect();
        assert_eq!(tallies[0], Tally { passed: 1, failed: 1, skipped: 1, broken: 0 });
        assert_eq!(tallies[1], Tally { broken: 1, ..Tally::default() });
        assert_eq!(failures(&report.test_results[0]), ["---- divides ----", "by zero", "at line 3"]);
        assert_eq!(failures(&report.test_results[1]), ["no Chromium"]);
    }

    #[test]
    fn packages_are_told_of_as_one_and_browser_tests_each() {
        assert_eq!(group(Path::new("packages/core/tests/client.test.ts")), "page core");
        assert_eq!(group(Path::new("tests/browser/live.test.ts")), "page in a browser: live.test.ts");
        assert_eq!(group(Path::new("src/graphs/axes.test.ts")), "page");
    }
}
