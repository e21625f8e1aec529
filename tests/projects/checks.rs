//! A project's own tests, and what must hold for every plugin.

use serde_json::Value;
use wavecraft_tests::display::display;
use wavecraft_tests::plugin_project::{PluginProject, turn};

/// Its tests pass, and there are some of each kind.
pub fn assert_passes_its_tests(project: &PluginProject) {
    let said = project.xtask(&["test"]);
    for stage in
        ["page: the plugin's parameters", "page: format, lint and types", "unit and documentation tests"]
    {
        assert!(said.contains(&format!("Passed {stage}")), "{said}");
    }
    assert!(said.contains(" passed, 0 failed"), "{said}");
}

#[test]
fn a_new_effect_passes_its_own_tests() {
    assert_passes_its_tests(turn().effect());
}

#[test]
fn a_new_instrument_passes_its_own_tests() {
    assert_passes_its_tests(turn().instrument());
}

#[test]
fn the_lock_file_has_what_the_standalone_and_the_window_are_built_from() {
    let turn = turn();
    for project in [turn.effect(), turn.instrument()] {
        let lock = project.text("Cargo.lock");
        for name in ["cpal", "winit", "wavecraft-standalone", "nice-plug-webview"] {
            assert!(lock.contains(&format!("name = \"{name}\"")), "{name}");
        }
    }
}

/// `cargo xtask validate` tries all, also with a window, and finds nothing.
pub fn assert_validates(project: &PluginProject) {
    let _display = display();
    let result = project.result_of_xtask(&["validate", "--debug", "--json"]);
    let reports: Value = serde_json::from_str(&result).unwrap();
    let rows = reports[0]["rows"].as_array().unwrap();
    let failed: Vec<_> = rows.iter().filter(|row| row["outcome"] == "failed").collect();
    assert!(failed.is_empty() && rows.len() > 10, "{rows:#?}");
    let window = rows.iter().find(|row| row["name"] == "editor").unwrap();
    assert_eq!(window["outcome"], "passed", "{window}");
}

#[test]
fn a_new_effect_holds_what_every_plugin_must() {
    assert_validates(turn().effect());
}

#[test]
fn a_new_instrument_holds_what_every_plugin_must() {
    assert_validates(turn().instrument());
}
