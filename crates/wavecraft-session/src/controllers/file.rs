//! The file that keeps which controllers were learned: a list in JSON, as the protocol has it.
//!
//! It is read anew before each change, under the folder's lock, so that what other programs learn meanwhile stays.

use std::fs;
use std::io;
use std::path::PathBuf;

use wavecraft_ipc::LearnedController;

use super::map::ControllerMap;
use crate::shared_folder::{FolderError, FolderLock};

/// The file's name.
const NAME: &str = "controllers.json";

pub(super) struct ControllerFile {
    folder: PathBuf,
}

impl ControllerFile {
    /// In this folder, which is made when something is learned.
    pub fn in_folder(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// What was learned; nothing where there is no file.
    pub fn read(&self) -> Result<Vec<LearnedController>, FolderError> {
        let path = self.folder.join(NAME);
        let read = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            read => read.and_then(|text| serde_json::from_str(&text).map_err(io::Error::from)),
        };
        read.map_err(|source| FolderError::io(&path, source))
    }

    /// Changes what is kept, whoever else does at the same time. A file that is no such list is never written over.
    pub fn change(&self, change: impl Fn(&mut ControllerMap)) -> Result<(), FolderError> {
        if self.changed(&change)?.is_none() {
            return Ok(());
        }
        let lock = FolderLock::take(&self.folder)?;
        // Another program may have been quicker.
        let Some(learned) = self.changed(&change)? else { return Ok(()) };
        let text = serde_json::to_string_pretty(&learned.state().controllers).expect("a list is JSON");
        lock.write(&self.folder.join(NAME), &(text + "\n"))
    }

    /// What is kept after a change; none if it is as before.
    fn changed(&self, change: impl Fn(&mut ControllerMap)) -> Result<Option<ControllerMap>, FolderError> {
        let before = ControllerMap::new(self.read()?);
        let mut learned = before.clone();
        change(&mut learned);
        Ok((learned != before).then_some(learned))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Controller;
    use super::*;
    use crate::shared_folder::LOCK;

    #[test]
    fn what_two_programs_have_learned_is_kept_and_a_foreign_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = || ControllerFile::in_folder(folder.path().join("plugin"));
        assert!(file().read().unwrap().is_empty());
        file().change(|learned| _ = learned.forget("drive")).unwrap();
        assert!(!folder.path().join("plugin").exists(), "there is nothing to keep");
        for (number, id) in [(1, "drive"), (7, "mix")] {
            file().change(|learned| learned.assign(Controller { channel: 2, number }, id)).unwrap();
        }
        let expected = [("drive", 1), ("mix", 7)];
        let expected =
            expected.map(|(id, controller)| LearnedController { id: id.to_owned(), channel: 3, controller });
        assert_eq!(file().read().unwrap(), expected);
        let path = folder.path().join("plugin").join(NAME);
        fs::write(&path, "mine").unwrap();
        assert!(file().change(|learned| _ = learned.forget("mix")).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        let files = fs::read_dir(folder.path().join("plugin")).unwrap();
        let mut names: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        assert_eq!(names, [LOCK, NAME], "nothing is left half written");
    }

    #[test]
    fn nothing_that_was_learned_is_lost_when_many_programs_learn_at_once() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for number in 0..8 {
                let file = ControllerFile::in_folder(folder.path().to_owned());
                scope.spawn(move || {
                    let learned = |map: &mut ControllerMap| {
                        map.assign(Controller { channel: 0, number }, &format!("parameter-{number}"));
                    };
                    file.change(learned).unwrap();
                });
            }
        });
        let file = ControllerFile::in_folder(folder.path().to_owned());
        assert_eq!(file.read().unwrap().len(), 8);
    }
}
