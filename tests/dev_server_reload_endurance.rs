//! Many reloads of the strip in a row, by the server as it is used.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;

use serde_json::json;
use wavecraft_tests::dev_server::DevServer;
use wavecraft_tests::sound_servers::silent_environment;
use wavecraft_tests::workspace_copy::WorkspaceCopy;
use wavecraft_tests::{breaks, endurance, quadrature};

/// The memory that no file holds as well.
const MEMORY: &str = "RssAnon";

/// In place of cargo: puts what lies ready where the server looks for it, unless it is there, and says so as cargo does.
const BUILD: &str = r#"
    cmp -s "$0/next" "$0/library.so" || { cp "$0/next" "$0/aside" && mv "$0/aside" "$0/library.so"; }
    echo '{"reason":"compiler-artifact","target":{"kind":["cdylib"]},"filenames":["'"$0"'/library.so"]}'
"#;

#[test]
fn reloads_in_a_row_lose_no_sample_and_leave_nothing_behind() {
    /// Those of the start, after which the process has what it needs.
    const FIRST: usize = 20;
    /// What a library has written to stays with the process, since the library stays mapped.
    const MOST_KEPT_KB: u64 = 100;

    let reloads = endurance::short_or_full(40, 200);
    let workspace = WorkspaceCopy::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let root = folder.path();
    let (recording, copies) = (root.join("heard.wav"), root.join("copies"));
    // Two builds of the strip, of which one makes twice as many dB of each.
    let builds = [root.join("once"), root.join("twice")];
    fs::copy(workspace.library(), &builds[0]).expect("it was built");
    workspace.edit("src/dsp/linear_smoother.rs", "LOG2_10 / 20.0", "LOG2_10 / 10.0");
    workspace.build();
    fs::copy(workspace.library(), &builds[1]).expect("it was built");
    fs::copy(&builds[0], root.join("library.so")).expect("the folder is ours");
    let tone = root.join("tone.wav");
    quadrature::write_turn(&tone);
    let source = root.join("source.rs");
    fs::write(&source, "").expect("the folder is ours");

    let [tone, output, watched, copies_folder, place] =
        [&tone, &recording, &source, &copies, root].map(|path: &Path| path.display().to_string());
    let options =
        ["--input", &tone, "--output", &output, "--copies-dir", &copies_folder, "--watch", &watched];
    let options = [&options[..], &["--", "sh", "-c", BUILD, &place]].concat();
    let server = DevServer::start_with_library(&root.join("library.so"), &silent_environment(root), &options);
    let mut page = server.page();
    page.set("output_gain", "-6 dB");
    let mut early = None;
    for reload in 1..=reloads {
        fs::copy(&builds[reload % 2], root.join("ready")).expect("the folder is ours");
        fs::rename(root.join("ready"), root.join("next")).expect("the folder is ours");
        fs::write(&source, "").expect("the folder is ours");
        page.wait_for_reload();
        if reload == FIRST {
            early = Some((server.memory_kb(MEMORY), server.descriptors()));
        }
    }
    let (early_kb, early_descriptors) = early.expect("there were more");
    let (late_kb, late_descriptors) = (server.memory_kb(MEMORY), server.descriptors());
    println!(
        "{early_kb} kB and {early_descriptors} descriptors, at the end {late_kb} kB and {late_descriptors}"
    );
    assert!(late_kb < early_kb + MOST_KEPT_KB * (reloads - FIRST) as u64, "{early_kb} kB, then {late_kb} kB");
    assert!(late_descriptors <= early_descriptors + 2, "{early_descriptors}, then {late_descriptors}");
    let status = page.audio_status();
    assert_eq!((&status["underruns"], &status["overruns"]), (&json!(0), &json!(0)), "{status}");
    // A folder of the server's, and in it the lock and the library that plays.
    let kept: usize = fs::read_dir(&copies)
        .expect("it is there")
        .flatten()
        .map(|folder| fs::read_dir(folder.path()).map_or(0, Iterator::count))
        .sum();
    assert_eq!(kept, 2);
    assert!(server.end_by("TERM").0.success());

    let frames = quadrature::read(&recording);
    let levels: Vec<f64> = frames.iter().map(|frame| quadrature::level_db(*frame)).collect();
    let is_at = |wanted_db: f64| move |level: &f64| (level - wanted_db).abs() < 0.01;
    let start = levels.windows(1_000).position(|run| run.iter().all(is_at(-6.0))).expect("it was at -6 dB");
    let breaks = breaks::of(&frames[start..], &(-12.01..=-5.99));
    assert!(breaks.is_empty(), "{breaks:?}");
    // Each of them is heard: the level goes to and fro.
    let mut changes = 0;
    let mut wanted_db = -12.0;
    for level in &levels[start..] {
        if is_at(wanted_db)(level) {
            changes += 1;
            wanted_db = -18.0 - wanted_db;
        }
    }
    assert_eq!(changes, reloads);
}
