//! The bundles, as `cargo xtask validate` and `cargo xtask doctor` see them.
#![cfg(target_os = "linux")]

use std::process::Command;

use plugin_test_support::display::display;
use wavecraft_tests::bundles;

plugin_test_support::needs!(WindowTests);

/// The program of the checks.
fn program() -> Command {
    let program = std::env::var_os("WAVECRAFT_VALIDATE");
    Command::new(program.expect("`cargo xtask test` builds the program of the checks and says where it is"))
}

fn output(command: &mut Command) -> String {
    let output = command.output().expect("the program of the checks runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_bundle_holds_what_every_plugin_must() {
    // The program takes the X server that this starts.
    let _display = display();
    let parameter_ids = concat!(env!("CARGO_MANIFEST_DIR"), "/parameter-ids.txt");
    let mut command = program();
    command
        .arg(bundles::clap())
        .args(["--json", "--parameter-ids", parameter_ids])
        .env("PATH", "/nonexistent");
    let reports: serde_json::Value = serde_json::from_str(&output(&mut command)).expect("it prints JSON");
    let rows = reports[0]["rows"].as_array().expect("there are rows");
    let others: Vec<_> = rows.iter().filter(|row| row["outcome"] != "passed").collect();
    // The strip takes no notes.
    let is_expected = |row: &serde_json::Value| row["words"] == "not installed" || row["name"] == "notes";
    assert!(others.iter().all(|row| is_expected(row)), "{others:#?}");
    assert!(rows.len() > others.len() + 10, "{rows:#?}");
}

#[test]
fn clap_and_vst3_are_told_by_their_ids() {
    let said = output(program().arg("--identify").args([bundles::clap(), bundles::vst3()]));
    let lines: Vec<serde_json::Value> =
        said.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    let ids: Vec<_> = lines.iter().map(|line| line["id"].as_str().unwrap_or_default()).collect();
    // The VST3 class id is "WavecraftStrip01".
    assert_eq!(ids, ["dev.wavecraft.wavecraft", "57617665637261667453747269703031"], "{said}");
    assert!(lines.iter().all(|line| line["name"] == "Wavecraft"), "{said}");
}
