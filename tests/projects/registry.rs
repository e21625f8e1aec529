//! A project that takes Wavecraft from a registry, by its version.

use std::fs;
use std::path::Path;

use wavecraft_tests::plugin_project::{said, turn, variable};

/// What a project's configuration of cargo begins with, among the settings that others may stand before.
const SETTINGS: &str = "[build]\n";

#[test]
fn a_crate_that_the_registry_does_not_have_is_named_with_what_to_do() {
    let turn = turn();
    let project = turn.instrument();
    let server = "wavecraft-dev-server";
    let folder = tempfile::tempdir().unwrap();
    link_all_but(server, &variable("WAVECRAFT_REGISTRY"), folder.path());
    let elsewhere = format!("[source.packaged]\ndirectory = {:?}\n\n{SETTINGS}", folder.path());
    project.edit(".cargo/config.toml", SETTINGS, &elsewhere);
    project.remove(&format!("target/wavecraft-tools/{server}"));
    let output = project.command(&["dev", "--list-devices"]).output().unwrap();
    project.edit(".cargo/config.toml", &elsewhere, SETTINGS);

    let said = said(&output);
    assert!(!output.status.success(), "{said}");
    for words in [
        "the crate wavecraft-dev-server 0.1.0 could not be had from there",
        "no matching package named `wavecraft-dev-server` found",
        "name a checkout (path = \"...\") or a git revision",
    ] {
        assert!(said.contains(words), "{words:?} is not in {said}");
    }
    // With the registry as it was, it is tried again.
    project.xtask(&["dev", "--list-devices"]);
}

/// A registry that lacks a crate.
fn link_all_but(left_out: &str, registry: &Path, folder: &Path) {
    for entry in fs::read_dir(registry).unwrap() {
        let name = entry.unwrap().file_name();
        if !name.to_string_lossy().starts_with(left_out) {
            std::os::unix::fs::symlink(registry.join(&name), folder.join(&name)).unwrap();
        }
    }
}
