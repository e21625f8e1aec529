//! Which presets the user likes best: a list of ids in a file beside the user's presets.
//!
//! What holds for presets holds for it: it is written whole, under the folder's lock, and watched.

use std::collections::BTreeSet;
use std::fs;
use std::io;

use super::user_bank::{BankError, UserBank};

/// The file's name. Its ending tells it from presets.
pub(super) const FILE: &str = "favourites.json";

/// Ids of presets. Those of presets that are gone stay: a preset may come back with another version of the plugin.
pub(super) type Favourites = BTreeSet<String>;

impl UserBank {
    /// The favourites. None where the file cannot be read.
    pub(super) fn favourites(&self) -> Favourites {
        self.read_favourites().unwrap_or_default()
    }

    /// Changes the favourites, whoever else does at the same time.
    ///
    /// # Errors
    ///
    /// [`BankError`]; nothing was changed then. A file that is no list of favourites is never written over.
    pub(super) fn change_favourites(&self, change: impl FnOnce(&mut Favourites)) -> Result<(), BankError> {
        let lock = self.lock()?;
        let before = self.read_favourites()?;
        let mut favourites = before.clone();
        change(&mut favourites);
        if favourites == before {
            return Ok(());
        }
        let mut text = serde_json::to_string_pretty(&favourites).expect("a set of texts is JSON");
        text.push('\n');
        lock.write(&self.folder().join(FILE), &text)?;
        self.notify();
        Ok(())
    }

    fn read_favourites(&self) -> Result<Favourites, BankError> {
        let path = self.folder().join(FILE);
        let read = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Favourites::new()),
            read => read.and_then(|text| serde_json::from_str(&text).map_err(io::Error::from)),
        };
        read.map_err(|source| BankError::Io { path, source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_s_favourite_is_lost_when_many_choose_at_once() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for number in 0..8 {
                let path = folder.path();
                scope.spawn(move || {
                    UserBank::open(path).change_favourites(|all| {
                        all.insert(format!("user/{number}"));
                    })
                });
            }
        });
        assert_eq!(UserBank::open(folder.path()).favourites().len(), 8);
    }
}
