//! What the commands of a project say and do, and what `new` refuses.

mod packages;

use std::fs;
use std::path::Path;

use wavecraft_tests::plugin_project::{new_command, said, turn};

#[test]
fn the_standalone_plays_and_says_which_notes_reach_an_instrument() {
    let turn = turn();
    let effect = turn.effect().play_in_standalone(&["--headless", "--backend", "none"]);
    assert!(effect.starts_with("My Tremolo 0.1.0\n") && !effect.contains("Notes"), "{effect}");
    let instrument = turn.instrument().play_in_standalone(&["--headless", "--backend", "none"]);
    assert!(instrument.contains("  Notes   "), "{instrument}");
}

#[test]
fn the_standalone_lists_its_parameters() {
    let turn = turn();
    let list = turn.effect().result_of_xtask(&["run", "--debug", "--", "parameters"]);
    assert!(["bypass", "rate", "depth", "level"].iter().all(|id| list.contains(id)), "{list}");
}

#[test]
fn setup_and_doctor_are_about_what_a_project_needs() {
    let turn = turn();
    let project = turn.effect();
    let setup = project.xtask(&["setup"]);
    assert_eq!(setup.matches("Ready").count(), 4, "{setup}");
    let doctor = project.xtask(&["doctor"]);
    for need in ["standalone", "editor", "page", "window-tests"] {
        assert!(doctor.contains(&format!("ready         {need} ")), "{doctor}");
    }
    assert!(!doctor.contains("host-tests") && !doctor.contains("bare-machine"), "{doctor}");
}

#[test]
fn two_projects_plugins_are_installed_side_by_side_and_a_second_copy_is_noticed() {
    let turn = turn();
    let home = tempfile::tempdir().unwrap();
    for project in [turn.effect(), turn.instrument()] {
        project.xtask_of_user(home.path(), &["bundle", "--debug", "--install"]);
    }
    let doctor = turn.effect().xtask_of_user(home.path(), &["doctor"]);
    for file in ["My Tremolo.clap", "My Tremolo.vst3", "My Synth.clap", "My Synth.vst3"] {
        assert!(doctor.contains(file), "{doctor}");
    }
    assert!(!doctor.contains("only one of"), "{doctor}");

    let folder = home.path().join(".clap");
    fs::copy(folder.join("My Tremolo.clap"), folder.join("Copy.clap")).unwrap();
    let doctor = turn.effect().xtask_of_user(home.path(), &["doctor"]);
    assert!(doctor.contains("My Tremolo is installed twice (CLAP com.acme.my-tremolo)"), "{doctor}");
}

/// `new` with these arguments fails with such a sentence, and leaves `folder` as it is.
fn assert_refused(folder: &Path, arguments: &[&str], sentence: &str) {
    let before = fs::read_dir(folder).unwrap().count();
    let output = new_command().args(arguments).current_dir(folder).output().unwrap();
    let said = said(&output);
    assert!(!output.status.success() && said.contains(sentence), "{arguments:?}: {said}");
    assert_eq!(fs::read_dir(folder).unwrap().count(), before, "{arguments:?} leaves something behind");
}

#[test]
fn what_cannot_become_a_project_is_refused_in_a_sentence_and_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let vendor = ["--vendor", "Acme"];
    for name in ["My Tremolo", "2tremolo", "test"] {
        assert_refused(folder.path(), &[&[name], &vendor[..]].concat(), "name");
    }
    assert_refused(folder.path(), &["my-tremolo"], "say who makes the plugin: --vendor");
    assert_refused(folder.path(), &["my-tremolo", "--vendor", " "], "the vendor is empty");
    assert_refused(folder.path(), &["my-tremolo", "--vendor", "Acme", "--name", "A/B"], "contains '/'");
    assert_refused(
        folder.path(),
        &["my-tremolo", "--vendor", "Acme", "--from", "/no/such/folder"],
        "there is no crate wavecraft-plugin in it",
    );
    fs::create_dir(folder.path().join("mine")).unwrap();
    fs::write(folder.path().join("mine/notes.txt"), "mine").unwrap();
    assert_refused(folder.path(), &["mine", "--vendor", "Acme"], "is not empty");
    assert_eq!(fs::read_to_string(folder.path().join("mine/notes.txt")).unwrap(), "mine");
}

#[test]
fn without_node_the_project_is_made_and_what_is_missing_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = new_command();
    command.args(["my-tremolo", "--vendor", "Acme"]).current_dir(folder.path()).env("PATH", "/nonexistent");
    let output = command.output().unwrap();
    let said = said(&output);
    assert!(output.status.success() && said.contains("no Node.js 20.19 or later"), "{said}");
    assert!(folder.path().join("my-tremolo/Cargo.toml").is_file());
}
