//! The program, on the library of the example `faulty_plugins`.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The plugins in the library, in its order.
const PLUGINS: [&str; 3] = ["Sound", "Allocating", "Crashing"];

/// A copy of the library as a bundle is called.
struct Bundle {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn bundle() -> Bundle {
    let tests = std::env::current_exe().unwrap();
    let name = format!("{}faulty_plugins{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let library = tests.parent().unwrap().parent().unwrap().join("examples").join(name);
    assert!(library.is_file(), "no {}: cargo builds it where all targets are tested", library.display());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Sound.clap");
    std::fs::copy(library, &path).unwrap();
    Bundle { _folder: folder, path }
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wavecraft-validate"));
    // What else is installed on this machine is no part of these tests.
    command.env("PATH", "/nonexistent").env_remove("DISPLAY").env_remove("WAVECRAFT_RECORD");
    command
}

fn reports(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!(
            "{error}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    })
}

/// The outcome and the words of a check on one of the plugins.
fn row<'a>(reports: &'a serde_json::Value, plugin: &str, check: &str) -> (&'a str, &'a str) {
    let reports = reports.as_array().unwrap();
    let report = reports.iter().find(|report| report["plugin"]["name"] == plugin).unwrap();
    let rows = report["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["name"] == check).unwrap();
    (row["outcome"].as_str().unwrap(), row["words"].as_str().unwrap())
}

#[test]
fn a_crash_is_one_checks_failure_and_the_others_go_on() {
    let bundle = bundle();
    let output =
        program().arg(&bundle.path).args(["--json", "--check", "silence", "--check", "identity"]).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let reports = reports(&output);
    assert_eq!(row(&reports, "Sound", "silence").0, "passed");
    let (outcome, words) = row(&reports, "Crashing", "silence");
    assert_eq!(outcome, "failed");
    // Only there are processes ended by signals.
    assert!(cfg!(not(unix)) || words.contains("ended by signal 6 (SIGABRT"), "{words}");
    assert_eq!(row(&reports, "Crashing", "identity"), ("passed", ""));
}

#[test]
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn what_a_library_allocates_is_seen() {
    let bundle = bundle();
    let output = program().arg(&bundle.path).args(["--json", "--check", "allocations"]).output().unwrap();
    let reports = reports(&output);
    assert_eq!(row(&reports, "Sound", "allocations").0, "passed");
    let (outcome, words) = row(&reports, "Allocating", "allocations");
    assert_eq!(outcome, "failed");
    assert!(words.contains("takes memory 2 times"), "{words}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_library_that_does_not_stay_loaded_is_found() {
    let bundle = bundle();
    let output =
        program().arg(&bundle.path).args(["--json", "--check", "linked_libraries"]).output().unwrap();
    let reports = reports(&output);
    let (outcome, words) = row(&reports, "Sound", "linked_libraries");
    assert_eq!(outcome, "failed");
    assert!(words.contains("DF_1_NODELETE"), "{words}");
}

#[test]
fn plugins_are_identified_and_what_is_none_is_said() {
    let bundle = bundle();
    let text = bundle.path.with_file_name("Text.clap");
    std::fs::write(&text, "no library").unwrap();
    let output = program().arg("--identify").args([&bundle.path, &text]).output().unwrap();
    assert!(output.status.success());
    let output = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<serde_json::Value> =
        output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().filter_map(|line| line["name"].as_str()).collect::<Vec<_>>(), PLUGINS);
    assert_eq!(lines[0]["id"], "dev.wavecraft.tests.sound");
    assert_eq!(lines[3]["file"], text.to_str().unwrap());
    assert!(lines[3]["error"].as_str().unwrap().starts_with("it cannot be loaded"), "{output}");
}

#[test]
#[cfg(unix)]
fn installed_validators_have_their_say_in_the_same_table() {
    use std::os::unix::fs::PermissionsExt;

    let bundle = bundle();
    let folder = bundle.path.parent().unwrap();
    let install = |name: &str, script: &str| {
        let path = folder.join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    install("clap-validator", "echo \"looks at $2\"; echo '3 tests run, 3 passed'");
    install("pluginval", "echo '!!! Test 5 failed'; exit 1");
    std::fs::create_dir(folder.join("Sound.vst3")).unwrap();
    let output = program().env("PATH", folder).arg(&bundle.path).arg("--json").output().unwrap();
    let reports = reports(&output);
    let last = PLUGINS[2];
    assert_eq!(row(&reports, last, "clap-validator"), ("passed", "3 tests run, 3 passed"));
    let (outcome, words) = row(&reports, last, "pluginval");
    assert!(outcome == "failed" && words.contains("!!! Test 5 failed"), "{words}");
    assert_eq!(row(&reports, last, "VST3 validator"), ("skipped", "not installed"));
}

#[test]
fn a_file_that_is_not_there_is_said_in_words() {
    let output = program().arg(Path::new("/nonexistent/Gain.clap")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: /nonexistent/Gain.clap: there is no such file\n"
    );
}
