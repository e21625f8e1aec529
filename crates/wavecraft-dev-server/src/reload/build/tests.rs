#![cfg_attr(not(unix), allow(dead_code, unused_imports, reason = "what only the tests with a shell use"))]

use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::*;

const PATIENCE: Duration = Duration::from_secs(10);

fn library_name() -> String {
    format!("/target/debug/plugin{}", std::env::consts::DLL_SUFFIX)
}

fn artifact(kind: &str, name: &str) -> Value {
    serde_json::json!({
        "reason": "compiler-artifact", "target": {"kind": [kind]}, "filenames": [name], "fresh": false
    })
}

fn diagnostic(level: &str, rendered: &str) -> Value {
    serde_json::json!({"reason": "compiler-message", "message": {"level": level, "rendered": rendered}})
}

/// A build that never goes without cargo.
fn start_build(
    command: BuildCommand,
    news: impl Fn(BuildNews) + Send + Sync + 'static,
    ended: impl FnOnce(BuildOutcome) + Send + 'static,
) -> RunningBuild {
    let direct = Arc::new(Mutex::new(DirectCompile::new(PathBuf::new())));
    RunningBuild::start(command, direct, news, ended).unwrap()
}

#[test]
fn the_library_is_the_last_that_is_no_macro() {
    let mut words = CargoMessages::default();
    let library = library_name();
    for line in [
        artifact("lib", "/target/debug/libdependency.rlib"),
        artifact("cdylib", &library),
        artifact("proc-macro", &library.replace("plugin", "macro")),
        serde_json::json!({"reason": "build-finished", "success": true}),
    ] {
        assert_eq!(words.note(&line), None, "{line}");
    }
    assert_eq!(words.outcome(true, ""), BuildOutcome::Built { library: library.into(), sources: Vec::new() });
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
fn warnings_of_packages_of_others_are_kept_back() {
    let mut words = CargoMessages::default();
    let of = |package: &str, level: &str| {
        let mut message = diagnostic(level, level);
        message["package_id"] = package.into();
        message
    };
    let (own, other) =
        ("path+file:///plugin#0.1.0", "registry+https://github.com/rust-lang/crates.io-index#a@1.0.0");
    assert_eq!(words.note(&of(other, "warning")), None);
    assert_eq!(words.note(&of(own, "warning")).as_deref(), Some("warning"));
    assert_eq!(words.note(&of(other, "error")).as_deref(), Some("error"));
}

#[test]
fn a_command_that_does_not_start_says_why() {
    let (ended, end) = mpsc::channel();
    let command = BuildCommand { program: "/nowhere/cargo".into(), arguments: vec!["rustc".into()] };
    let _build = start_build(command, |_| (), move |outcome| ended.send(outcome).unwrap());
    assert!(matches!(end.recv_timeout(PATIENCE).unwrap(), BuildOutcome::NotStarted(_)));
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
    let words_to = move |news| heard.send(news).unwrap();
    let build = start_build(command, words_to, move |outcome| ended.send(outcome).unwrap());
    assert_eq!(end.recv_timeout(PATIENCE).unwrap(), BuildOutcome::Failed("error: no".to_owned()));
    assert_eq!(words.try_iter().collect::<Vec<_>>(), [BuildNews::CompilerOutput("error: no".to_owned())]);
    drop(build);
}

#[cfg(unix)]
#[test]
fn a_build_that_is_dropped_ends_with_all_that_it_has_started() {
    let (ended, end) = mpsc::channel();
    let (started, start) = mpsc::channel();
    let line = diagnostic("note", "started");
    let command = shell(&format!("sleep 600 & echo '{line}'; wait"));
    let words = move |_| started.send(()).unwrap();
    let build = start_build(command, words, move |outcome| ended.send(outcome).unwrap());
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

#[test]
fn what_cargo_does_is_told_from_what_it_complains_about() {
    assert_eq!(
        status("   Compiling plugin v0.1.0 (/plugin)"),
        Some(("Compiling", "plugin v0.1.0 (/plugin)"))
    );
    for complaint in [
        "error: could not compile `plugin`",
        "warning: unused",
        "Caused by:",
        "  failed to parse manifest",
        "   1 |   Compiling (a line of a source)",
        "äöüäöüäöü Compiling",
        "",
    ] {
        assert_eq!(status(complaint), None, "{complaint}");
    }
}

#[test]
fn what_build_scripts_write_is_told_from_what_cargo_complains_about() {
    assert!(is_of_build_script("[tiny-plugin 0.1.0] thread 'main' has panicked"));
    for complaint in
        ["error: failed to run", "[package]", "  [tiny-plugin 0.1.0]", "[a b]", "[1, 2.0] is no array", ""]
    {
        assert!(!is_of_build_script(complaint), "{complaint}");
    }
}

/// A package, and the command that builds it as `cargo xtask dev` does.
fn package(folder: &Path) -> BuildCommand {
    std::fs::create_dir(folder.join("src")).unwrap();
    std::fs::write(folder.join("src/lib.rs"), "").unwrap();
    let manifest = folder.join("Cargo.toml");
    std::fs::write(&manifest, "[package]\nname = \"plugin\"\nedition = \"2024\"\n[workspace]\n").unwrap();
    let arguments = ["rustc", "--lib", "--crate-type", "cdylib", "--message-format", "json", "--offline"];
    let mut arguments: Vec<OsString> = arguments.map(OsString::from).to_vec();
    arguments.extend(["--target-dir".into(), folder.join("target").into()]);
    arguments.extend(["--manifest-path".into(), manifest.into()]);
    BuildCommand { program: env!("CARGO").into(), arguments }
}

#[test]
fn a_build_that_waits_for_another_run_of_cargo_says_so() {
    if plugin_test_support::is_under_wine() {
        // There is no cargo.
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let command = package(folder.path());
    let held = folder.path().join("target/debug");
    std::fs::create_dir_all(&held).unwrap();
    let held = std::fs::File::create(held.join(".cargo-lock")).unwrap();
    held.lock().unwrap();
    let (heard, news) = mpsc::channel();
    let ended = heard.clone();
    let news_to = move |news| heard.send(Ok(news)).unwrap();
    let _build = start_build(command, news_to, move |outcome| ended.send(Err(outcome)).unwrap());
    let waits = news.recv().unwrap();
    assert!(
        matches!(&waits, Ok(BuildNews::Waits(reason)) if reason.starts_with("waits for another run of cargo")),
        "{waits:?}"
    );
    held.unlock().unwrap();
    assert_eq!(news.recv().unwrap(), Ok(BuildNews::GoesOn));
    assert!(matches!(news.recv().unwrap(), Err(BuildOutcome::Built { .. })));
}
