//! The user's folder of presets under several programs at once, some of which are killed.
//!
//! This program starts itself again, as another plugin's process: the test `saves_presets_until_it_is_killed` does nothing
//! unless it is told where.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::SystemTime;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use wavecraft_ipc::PresetDescription;
use wavecraft_session::{
    BankError, FactoryBank, PluginIdentity, PresetFile, PresetLibrary, PresetValue, UserBank,
};

/// Tells the child where to save, and what its presets are called.
const FOLDER: &str = "WAVECRAFT_TEST_BANK";
const PREFIX: &str = "WAVECRAFT_TEST_PREFIX";

/// So many that a file is not written at one blow.
const MOST_VALUES: usize = 200;

fn value() -> impl Strategy<Value = PresetValue> {
    prop_oneof![
        any::<bool>().prop_map(PresetValue::Switch),
        any::<i64>().prop_map(PresetValue::Whole),
        (-1e6..1e6).prop_map(PresetValue::Number),
        any::<String>().prop_map(PresetValue::Text),
        (any::<String>(), 0.0..=1.0).prop_map(|(text, normalized)| PresetValue::Exact { text, normalized }),
    ]
}

/// A preset with random contents, always the same for the same name and number. The number stands in it as the author.
fn preset(name: &str, number: usize) -> PresetFile {
    let mut seed = [0; 16];
    seed.iter_mut()
        .zip(number.to_le_bytes().into_iter().chain(name.bytes()))
        .for_each(|(to, from)| *to = from);
    let generator = TestRng::from_seed(RngAlgorithm::XorShift, &seed);
    let mut runner = TestRunner::new_with_rng(Config::default(), generator);
    let tags = proptest::collection::vec("[a-z]{1,12}", 0..5);
    let values = proptest::collection::btree_map("[a-z_0-9]{1,12}", value(), 1..MOST_VALUES);
    let contents = (tags, proptest::option::of("\\PC{1,60}"), values).new_tree(&mut runner).unwrap();
    let (tags, description, values) = contents.current();
    let author = Some(number.to_string());
    PresetFile {
        about: PresetDescription { name: name.to_owned(), author, tags, description },
        plugin: None,
        version: None,
        values,
    }
}

fn library(folder: &Path) -> PresetLibrary {
    let plugin = PluginIdentity { vendor: "Nobody".to_owned(), name: "Example".to_owned() };
    PresetLibrary::with_user_folder(plugin, FactoryBank::Empty, folder.to_owned())
}

/// It is what somebody has saved under this name, to the last value.
fn assert_is_whole(name: &str, loaded: &PresetFile) {
    let number = loaded.about.author.as_ref().unwrap().parse().unwrap();
    assert_eq!(*loaded, preset(name, number), "{name}");
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
    let plugin = PluginIdentity { vendor: "Nobody".to_owned(), name: "Example".to_owned() };
    let library = PresetLibrary::with_user_folder(plugin, FactoryBank::Empty, folder.path().to_owned());
    let mut lasting = Saver::start(folder.path(), "lasting");
    for round in 0..8 {
        let mut killed = Saver::start(folder.path(), &format!("killed {round}"));
        saved.extend(killed.saved(1 + round));
        saved.extend(killed.kill());
        // The other goes on: a lock whose holder was killed is free.
        saved.extend(lasting.saved(2));
        // This process loads what is there while the other saves.
        for name in saved.iter().rev().take(4).map(String::as_str).chain(["Shared"]) {
            assert_is_whole(name, &library.load(&format!("user/{name}")).unwrap().0);
        }
    }
    saved.extend(lasting.kill());

    let found = files(folder.path());
    for (stem, text) in &found {
        let preset =
            PresetFile::parse(text).unwrap_or_else(|error| panic!("{stem} is half written: {error}"));
        assert_is_whole(stem, &preset);
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

#[test]
fn a_file_of_the_same_length_and_time_as_the_one_before_is_read_anew() {
    let folder = tempfile::tempdir().unwrap();
    let library = library(folder.path());
    let path = folder.path().join("Mine.toml");
    let now = SystemTime::now();
    for drive in [1, 2] {
        fs::write(&path, format!("name = \"Mine\"\n\n[values]\ndrive = {drive}\n")).unwrap();
        // As clocks do that tick slower than files are written.
        File::options().append(true).open(&path).unwrap().set_modified(now).unwrap();
        let (preset, _) = library.load("user/Mine").unwrap();
        assert_eq!(preset.values["drive"], PresetValue::Whole(drive));
    }
}
