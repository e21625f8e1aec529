//! The user's folder of presets under several programs at once, some of which are killed.
//!
//! This program starts itself again, as another plugin's process: the test `saves_presets_until_it_is_killed` does nothing
//! unless it is told where.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;

use wavecraft_ipc::PresetDescription;
use wavecraft_session::{BankError, PresetFile, PresetValue, UserBank};

/// Tells the child where to save, and what its presets are called.
const FOLDER: &str = "WAVECRAFT_TEST_BANK";
const PREFIX: &str = "WAVECRAFT_TEST_PREFIX";

/// Long enough that a file is not written at one blow.
const VALUES: usize = 2_000;

fn preset(name: &str, number: usize) -> PresetFile {
    let values = (0..VALUES).map(|index| (format!("p{index}"), PresetValue::Whole(number as i64)));
    PresetFile {
        about: PresetDescription { name: name.to_owned(), ..PresetDescription::default() },
        plugin: None,
        version: None,
        values: values.collect(),
    }
}

/// What is in the folder, by the names of the files without their ending.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let visible = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    visible
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .map(|path| {
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap())
        })
        .collect()
}

fn unfinished(folder: &Path) -> usize {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name.to_string_lossy().starts_with(".unfinished-")).count()
}

struct Saver {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Saver {
    fn start(folder: &Path, prefix: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "saves_presets_until_it_is_killed", "--nocapture"]);
        let mut child =
            command.env(FOLDER, folder).env(PREFIX, prefix).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Waits until it has saved so many more, and returns their names.
    fn saved(&mut self, count: usize) -> Vec<String> {
        let saved = self.lines.by_ref().map(Result::unwrap);
        saved.filter_map(|line| Some(line.strip_prefix("saved ")?.to_owned())).take(count).collect()
    }

    /// Kills it, wherever it is, and returns what it had said before.
    fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.saved(usize::MAX)
    }
}

#[test]
fn saves_presets_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let prefix = std::env::var(PREFIX).unwrap();
    let bank = UserBank::open(Path::new(&folder));
    for number in 0.. {
        // Half of them are new, half replace the one that all programs share.
        let name = format!("{prefix} {number}");
        bank.save(&preset(&name, number), false).unwrap();
        bank.save(&preset("Shared", number), true).unwrap();
        println!("saved {name}");
    }
}

#[test]
fn nothing_is_half_written_or_lost_when_programs_are_killed_while_they_save() {
    let folder = tempfile::tempdir().unwrap();
    let mut saved = BTreeSet::new();
    let mut lasting = Saver::start(folder.path(), "lasting");
    for round in 0..8 {
        let mut killed = Saver::start(folder.path(), &format!("killed {round}"));
        saved.extend(killed.saved(1 + round));
        saved.extend(killed.kill());
        // The other goes on: a lock whose holder was killed is free.
        saved.extend(lasting.saved(2));
    }
    saved.extend(lasting.kill());

    let found = files(folder.path());
    for (stem, text) in &found {
        let preset =
            PresetFile::parse(text).unwrap_or_else(|error| panic!("{stem} is half written: {error}"));
        assert_eq!(preset.values.len(), VALUES, "{stem}");
        assert_eq!(preset.about.name, *stem);
    }
    let lost: Vec<_> = saved.iter().filter(|name| !found.contains_key(*name)).collect();
    assert!(lost.is_empty(), "{lost:?}");
    UserBank::open(folder.path()).save(&preset("Last", 0), false).unwrap();
    assert_eq!(unfinished(folder.path()), 0, "what killed programs were writing goes with the next change");
}

#[test]
fn of_two_programs_that_save_the_same_name_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let savers: Vec<_> = (0..8)
            .map(|number| {
                let path = folder.path();
                scope.spawn(move || UserBank::open(path).save(&preset("Mine", number), false))
            })
            .collect();
        savers.into_iter().map(|saver| saver.join().unwrap()).collect()
    });
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    assert!(
        outcomes
            .iter()
            .filter_map(|outcome| outcome.as_ref().err())
            .all(|error| matches!(error, BankError::Exists(_)))
    );
}

#[test]
fn what_is_no_preset_is_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Mine.toml"), "half a pre").unwrap();
    fs::write(folder.path().join("OTHER.toml"), [0xff, 0xfe]).unwrap();
    fs::create_dir(folder.path().join("third.toml")).unwrap();
    let bank = UserBank::open(folder.path());
    for (name, stem) in [("Mine", "Mine 2"), ("other", "other 2"), ("Third", "Third 2"), ("MINE", "MINE 3")] {
        assert_eq!(bank.save(&preset(name, 0), true).unwrap(), stem);
    }
    assert_eq!(fs::read_to_string(folder.path().join("Mine.toml")).unwrap(), "half a pre");
    assert!(matches!(bank.rename("Mine", "Better"), Err(BankError::Refused(_))));
}

#[test]
fn names_that_differ_by_what_files_cannot_have_are_different_presets() {
    let folder = tempfile::tempdir().unwrap();
    let bank = UserBank::open(folder.path());
    let stems: Vec<_> = ["A/B", "A:B", "a*b", "CON", "Straße", "STRASSE"]
        .iter()
        .map(|name| bank.save(&preset(name, 0), false).unwrap())
        .collect();
    assert_eq!(stems, ["A_B", "A_B 2", "a_b 3", "_CON", "Straße", "STRASSE 2"]);
}

#[test]
fn other_programs_changes_are_noticed_even_the_first() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("vendor/plugin/presets");
    let bank = UserBank::open(&folder);
    let (sender, changes) = mpsc::channel();
    let _subscription = bank.subscribe(move || {
        // The watch outlives the test by a moment.
        let _ = sender.send(());
    });
    let other = Saver::start(&folder, "other");
    // What is watched for the folder's coming has no more than a few events to tell. Whoever hears of one lists the folder or, as
    // here, subscribes: then that is watched which has come meanwhile, and the folder itself in the end.
    for _ in 0..100 {
        changes.recv().unwrap();
        let _listing = bank.subscribe(|| {});
    }
    other.kill();
}
