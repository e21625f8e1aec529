#![cfg_attr(not(unix), allow(dead_code, unused_imports, reason = "what only the tests with a shell use"))]

use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::*;

const PATIENCE: Duration = Duration::from_secs(10);

fn library_name() -> String {
    format!("/target/debug/plugin{}", std::env::consts::DLL_SUFFIX)
}

fn artifact(kind: &str, name: &str) -> String {
    serde_json::json!({
        "reason": "compiler-artifact", "target": {"kind": [kind]}, "filenames": [name], "fresh": false
    })
    .to_string()
}

fn diagnostic(level: &str, rendered: &str) -> String {
    serde_json::json!({"reason": "compiler-message", "message": {"level": level, "rendered": rendered}})
        .to_string()
}

#[test]
fn the_library_is_the_last_that_is_no_macro() {
    let mut words = CargoMessages::default();
    let library = library_name();
    for line in [
        artifact("lib", "/target/debug/libdependency.rlib"),
        artifact("cdylib", &library),
        artifact("proc-macro", &library.replace("plugin", "macro")),
        "a build script's own words".to_owned(),
        r#"{"reason":"build-finished","success":true}"#.to_owned(),
    ] {
        assert_eq!(words.note(&line), None, "{line}");
    }
    assert_eq!(words.outcome(true, ""), BuildOutcome::Built(library.into()));
}

#[test]
fn the_first_error_is_what_pages_get() {
    let mut words = CargoMessages::default();
    assert_eq!(words.note(&diagnostic("warning", "unused")).as_deref(), Some("unused"));
    let coloured = "\u{1b}[1m\u{1b}[91merror\u{1b}[0m: expected `;`\n";
    assert_eq!(words.note(&diagnostic("error", coloured)).as_deref(), Some(coloured));
    assert!(words.note(&diagnostic("error", "aborting")).is_some());
    assert_eq!(words.outcome(false, "noise"), BuildOutcome::Failed("error: expected `;`".to_owned()));
}

#[test]
fn without_a_compiler_s_error_it_is_cargo_s_own() {
    let complaint = "error: failed to parse manifest\n";
    let outcome = CargoMessages::default().outcome(false, complaint);
    assert_eq!(outcome, BuildOutcome::Failed(complaint.trim().to_owned()));
    assert!(
        matches!(CargoMessages::default().outcome(false, ""), BuildOutcome::Failed(why) if !why.is_empty())
    );
}

#[test]
fn a_build_without_a_library_has_failed() {
    let outcome = CargoMessages::default().outcome(true, "");
    assert!(matches!(outcome, BuildOutcome::Failed(why) if why.contains("no library")));
}

#[test]
fn long_errors_are_cut_between_letters() {
    let cut = bounded(&"ä".repeat(LONGEST_MESSAGE_BYTES));
    assert!(cut.len() < LONGEST_MESSAGE_BYTES + 8 && cut.ends_with("ä …"));
}

#[cfg(unix)]
fn shell(script: &str) -> BuildCommand {
    BuildCommand { program: "sh".into(), arguments: vec!["-c".into(), script.into()] }
}

#[cfg(unix)]
#[test]
fn a_command_s_words_and_its_end_are_heard() {
    let (heard, words) = mpsc::channel();
    let (ended, end) = mpsc::channel();
    let line = diagnostic("error", "error: no");
    let command = shell(&format!("echo '{line}'; echo noise >&2; exit 101"));
    let words_to = move |text: &str| heard.send(text.to_owned()).unwrap();
    let build = RunningBuild::start(&command, words_to, move |outcome| ended.send(outcome).unwrap()).unwrap();
    assert_eq!(end.recv_timeout(PATIENCE).unwrap(), BuildOutcome::Failed("error: no".to_owned()));
    assert_eq!(words.try_iter().collect::<Vec<_>>(), ["error: no"]);
    drop(build);
}

#[cfg(unix)]
#[test]
fn a_build_that_is_dropped_ends_with_all_that_it_has_started() {
    let (ended, end) = mpsc::channel();
    let (started, start) = mpsc::channel();
    let line = diagnostic("note", "started");
    let command = shell(&format!("sleep 600 & echo '{line}'; wait"));
    let words = move |_: &str| started.send(()).unwrap();
    let build = RunningBuild::start(&command, words, move |outcome| ended.send(outcome).unwrap()).unwrap();
    start.recv_timeout(PATIENCE).unwrap();
    let dropped = Instant::now();
    drop(build);
    // Its output ends only when `sleep`, which has inherited it, does.
    assert!(
        matches!(end.recv_timeout(PATIENCE).unwrap(), BuildOutcome::Failed(_)),
        "{:?}",
        dropped.elapsed()
    );
}
