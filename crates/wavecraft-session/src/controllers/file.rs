//! The file that keeps which controllers were learned: a list in JSON, as the protocol has it.
//!
//! It is read anew before each change, so that what another program has learned meanwhile stays, and written beside its place
//! first, so that it is whole at any time.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use wavecraft_ipc::LearnedController;

use super::map::ControllerMap;
use crate::presets::unfinished_file;

/// The file's name.
const NAME: &str = "controllers.json";

pub(super) struct ControllerFile {
    folder: PathBuf,
}

/// Why the file was not read or written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub(super) struct FileError {
    path: PathBuf,
    source: io::Error,
}

impl ControllerFile {
    /// In this folder, which is made when something is learned.
    pub fn in_folder(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// What was learned; nothing where there is no file.
    pub fn read(&self) -> Result<Vec<LearnedController>, FileError> {
        let path = self.folder.join(NAME);
        let read = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            read => read.and_then(|text| serde_json::from_str(&text).map_err(io::Error::from)),
        };
        read.map_err(|source| FileError { path, source })
    }

    /// Changes what is kept. A file that is no such list is never written over.
    pub fn change(&self, change: impl FnOnce(&mut ControllerMap)) -> Result<(), FileError> {
        let before = ControllerMap::new(self.read()?);
        let mut learned = before.clone();
        change(&mut learned);
        if learned == before {
            return Ok(());
        }
        let text = serde_json::to_string_pretty(&learned.state().controllers).expect("a list is JSON");
        let path = self.folder.join(NAME);
        write(&self.folder, &path, &(text + "\n")).map_err(|source| FileError { path, source })
    }
}

fn write(folder: &Path, path: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    unfinished_file(folder, text)?.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Controller;
    use super::*;

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
        assert_eq!(
            fs::read_dir(folder.path().join("plugin")).unwrap().count(),
            1,
            "nothing is left half written"
        );
    }
}
