//! Copies of built libraries: the system loads a file only once, and the next build writes over it.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tracing::debug;

/// The file that tells that a folder is in use: it is locked for as long as its server runs. The one beside the folders
/// is locked while a folder is made or removed.
const LOCK: &str = "lock";

/// Where this program's copies are. The folder goes with the last of them.
#[derive(Debug)]
pub(crate) struct CopyFolder {
    parent: PathBuf,
    path: PathBuf,
    next_number: AtomicU64,
    /// Locked until the end, whichever it is; `None` from then on.
    lock: Option<File>,
}

/// A library's copy. The file goes with it.
#[derive(Debug)]
pub(crate) struct LibraryCopy {
    path: PathBuf,
    _folder: Arc<CopyFolder>,
}

impl CopyFolder {
    /// Makes a folder of this process in `parent`, and removes those of servers that have ended without doing so.
    pub fn create(parent: &Path) -> io::Result<Arc<Self>> {
        let own = std::process::id().to_string();
        fs::create_dir_all(parent)?;
        // A folder is never seen without its lock: not by another server, nor by another thread of this one.
        let _parent_lock = lock_parent(parent)?;
        for entry in fs::read_dir(parent)?.flatten() {
            let folder = entry.path();
            let is_left = folder.is_dir() && entry.file_name() != *own && !is_in_use(&folder);
            if is_left && let Err(error) = fs::remove_dir_all(&folder) {
                debug!(%error, folder = %folder.display(), "what an earlier server has left stays");
            }
        }
        // Several in one process, as in tests, get a folder each.
        let mut path = parent.join(&own);
        let mut number = 1;
        while is_in_use(&path) {
            path = parent.join(format!("{own}.{number}"));
            number += 1;
        }
        fs::create_dir_all(&path)?;
        let lock = File::create(path.join(LOCK))?;
        lock.try_lock().map_err(io::Error::from)?;
        let next_number = AtomicU64::new(0);
        Ok(Arc::new(Self { parent: parent.to_owned(), path, next_number, lock: Some(lock) }))
    }

    /// Where the copies are.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Copies a library to a name that was never loaded before.
    pub fn copy(self: &Arc<Self>, library: &Path) -> io::Result<LibraryCopy> {
        let number = self.next_number.fetch_add(1, Ordering::Relaxed);
        let name = library.file_name().unwrap_or_default().to_string_lossy();
        let path = self.path.join(format!("{number}-{name}"));
        let copy = LibraryCopy { path, _folder: Arc::clone(self) };
        fs::copy(library, &copy.path)?;
        Ok(copy)
    }
}

/// Keeps others from making and removing folders in `parent` until the result is dropped.
fn lock_parent(parent: &Path) -> io::Result<File> {
    let lock = File::create(parent.join(LOCK))?;
    lock.lock()?;
    Ok(lock)
}

/// Whether a server that runs has locked the folder.
fn is_in_use(folder: &Path) -> bool {
    let Ok(lock) = File::open(folder.join(LOCK)) else { return false };
    lock.try_lock().is_err()
}

impl Drop for CopyFolder {
    fn drop(&mut self) {
        // What is left for want of the lock, the next server removes.
        let Ok(_parent_lock) = lock_parent(&self.parent) else { return };
        // Some systems keep a file, and its folder with it, for as long as it is open.
        drop(self.lock.take());
        if let Err(error) = fs::remove_dir_all(&self.path) {
            debug!(%error, "the copies' folder stays until the next start");
        }
    }
}

impl LibraryCopy {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for LibraryCopy {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            debug!(%error, "a library's copy stays until the end");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_have_names_of_their_own_and_leave_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (library, parent) = (folder.path().join("plugin.so"), folder.path().join("copies"));
        fs::write(&library, "first").unwrap();
        let copies = CopyFolder::create(&parent).unwrap();
        let first = copies.copy(&library).unwrap();
        fs::write(&library, "second").unwrap();
        let second = copies.copy(&library).unwrap();
        assert_eq!(fs::read(first.path()).unwrap(), b"first");
        assert_eq!(fs::read(second.path()).unwrap(), b"second");
        drop((first, copies));
        assert!(second.path().exists());
        drop(second);
        let left: Vec<_> = fs::read_dir(&parent).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, [LOCK], "the lock that all servers share, and no folder");
    }

    #[test]
    fn what_a_killed_server_has_left_is_removed_and_what_runs_is_not() {
        let parent = tempfile::tempdir().unwrap();
        let left = parent.path().join("1");
        fs::create_dir(&left).unwrap();
        fs::write(left.join(LOCK), "").unwrap();
        fs::write(left.join("0-plugin.so"), "old").unwrap();
        let running = CopyFolder::create(parent.path()).unwrap();
        assert!(!left.exists());
        let other = CopyFolder::create(parent.path()).unwrap();
        assert!(running.path.join(LOCK).exists());
        assert_ne!(running.path, other.path);
    }

    #[test]
    fn servers_that_start_at_once_leave_each_other_s_folders() {
        let folder = tempfile::tempdir().unwrap();
        let (library, parent) = (folder.path().join("plugin.so"), folder.path().join("copies"));
        fs::write(&library, "plugin").unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        let copies = CopyFolder::create(&parent).unwrap();
                        let copy = copies.copy(&library).unwrap();
                        std::thread::yield_now();
                        assert!(copies.path.join(LOCK).exists() && copy.path().exists());
                    }
                });
            }
        });
    }

    #[test]
    fn a_library_that_is_not_there_leaves_no_copy() {
        let parent = tempfile::tempdir().unwrap();
        let copies = CopyFolder::create(parent.path()).unwrap();
        assert!(copies.copy(Path::new("/nowhere/plugin.so")).is_err());
    }
}
