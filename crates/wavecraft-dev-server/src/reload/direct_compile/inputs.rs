//! What a build depends on beside the sources of the plugin's own crate: files, and whether they are as they were.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How much older than a build a file's time must be for its content to be surely what the build has read: some file systems
/// count in steps of two seconds.
const SURE_AGE: Duration = if cfg!(test) { Duration::from_millis(50) } else { Duration::from_secs(2) };

/// The same of the time at which the system changed anything of the file, which it takes from a clock that ticks.
#[cfg(unix)]
const CLOCK_TICK: Duration = Duration::from_millis(20);

/// More than a plugin's build script asks to be watched. Each save looks at all of it.
const MOST_FILES: usize = 10_000;

/// Deeper than folders are; links may lead around in a circle.
const DEEPEST: usize = 32;

/// Files and folders by their paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct InputPaths {
    /// Files, of which some may not be there: that they come counts as well.
    pub files: BTreeSet<PathBuf>,
    /// Files and folders that must be there, with all below them.
    pub trees: BTreeSet<PathBuf>,
}

/// Files as they were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Inputs {
    paths: InputPaths,
    stamps: BTreeMap<PathBuf, Option<Stamp>>,
}

/// Why files cannot be relied on, or have changed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(in crate::reload) enum InputProblem {
    /// This one has changed, has come or is gone.
    #[error("{0} is not as it was")]
    Changed(PathBuf),
    /// This one has to be there.
    #[error("{0} is not there")]
    Missing(PathBuf),
    /// This one may have changed while it was built.
    #[error("{0} is too new")]
    TooNew(PathBuf),
    /// There is more to look at than a save has time for.
    #[error("there are too many files")]
    TooMany,
}

/// What changes when a file is written or replaced, even if its time is set back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    #[cfg(unix)]
    changed: SystemTime,
    #[cfg(unix)]
    identity: (u64, u64),
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt;
        Self {
            modified: metadata.modified().ok(),
            // That of a folder says nothing.
            length: if metadata.is_dir() { 0 } else { metadata.len() },
            #[cfg(unix)]
            changed: {
                let seconds = Duration::from_secs(metadata.ctime().try_into().unwrap_or_default());
                let nanoseconds = Duration::from_nanos(metadata.ctime_nsec().try_into().unwrap_or_default());
                SystemTime::UNIX_EPOCH + seconds + nanoseconds
            },
            #[cfg(unix)]
            identity: (metadata.dev(), metadata.ino()),
        }
    }

    fn is_surely_older_than(&self, time: SystemTime) -> bool {
        let is_modified_before = self
            .modified
            .is_some_and(|modified| modified.checked_add(SURE_AGE).is_some_and(|end| end < time));
        #[cfg(unix)]
        let is_modified_before =
            is_modified_before && self.changed.checked_add(CLOCK_TICK).is_some_and(|end| end < time);
        is_modified_before
    }
}

impl Inputs {
    /// Looks at files after a build that has begun at `start`.
    ///
    /// # Errors
    ///
    /// When one may have changed since then, or has to be there and is not.
    pub fn taken(paths: InputPaths, start: SystemTime) -> Result<Self, InputProblem> {
        let stamps = look(&paths)?;
        for (path, stamp) in &stamps {
            if stamp.is_some_and(|stamp| !stamp.is_surely_older_than(start)) {
                return Err(InputProblem::TooNew(path.clone()));
            }
        }
        Ok(Self { paths, stamps })
    }

    /// Whether all is as it was.
    ///
    /// # Errors
    ///
    /// When anything is not.
    pub fn check(&self) -> Result<(), InputProblem> {
        let now = look(&self.paths)?;
        let differs = |(path, stamp): &(&PathBuf, &Option<Stamp>)| now.get(*path) != Some(*stamp);
        let changed = self.stamps.iter().find(differs).map(|(path, _)| path);
        let added = now.keys().find(|path| !self.stamps.contains_key(*path));
        match changed.or(added) {
            Some(path) => Err(InputProblem::Changed(path.clone())),
            None => Ok(()),
        }
    }
}

fn look(paths: &InputPaths) -> Result<BTreeMap<PathBuf, Option<Stamp>>, InputProblem> {
    let mut stamps = BTreeMap::new();
    for file in &paths.files {
        let metadata = fs::metadata(file).ok();
        stamps.insert(file.clone(), metadata.map(|metadata| Stamp::of(&metadata)));
    }
    for tree in &paths.trees {
        if fs::metadata(tree).is_err() {
            return Err(InputProblem::Missing(tree.clone()));
        }
        add_tree(tree, 0, &mut stamps)?;
    }
    Ok(stamps)
}

fn add_tree(
    path: &Path,
    depth: usize,
    stamps: &mut BTreeMap<PathBuf, Option<Stamp>>,
) -> Result<(), InputProblem> {
    if depth > DEEPEST || stamps.len() > MOST_FILES {
        return Err(InputProblem::TooMany);
    }
    // A link that leads nowhere counts as a file that is not there.
    let metadata = fs::metadata(path).ok();
    stamps.insert(path.to_owned(), metadata.as_ref().map(Stamp::of));
    if metadata.is_some_and(|metadata| metadata.is_dir()) {
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            add_tree(&entry.path(), depth + 1, stamps)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    /// A file, a folder with a file, a file that is not there, and what is known of them.
    fn inputs(folder: &Path) -> Inputs {
        fs::create_dir_all(folder.join("page/deep")).unwrap();
        for file in ["manifest", "page/deep/index.html"] {
            fs::write(folder.join(file), "one").unwrap();
        }
        thread::sleep(2 * SURE_AGE);
        Inputs::taken(paths(folder), SystemTime::now()).unwrap()
    }

    fn paths(folder: &Path) -> InputPaths {
        InputPaths {
            files: ["manifest", "configuration"].map(|name| folder.join(name)).into(),
            trees: [folder.join("page")].into(),
        }
    }

    #[test]
    fn what_is_left_alone_is_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(inputs(folder.path()).check(), Ok(()));
    }

    #[test]
    fn each_change_is_seen() {
        let changes: [fn(&Path); 6] = [
            |folder| fs::write(folder.join("manifest"), "two").unwrap(),
            |folder| fs::write(folder.join("configuration"), "").unwrap(),
            |folder| fs::remove_file(folder.join("manifest")).unwrap(),
            |folder| fs::write(folder.join("page/deep/index.html"), "two").unwrap(),
            |folder| fs::write(folder.join("page/deep/style.css"), "").unwrap(),
            |folder| fs::remove_dir_all(folder.join("page")).unwrap(),
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let folder = tempfile::tempdir().unwrap();
            let inputs = inputs(folder.path());
            change(folder.path());
            assert!(inputs.check().is_err(), "{number}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_with_an_old_time_in_the_place_of_another_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let inputs = inputs(folder.path());
        let (file, other) = (folder.path().join("manifest"), folder.path().join("other"));
        let time = fs::metadata(&file).unwrap().modified().unwrap();
        fs::write(&other, "two").unwrap();
        fs::File::options().write(true).open(&other).unwrap().set_modified(time).unwrap();
        fs::rename(other, &file).unwrap();
        assert_eq!(inputs.check(), Err(InputProblem::Changed(file)));
    }

    #[test]
    fn what_may_have_changed_during_a_build_is_not_relied_on() {
        let folder = tempfile::tempdir().unwrap();
        inputs(folder.path());
        let start = SystemTime::now();
        fs::write(folder.path().join("manifest"), "two").unwrap();
        let taken = Inputs::taken(paths(folder.path()), start);
        assert_eq!(taken, Err(InputProblem::TooNew(folder.path().join("manifest"))));
        fs::remove_dir_all(folder.path().join("page")).unwrap();
        let taken = Inputs::taken(paths(folder.path()), start);
        assert_eq!(taken, Err(InputProblem::Missing(folder.path().join("page"))));
    }
}
