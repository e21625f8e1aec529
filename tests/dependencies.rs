//! Which way the arrows between the crates point: what a crate must not know is not among its dependencies, with whatever
//! features. And the examples, each with a lock file of its own, stand on the versions that are tested here.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The names of all packages that a package of this workspace is built from on this system, itself left out.
fn dependencies(package: &str) -> Vec<String> {
    let mut tree = Command::new(env!("CARGO"));
    tree.args(["tree", "--package", package, "--all-features", "--edges", "normal"]);
    tree.args(["--prefix", "none", "--format", "{p}", "--offline", "--locked"]);
    let output = tree.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let names = String::from_utf8_lossy(&output.stdout);
    names.lines().skip(1).filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

fn assert_without(package: &str, is_unwanted: impl Fn(&str) -> bool) {
    let dependencies = dependencies(package);
    let unwanted: Vec<&String> = dependencies.iter().filter(|name| is_unwanted(name)).collect();
    assert!(unwanted.is_empty(), "{package} depends on {unwanted:?}");
}

fn is_plugin_framework(name: &str) -> bool {
    name.starts_with("nice-plug")
}

fn is_async_runtime(name: &str) -> bool {
    name == "tokio"
}

#[test]
fn boundary_crates_know_no_plugin_framework_and_no_async_runtime() {
    for package in [
        "wavecraft-audio",
        "wavecraft-events",
        "wavecraft-ffi",
        "wavecraft-ipc",
        "wavecraft-metering",
        "wavecraft-session",
    ] {
        assert_without(package, |name| is_plugin_framework(name) || is_async_runtime(name));
    }
}

#[test]
fn live_sound_knows_no_protocol_and_no_library() {
    assert_without("wavecraft-audio", |name| matches!(name, "wavecraft-ipc" | "wavecraft-ffi"));
    assert_without("wavecraft-events", |name| !name.is_empty());
}

#[test]
fn the_webview_knows_no_crate_of_wavecraft() {
    assert_without("nice-plug-webview", |name| name.starts_with("wavecraft"));
}

#[test]
fn the_development_server_knows_plugins_through_the_c_boundary_alone() {
    assert_without("wavecraft-dev-server", |name| is_plugin_framework(name) || name == "wavecraft");
}

#[test]
fn the_checks_of_plugins_know_no_plugin_framework_and_no_other_crate() {
    assert_without("wavecraft-validate", |name| is_plugin_framework(name) || name.starts_with("wavecraft"));
}

#[test]
fn what_is_looked_for_would_be_found() {
    let dependencies = dependencies("wavecraft-nice-plug");
    assert!(dependencies.iter().any(|name| is_plugin_framework(name)), "{dependencies:?}");
    assert!(self::dependencies("wavecraft-dev-server").iter().any(|name| is_async_runtime(name)));
}

/// The lock file in a folder of this repository.
fn lock_file(folder: &Path) -> String {
    fs::read_to_string(folder.join("Cargo.lock")).unwrap()
}

/// Name, version and source of each package that a lock file has.
fn locked_packages(lock_file: &str) -> impl Iterator<Item = &str> {
    lock_file
        .split("[[package]]\n")
        .skip(1)
        .map(|package| package.split("checksum").next().unwrap_or(package))
}

#[test]
fn the_examples_are_locked_to_the_versions_that_are_tested() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let ours = lock_file(root);
    let ours: HashSet<&str> = locked_packages(&ours).collect();
    let entries = fs::read_dir(root.join("examples")).unwrap();
    let examples: Vec<PathBuf> =
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.join("Cargo.toml").is_file()).collect();
    assert!(!examples.is_empty());
    for example in examples {
        let theirs = lock_file(&example);
        let from_a_registry = locked_packages(&theirs).filter(|package| package.contains("\nsource = "));
        let others: Vec<&str> = from_a_registry.filter(|package| !ours.contains(package)).collect();
        assert!(others.is_empty(), "{} is locked to other versions: {others:#?}", example.display());
    }
}
