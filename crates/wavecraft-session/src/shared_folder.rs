//! A folder with files of the user's that any number of programs change at once.
//!
//! - **Nothing is half written.** A file is written beside its place, flushed to the disk, and renamed.
//! - **Nothing is refused because somebody reads.** Windows replaces and removes no file that is open: it is waited for.
//! - **Nothing is lost.** Whoever changes the folder holds a lock on a file in it, from looking what is there to renaming;
//!   the system lets go of it when a program is killed.
//! - **What killed programs left behind** goes with the next change: nobody who holds the lock has a file half written.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::NamedTempFile;

/// The file whose lock is held by whoever changes the folder.
pub(crate) const LOCK: &str = ".lock";

/// What files are called that are being written.
const UNFINISHED: &str = ".unfinished-";

/// How long somebody else may be changing the folder, or on Windows have a file open. Either takes milliseconds; a program that
/// was stopped in the middle must not stop the others.
const WAIT_LIMIT: Duration = Duration::from_secs(2);

/// How long to wait before looking at the lock, or trying a file, again.
const WAIT_PAUSE: Duration = Duration::from_millis(2);

/// Why a folder was not changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FolderError {
    /// Another program has been changing it for too long.
    #[error("another program is changing {}; try again", .0.display())]
    Busy(PathBuf),
    /// The folder or a file in it cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
}

impl FolderError {
    pub fn io(path: &Path, source: io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }
}

/// The right to change a folder, until it is dropped.
pub(crate) struct FolderLock {
    folder: PathBuf,
    /// The lock goes when it is closed.
    _file: File,
}

impl FolderLock {
    /// Makes the folder if there is none, and waits for its lock, at most two seconds.
    pub fn take(folder: &Path) -> Result<Self, FolderError> {
        fs::create_dir_all(folder).map_err(|error| FolderError::io(folder, error))?;
        let path = folder.join(LOCK);
        let file = File::options().create(true).append(true).open(&path);
        let file = file.map_err(|error| FolderError::io(&path, error))?;
        match patiently(|| file.try_lock(), |error| matches!(error, TryLockError::WouldBlock)) {
            Ok(()) => {}
            // A file system without locks: renaming is still whole.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(FolderError::io(&path, error)),
            Err(TryLockError::WouldBlock) => return Err(FolderError::Busy(folder.to_owned())),
        }
        let lock = Self { folder: folder.to_owned(), _file: file };
        lock.remove_unfinished();
        Ok(lock)
    }

    /// Writes a file of the folder whole, or not at all.
    pub fn write(&self, path: &Path, text: &str) -> Result<(), FolderError> {
        let write = || -> io::Result<()> {
            let mut file = Some(unfinished_file(&self.folder, text)?.into_temp_path());
            let name = || {
                let unnamed = file.take().expect("it is put back whenever it could not be named");
                unnamed.persist(path).map_err(|refused| {
                    file = Some(refused.path);
                    refused.error
                })
            };
            patiently(name, is_open_elsewhere)?;
            self.sync()
        };
        write().map_err(|error| FolderError::io(path, error))
    }

    /// Removes a file of the folder.
    pub fn remove(&self, path: &Path) -> Result<(), FolderError> {
        let removed = patiently(|| fs::remove_file(path), is_open_elsewhere).and_then(|()| self.sync());
        removed.map_err(|error| FolderError::io(path, error))
    }

    /// Makes names last as well, where the system has a way.
    fn sync(&self) -> io::Result<()> {
        if cfg!(unix) { File::open(&self.folder)?.sync_all() } else { Ok(()) }
    }

    /// Removes what killed programs were writing.
    fn remove_unfinished(&self) {
        for file in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if file.file_name().to_string_lossy().starts_with(UNFINISHED) {
                // What cannot be removed does no harm.
                let _ = fs::remove_file(file.path());
            }
        }
    }
}

/// Tries something until it is done, or refused for another reason than that others are in the way, for at most two seconds.
fn patiently<E>(
    mut attempt: impl FnMut() -> Result<(), E>,
    are_others_in_the_way: impl Fn(&E) -> bool,
) -> Result<(), E> {
    let begun = Instant::now();
    loop {
        match attempt() {
            Err(error) if are_others_in_the_way(&error) && begun.elapsed() < WAIT_LIMIT => {
                thread::sleep(WAIT_PAUSE);
            }
            result => return result,
        }
    }
}

/// Whether Windows refuses something because the file is open: `ERROR_ACCESS_DENIED` and `ERROR_SHARING_VIOLATION`.
fn is_open_elsewhere(error: &io::Error) -> bool {
    cfg!(windows) && matches!(error.raw_os_error(), Some(5 | 32))
}

/// A file with this text, on the disk, that is named when it is persisted.
pub(crate) fn unfinished_file(folder: &Path, text: &str) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any file that a user makes: what others may do with it is the user's to say.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}
