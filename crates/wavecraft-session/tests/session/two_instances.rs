//! Two instances that save and load at the same time, as in two windows or two programs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use std::thread;

use proptest::prelude::*;
use wavecraft_ipc::{HostError, PresetDescription};
use wavecraft_session::PresetFile;

use crate::studio::{Studio, value};

/// Few names, so that both instances want the same files.
const NAMES: [&str; 3] = ["One", "Two", "Three"];

#[derive(Clone, Debug)]
enum Action {
    /// Saves these values, in place of what is there.
    Save(usize, f32, f32),
    Load(usize),
}

fn action() -> impl Strategy<Value = Action> {
    let name = || 0..NAMES.len();
    prop_oneof![
        (name(), 0.0_f32..=1.0, 0.0_f32..=1.0).prop_map(|(name, drive, mix)| Action::Save(name, drive, mix)),
        name().prop_map(Action::Load),
    ]
}

/// What anybody has begun to save under each name, to the bit, and which names are certainly there.
#[derive(Default)]
struct Saved {
    versions: BTreeMap<&'static str, BTreeSet<(u32, u32)>>,
    finished: BTreeSet<&'static str>,
}

fn perform(studio: &Studio, saved: &Mutex<Saved>, action: &Action) {
    match *action {
        Action::Save(name, drive, mix) => {
            let name = NAMES[name];
            studio.daw.automate("drive", value(drive));
            studio.daw.automate("mix", value(mix));
            let version = (drive.to_bits(), mix.to_bits());
            saved.lock().unwrap().versions.entry(name).or_default().insert(version);
            let about = PresetDescription { name: name.to_owned(), ..PresetDescription::default() };
            assert_eq!(studio.control().save_preset(&about, true).as_deref(), Ok(&*format!("user/{name}")));
            saved.lock().unwrap().finished.insert(name);
        }
        Action::Load(name) => {
            let name = NAMES[name];
            let is_there = saved.lock().unwrap().finished.contains(name);
            match studio.control().load_preset(&format!("user/{name}")) {
                Ok(ignored) => {
                    assert!(ignored.is_empty(), "{ignored:?}");
                    let version = (studio.get("drive").to_bits(), studio.get("mix").to_bits());
                    let saved = saved.lock().unwrap();
                    assert!(saved.versions[name].contains(&version), "{name}: nobody has saved {version:?}");
                }
                Err(HostError::NoSuchPreset { .. }) => assert!(!is_there, "{name} is lost"),
                Err(error) => panic!("{name}: {error}"),
            }
        }
    }
}

/// Every name that was saved is there, whole, with values that somebody has saved.
fn check(folder: &Path, saved: &Saved) {
    let studio = Studio::new(folder);
    for (name, versions) in &saved.versions {
        let text = std::fs::read_to_string(folder.join(format!("{name}.toml"))).unwrap();
        assert_eq!(PresetFile::parse(&text).unwrap().about.name, *name);
        studio.control().load_preset(&format!("user/{name}")).unwrap();
        assert!(versions.contains(&(studio.get("drive").to_bits(), studio.get("mix").to_bits())), "{name}");
    }
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let left = files.filter(|file| file.file_name().to_string_lossy().starts_with(".unfinished-"));
    assert_eq!(left.count(), 0, "nothing half written is left");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn what_is_loaded_was_saved_whole_and_nothing_that_was_saved_is_lost(
        one in proptest::collection::vec(action(), 1..12),
        other in proptest::collection::vec(action(), 1..12),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let saved = Mutex::new(Saved::default());
        thread::scope(|scope| {
            for actions in [&one, &other] {
                let (folder, saved) = (folder.path(), &saved);
                scope.spawn(move || {
                    let studio = Studio::new(folder);
                    actions.iter().for_each(|action| perform(&studio, saved, action));
                });
            }
        });
        check(folder.path(), &saved.lock().unwrap());
    }
}
